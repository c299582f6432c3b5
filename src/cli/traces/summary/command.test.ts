import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RawSpan } from '../../../contracts/trace.ts';
import { assembleTrace } from '../../../traces/assemble-trace.ts';
import { runFacts } from '../../../traces/run-facts.ts';
import { openTraceStore } from '../../../traces/store/open-trace-store.ts';
import { rawSpan, spanId, testStart, traceId } from '../../../traces/testing/raw-span.ts';
import { fixtureProject } from '../../testing/fixture-project.ts';
import { runHere } from '../../testing/run-here.ts';

const dayNano = 86_400_000_000_000n;

/** One run: the agent, one model call with 1,000 tokens in and 100 out, and two calls of a tool. */
function run(
  number: number,
  durationMs: number,
  told: { model?: string; cached?: number; day?: number; apart?: boolean; fails?: boolean },
): RawSpan[] {
  const { model = 'claude-sonnet-4-6', cached = 0, day = 0, apart = true, fails = false } = told;
  const start = testStart + BigInt(day) * dayNano + BigInt(number) * 1_000_000_000n;
  const at = (span: number, from: number, to: number, attributes: RawSpan['attributes']): RawSpan =>
    rawSpan(span, {
      traceId: traceId(number),
      parentSpanId: span === 1 ? null : spanId(1),
      startUnixNano: start + BigInt(from) * 1_000_000n,
      endUnixNano: start + BigInt(to) * 1_000_000n,
      attributes,
    });
  const tool = (span: number, from: number, to: number, parcel: number) =>
    at(span, from, to, {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'weigh',
      'gen_ai.tool.call.arguments': JSON.stringify({ parcel }),
    });
  const said = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'x'.repeat(100) }] }]);
  return [
    at(1, 0, durationMs, {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'desk',
      'docket.version.fingerprint': day === 0 ? 'a'.repeat(64) : 'b'.repeat(64),
    }),
    at(2, 1, 2, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      ...(cached > 0 ? { 'gen_ai.usage.cache_read.input_tokens': cached } : {}),
      'gen_ai.input.messages': said,
    }),
    { ...tool(3, 10, 20, 7), ...(fails ? { statusCode: 'error' as const } : {}) },
    // Apart: after the first, with other arguments; otherwise beside it, with the same.
    apart ? tool(4, 20, 30, 8) : tool(4, 15, 25, 7),
  ];
}

/** Ten runs that take 100 ms to 900 ms and one of 10 s. */
const runs: readonly RawSpan[][] = [
  ...[1, 2, 3, 4, 5, 6].map((number) => run(number, number * 100, {})),
  run(7, 700, { cached: 600, day: 1 }),
  run(8, 800, { model: 'house-model', day: 1 }),
  run(9, 900, { apart: false, day: 1 }),
  run(10, 10_000, { fails: true, day: 1 }),
];

async function summary(...words: readonly string[]) {
  using project = fixtureProject();
  const store = openTraceStore(join(project.directory, '.docket', 'traces.db'));
  await store.saveSpans(runs.flat(), { source: 'otlp' });
  const finding = { name: 's', pass: false, value: 0, reason: 'r', hard: true, findings: [{ code: 'late', message: 'm' }] };
  await store.saveAllScores(new Map([[traceId(2), [finding]]]), 'x');
  await store.close();
  return await runHere(['traces', 'summary', ...words], project);
}

describe('docket traces summary', () => {
  it('adds up runs, as computed by hand', async () => {
    const { all } = JSON.parse((await summary('--json')).stdout);
    // Eight runs at 1,000 x $3 + 100 x $15 a million = $0.0045, one at 400 x $3 + 600 x $0.30 + 100 x $15 = $0.00288; house-model has no price here.
    expect(all.dollars).toMatchObject({ runs: 9, median: expect.closeTo(0.0045, 12), p95: expect.closeTo(0.0045, 12) });
    expect([all.dollars.total, all.dollars.perRun]).toEqual([expect.closeTo(0.03888, 12), expect.closeTo(0.00432, 12)]);
    expect(all).toMatchObject({
      runs: 10,
      errors: 1,
      withFindings: 1,
      findings: [{ code: 'late', runs: 1 }],
      // The middle of 500 and 600; the tenth of ten is the first that 95 % do not exceed.
      durationMs: { runs: 10, median: 550, p95: 10_000, total: 14_500 },
      tokensIn: { runs: 10, median: 1000, p95: 1000, total: 10_000 },
      tokensOut: { median: 100, total: 1000 },
      withoutPrice: 1,
      modelCalls: { median: 1, p95: 1, total: 10 },
      toolCalls: { median: 2, p95: 2, total: 20 },
      inParallel: 1,
      oneAfterAnother: 9,
      orderUnknown: 0,
      repeatedCalls: 1,
      withRepeatedCalls: 1,
      cache: { hits: 1, calls: 10, tokensRead: 600, tokensIn: 10_000 },
      // Quartiles 300 and 800: the fence is 800 + 3 x 500 = 2,300.
      outliers: [{ measure: 'durationMs', traceId: traceId(10), value: 10_000 }],
    });
  });

  it.each([
    [
      'version',
      [
        ['a'.repeat(64), 6],
        ['b'.repeat(64), 4],
      ],
    ],
    [
      'model',
      [
        ['claude-sonnet-4-6', 9],
        ['house-model', 1],
      ],
    ],
    [
      'day',
      [
        ['2025-10-09', 6],
        ['2025-10-10', 4],
      ],
    ],
  ])('tells them apart by %s', async (by, expected) => {
    const { groups } = JSON.parse((await summary('--by', by, '--json')).stdout);
    expect(groups.map(({ name, runs: many }: { name: string; runs: number }) => [name, many])).toEqual(expected);
  });

  it('says it in words, and who there is when nobody has the name', async () => {
    const { stdout, code } = await summary('--by', 'model');
    expect(code).toBe(0);
    expect(stdout).toContain(' runs         10, 1 with an error, 1 with findings (late 1)');
    expect(stdout).toContain('median 550 ms, p95 10.0 s');
    expect(stdout).toContain('1 run not counted: no tokens, no model, or no known price');
    expect(stdout).toContain(`! ${traceId(10)} took 10.0 s`);
    expect(stdout).toMatch(/house-model\s+1\s+0\s+0\s+800 ms/);
    expect(await summary('--agent', 'nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('"desk" (10)') });
    expect((await summary('--since', '2030-01-01')).stderr).toContain('No traces match.');
  });

  it('says nothing of the order of calls that do not say when they were', () => {
    const untimed = (runs[0] ?? []).map((span) => ({ ...span, startUnixNano: null, endUnixNano: null }));
    expect([runFacts(untimed).inParallel, runFacts(untimed.slice(0, 3)).inParallel, runFacts(runs[8] ?? []).inParallel]).toEqual([
      null,
      null,
      true,
    ]);
  });

  it('counts as a trace that is read whole does', () => {
    for (const spans of runs) {
      const trace = assembleTrace(spans, { source: 'otlp', now: Date.now() });
      const { usage, calls, toolCalls, versionFingerprint } = runFacts(spans);
      const tools = trace.spans.filter(({ kind }) => kind === 'tool-call').length;
      const models = trace.spans.flatMap((span) => (span.kind === 'model-call' ? [{ model: span.model, usage: span.usage }] : []));
      expect([usage, calls, toolCalls, versionFingerprint]).toEqual([trace.usage, models, tools, trace.versionFingerprint]);
    }
  });
});
