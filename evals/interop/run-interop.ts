/**
 * Do agents that know nothing of Docket become its cases? Sends the traces of real frameworks to `docket traces serve`, looks at what
 * was understood, and promotes one to a case: `node evals/interop/run-interop.ts`, and with `--all` those of every framework in the table
 * of the docs. Needs Python and its package index, with `--all` npm's too; without Python it says so and ends with 0, but where `CI` is
 * set with 1.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDocket } from '../../src/cli/testing/run-docket.ts';
import { caseSchema } from '../../src/contracts/case.ts';
import { evaluationSchema } from '../../src/contracts/evaluation.ts';
import type { JsonValue } from '../../src/contracts/json.ts';
import { type Trace, traceSchema } from '../../src/contracts/trace.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { type PythonEnvironment, pythonEnvironment } from './python-environment.ts';
import { runReceiver } from './running-receiver.ts';
import { tryFrameworks } from './try-frameworks.ts';

const repository = join(import.meta.dirname, '../..');
const application = { annual_income: 100_000, total_debt: 45_000, credit_score: 745, loan_amount: 300_000 };
const words = Object.values(application).map(String);
const question = 'Evaluate this loan application for $300,000';

/** Every format that Pydantic AI can still write. */
const formats = ['2', '3', '4', '5', '6'];

/** What the Pydantic AI agent prints. */
interface Sent {
  readonly traceId: string;
  readonly decision: JsonValue;
}

let passed = 0;

const environments = join(repository, '.docket/interop');
const environment = pythonEnvironment(environments, join(import.meta.dirname, 'requirements.txt'));
if (environment.kind === 'absent') {
  console.log(`interop skipped: ${environment.reason}. With Python it sends traces of Pydantic AI and LangGraph to the receiver.`);
  if (process.env.CI) process.exitCode = 1;
} else {
  await runInterop(environment);
  if (process.argv.includes('--all')) await tryFrameworks(environments, pass);
  console.log(`interop: ${passed} passed, 0 failed`);
}

async function runInterop({ python }: Extract<PythonEnvironment, { kind: 'ready' }>): Promise<void> {
  const project = makeUnderwriterProject(['08-trivial-loan-no-debt.json']);
  try {
    const receiver = await runReceiver(project);
    // With a free machine's settings only: nothing of this shell's own telemetry.
    const sender = { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, PYTHONWARNINGS: 'ignore' };
    const send = (script: string, ...argv: readonly string[]): JsonValue =>
      JSON.parse(execFileSync(python, [join(import.meta.dirname, script), ...argv], { env: sender, encoding: 'utf8', timeout: 120_000 }));
    const sent = formats.map((format) => send('pydantic_underwriter.py', format, ...words) as unknown as Sent);
    const decision = send('langgraph_underwriter.py', ...words);
    assert.equal(await receiver.stop(), 0);

    for (const [index, format] of formats.entries()) {
      const { traceId = '', decision: expected = null } = sent[index] ?? {};
      check(
        `Pydantic AI by Logfire, format ${format}`,
        await shownTrace(project, traceId),
        { source: 'pydantic-ai', agent: 'underwriter', decision: expected },
        [
          'calc_dti: DTI: 45.0% (monthly debt: $3,750, monthly income: $8,333)',
          'credit_risk: Score 745: Excellent. Max DTI: 45%. Rate: 6.5%',
        ],
      );
    }
    const { traces } = await docket<{ traces: { traceId: string; source: string }[] }>(project, 'traces', 'ls', '--json');
    const foreign = traces.find(({ source }) => source === 'openinference')?.traceId ?? '';
    check('LangGraph by OpenInference', await shownTrace(project, foreign), { source: 'openinference', decision }, [
      'calc_dti: DTI: 45.0%',
    ]);
    await promote(
      project,
      sent.map(({ traceId }) => traceId),
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** What a command prints with --json. */
async function docket<Result>(project: string, ...argv: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runDocket(argv, { directory: project });
  assert.equal(code, 0, `docket ${argv.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as Result;
}

async function shownTrace(project: string, traceId: string): Promise<Trace> {
  const { trace } = await docket<{ trace: unknown }>(project, 'traces', 'show', traceId, '--json');
  return traceSchema.parse(trace);
}

/** The agent's run as it was: question, tools with what they said, decision; and that its input was never recorded. */
function check(name: string, trace: Trace, expected: Partial<Trace>, tools: readonly string[]): void {
  for (const [field, value] of Object.entries(expected)) assert.deepEqual(trace[field as keyof Trace], value, `${name}: ${field}`);
  assert.equal(trace.userMessage, question, name);
  const called = trace.spans.flatMap((span) => (span.kind === 'tool-call' ? [`${span.tool}: ${textOf(span.result)}`] : []));
  assert.deepEqual(called.sort(), tools, `${name}: tools`);
  assert.equal(trace.spans.filter(({ kind }) => kind === 'model-call').length, 2, `${name}: model calls`);
  assert.equal(trace.input, null, `${name}: the input was not recorded, and is not made up`);
  assert.deepEqual(
    trace.gaps.map(({ code }) => code),
    ['input-incomplete'],
    `${name}: gaps`,
  );
  pass(`${name}: question, ${tools.length} tool ${tools.length === 1 ? 'call' : 'calls'}, decision; input incomplete`);
}

/** What a tool said; LangChain wraps it in a message. */
function textOf(result: unknown): string {
  const wrapped = result as { readonly data?: { readonly content?: unknown } } | null;
  return typeof result === 'string' ? result : String(wrapped?.data?.content);
}

/** The way to a case: one draft for all that are the same, a person's input and label, a case file. */
async function promote(project: string, traceIds: readonly string[]): Promise<void> {
  const { drafts } = await docket<{ drafts: { id: string; traceId: string; missing: string[]; clusterSize: number }[] }>(
    project,
    'cases',
    'draft',
    '--json',
  );
  assert.equal(drafts.length, 1, 'the same application five times is one draft');
  const [draft] = drafts;
  assert.ok(draft && traceIds.includes(draft.traceId));
  assert.equal(draft.clusterSize, traceIds.length);
  assert.deepEqual(draft.missing.toSorted(), Object.keys(application).toSorted());
  const file = readFileSync(join(project, 'cases/drafts', `${draft.id}.json`), 'utf8');
  assert.ok(!file.includes('approved'), 'a draft holds no production decision');
  pass('one draft for five traces, without their decision');

  const answers = join(project, 'answers.json');
  const answer = {
    draft: draft.id,
    answer: 'approve',
    input: application,
    id: 'from-pydantic-ai',
    title: 'Tool DTI exactly at the cap',
  };
  writeFileSync(answers, JSON.stringify([answer]));
  await docket(project, 'cases', 'review', '--decide', answers, '--json');
  const promoted = caseSchema.parse(JSON.parse(readFileSync(join(project, 'cases/from-pydantic-ai.json'), 'utf8')));
  assert.equal(promoted.label.decision.approved, false, 'the policy denies what production approved');
  assert.deepEqual(promoted.input, application);
  assert.deepEqual(promoted.origin, { kind: 'trace', traceId: draft.traceId });
  // Version 1 fails, so this command ends with 1.
  const { stdout } = await runDocket(['eval', '--trials', '1', '--mode', 'simulated', '--json'], { directory: project });
  const { versions } = evaluationSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    versions.map(({ version, totals }) => [version.name, totals.passes, totals.runs]),
    [
      ['v1', 0, 2],
      ['v2', 2, 2],
    ],
  );
  pass('reviewed into a case, which version 1 fails and version 2 passes');
}

function pass(what: string): void {
  passed += 1;
  console.log(`✓ ${what}`);
}
