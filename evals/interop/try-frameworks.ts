import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDocket } from '../../src/cli/testing/run-docket.ts';
import { type Trace, traceSchema } from '../../src/contracts/trace.ts';
import { type Framework, frameworks, runFramework } from './frameworks.ts';
import { runReceiver } from './running-receiver.ts';

const application = ['100000', '45000', '745', '300000'];
const question = 'Evaluate this loan application for $300,000';
const decision = { approved: false, reasoning: '45.0 %' };
const docs = join(import.meta.dirname, '../docs/frameworks.md');

/**
 * Runs the agent of each framework against `docket traces serve`, and looks at what was understood: exactly what the table in the docs says.
 * @param environments where packages are installed
 * @param pass told of each that is as it should be
 * @throws at the first that is not
 */
export async function tryFrameworks(environments: string, pass: (what: string) => void): Promise<void> {
  const rows: string[] = [];
  for (const framework of frameworks) {
    const trace = await traceOf(framework, environments);
    check(framework, trace);
    rows.push(rowOf(framework, trace));
    pass(`${framework.title} ${framework.version}, traced by ${framework.tracedBy}`);
  }
  const table = [
    '| framework | traced by | question | calls | tools | answer | tokens | agent | what is not there |',
    `|${'---|'.repeat(9)}`,
    ...rows,
  ].join('\n');
  assert.ok(readFileSync(docs, 'utf8').includes(table), `${docs} has another table than what was recovered:\n${table}`);
  pass('the table in the docs says what was recovered');
}

/** A store of its own each, so that nobody is taken for another. */
async function traceOf(framework: Framework, environments: string): Promise<Trace> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-interop-'));
  try {
    writeFileSync(join(directory, 'docket.config.ts'), 'export default {};\n');
    const receiver = await runReceiver(directory);
    let answer: string;
    try {
      answer = runFramework(framework, environments, receiver.url, application);
    } finally {
      assert.equal(await receiver.stop(), 0);
    }
    assert.deepEqual(JSON.parse(answer), decision, `${framework.title}: what the agent itself printed`);
    const { traces } = await docket<{ traces: { traceId: string; source: string; agent: string | null }[] }>(directory, 'traces', 'ls');
    assert.equal(traces.length, 1, `${framework.title}: one run is one trace`);
    const [listed] = traces;
    const { trace } = await docket<{ trace: unknown }>(directory, 'traces', 'show', listed?.traceId ?? '');
    const read = traceSchema.parse(trace);
    assert.deepEqual([listed?.agent, listed?.source], [read.agent, read.source], `${framework.title}: list and trace`);
    return read;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function docket<Result>(directory: string, ...words: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runDocket([...words, '--json'], { directory });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Result;
}

function check({ title, source, moreTools = [], hasTools = true, session = null, gaps }: Framework, trace: Trace): void {
  const seen = {
    source: trace.source,
    agent: trace.agent,
    session: trace.session,
    question: trace.userMessage,
    decision: trace.decision,
    input: trace.input !== null && trace.source !== 'mirascope',
    tokens: [trace.usage?.inputTokens, trace.usage?.outputTokens],
    calls: trace.spans.filter(({ kind }) => kind === 'model-call').length,
    tools: toolsOf(trace),
    gaps: trace.gaps.map(({ code }) => code).sort(),
  };
  const tools = hasTools ? ['calc_dti {"annual_income":100000,"total_debt":45000}: DTI: 45.0%', ...moreTools] : [];
  const right = {
    source,
    agent: 'underwriter',
    session,
    question,
    decision,
    input: false,
    tokens: [200, 40],
    calls: 2,
    tools,
    gaps: gaps.toSorted(),
  };
  assert.deepEqual(seen, right, title);
  // Arguments and results between the messages too, whether or not the tool is a step of its own.
  const parts = trace.spans.flatMap((span) =>
    span.kind === 'model-call' ? [...span.input, ...span.output].flatMap((message) => message.parts) : [],
  );
  const call = parts.find((part) => part.type === 'tool_call');
  assert.deepEqual(
    [call?.name, call?.arguments],
    ['calc_dti', { annual_income: 100_000, total_debt: 45_000 }],
    `${title}: the call in the messages`,
  );
}

function toolsOf({ spans }: Trace): string[] {
  return spans.flatMap((span) =>
    span.kind === 'tool-call' ? [`${span.tool} ${JSON.stringify(span.input)}: ${resultOf(span.result)}`] : [],
  );
}

/** ADK's functions answer with an object. */
function resultOf(result: unknown): string {
  const wrapped = result as { readonly result?: unknown } | null;
  if (typeof result === 'string') return result;
  return typeof wrapped?.result === 'string' ? wrapped.result : JSON.stringify(result);
}

function rowOf({ title, version, tracedBy, missing }: Framework, trace: Trace): string {
  const calls = trace.spans.filter(({ kind }) => kind === 'model-call').length;
  const tools = toolsOf(trace).length;
  const { usage } = trace;
  const cells = [
    `${title} ${version}`,
    tracedBy,
    trace.userMessage === null ? 'no' : 'yes',
    `${calls} of 2`,
    tools === 0 ? 'in messages' : 'arguments, results',
    trace.decision === null ? 'no' : 'yes',
    usage ? `${usage.inputTokens} → ${usage.outputTokens}` : 'no',
    trace.agent === null ? 'no' : 'yes',
    missing,
  ];
  return `| ${cells.join(' | ')} |`;
}
