import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeEnvironment } from './node-environment.ts';
import { pythonEnvironment } from './python-environment.ts';

/** A framework as it really is, whose agent sends its trace to the receiver. */
export interface Framework {
  /** Its folder below `frameworks/`: a script, and what it installs. */
  readonly folder: string;
  /** With the version that is tried, and who traces it. */
  readonly title: string;
  readonly version: string;
  readonly tracedBy: string;
  /** Where its traces say to come from. */
  readonly source: string;
  /** Variables of the environment that its tracing wants. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Tools that it calls beside the underwriter's, with what they answer. */
  readonly moreTools?: readonly string[];
  /** False where nothing in a trace says that a step is a tool. */
  readonly hasTools?: boolean;
  /** The session that the script names. */
  readonly session?: string | null;
  /** Codes of the gaps that remain. */
  readonly gaps: readonly string[];
  /** What does not come through, and why; for the docs. */
  readonly missing: string;
}

const noInput = 'the structured input, which it does not record';

export const frameworks: readonly Framework[] = [
  {
    folder: 'openai-agents',
    title: 'OpenAI Agents SDK',
    version: '0.24.0',
    tracedBy: 'OpenInference',
    source: 'openinference',
    gaps: ['input-incomplete'],
    missing: noInput,
  },
  {
    folder: 'strands',
    title: 'Strands Agents',
    version: '1.62.0',
    tracedBy: 'itself',
    source: 'otlp',
    gaps: ['input-incomplete'],
    missing: `${noInput}; the model's name, where the model gives none`,
  },
  {
    folder: 'google-adk',
    title: 'Google ADK',
    version: '2.13.0',
    tracedBy: 'itself, `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY`',
    source: 'google-adk',
    environment: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' },
    session: 'session-1',
    gaps: ['input-incomplete'],
    missing: noInput,
  },
  {
    folder: 'google-adk',
    title: 'Google ADK, older format',
    version: '2.13.0',
    tracedBy: 'itself, `ADK_TELEMETRY_SCHEMA_VERSION_OPT_IN=1`',
    source: 'google-adk',
    environment: { ADK_TELEMETRY_SCHEMA_VERSION_OPT_IN: '1' },
    session: 'session-1',
    gaps: ['input-incomplete', 'duplicate'],
    missing: `${noInput}; each call is recorded in two layers and counted once, which is said`,
  },
  {
    folder: 'crewai',
    title: 'CrewAI',
    version: '1.15.30',
    tracedBy: 'OpenInference (CrewAI and OpenAI)',
    source: 'openinference',
    gaps: ['input-incomplete'],
    missing: 'the structured input, where `kickoff` is given none',
  },
  {
    folder: 'smolagents',
    title: 'smolagents',
    version: '1.26.0',
    tracedBy: 'OpenInference',
    source: 'openinference',
    moreTools: [
      'final_answer {"answer":"{\\"approved\\": false, \\"reasoning\\": \\"45.0 %\\"}"}: {"approved":false,"reasoning":"45.0 %"}',
    ],
    gaps: ['input-incomplete'],
    missing: `the structured input, where \`run\` is given none; its \`final_answer\` is a tool call like any other`,
  },
  {
    folder: 'mirascope',
    title: 'Mirascope',
    version: '2.8.2',
    tracedBy: 'itself (`ops`)',
    source: 'mirascope',
    hasTools: false,
    session: 'session-1',
    gaps: ['input-incomplete'],
    missing: 'tools as steps of their own: a traced function does not say that it is one; arguments and results stand in the messages',
  },
  {
    folder: 'ai-sdk',
    title: 'Vercel AI SDK',
    version: '7.0.173',
    tracedBy: 'itself (`@ai-sdk/otel`)',
    source: 'otlp',
    gaps: ['input-incomplete'],
    missing: noInput,
  },
  {
    folder: 'mastra',
    title: 'Mastra',
    version: '1.71.0',
    tracedBy: 'itself (`@mastra/otel-exporter`)',
    source: 'mastra',
    gaps: ['input-incomplete', 'duplicate'],
    missing: `${noInput}; each call is recorded in two layers and counted once, which is said`,
  },
];

/** Longest time of one agent, milliseconds. */
const runLimitMs = 120_000;

/**
 * Runs its agent, which sends its trace.
 * @param environments where packages are installed
 * @returns what the agent printed last: its answer
 * @throws when there is no Python for it, or it fails
 */
export function runFramework(
  { folder, environment = {} }: Framework,
  environments: string,
  endpoint: string,
  words: readonly string[],
): string {
  const home = join(import.meta.dirname, 'frameworks', folder);
  // A free machine's settings only: nothing of this shell's own telemetry, keys or proxies.
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    PYTHONWARNINGS: 'ignore',
    PYTHONDONTWRITEBYTECODE: '1',
    ...environment,
  };
  const run = (program: string, script: string) =>
    execFileSync(program, [script, ...words], { env, encoding: 'utf8', timeout: runLimitMs, stdio: ['ignore', 'pipe', 'pipe'] });
  const manifest = join(home, 'package.json');
  if (existsSync(manifest)) {
    const place = nodeEnvironment(environments, manifest);
    copyFileSync(join(home, '../scripted-model.mjs'), join(place, 'scripted-model.mjs'));
    copyFileSync(join(home, 'underwriter.mjs'), join(place, 'underwriter.mjs'));
    return lastLine(run(process.execPath, join(place, 'underwriter.mjs')));
  }
  const python = pythonEnvironment(environments, join(home, 'requirements.txt'));
  if (python.kind === 'absent') throw new Error(python.reason);
  return lastLine(run(python.python, join(home, 'underwriter.py')));
}

function lastLine(printed: string): string {
  return printed.trim().split('\n').at(-1) ?? '';
}
