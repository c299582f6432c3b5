import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Score } from '../../contracts/score.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { spanId, traceId } from '../../traces/testing/raw-span.ts';

/** One run of a desk that asks a model and a tool. */
export interface TracedRun {
  readonly number: number;
  readonly agent?: string;
  readonly version?: string;
  readonly model?: string;
  readonly session?: string;
  /** Stands in what the user asked, in what the tool gave and in the reasoning. */
  readonly said?: string;
  readonly tokens?: number;
  /** With what its tool failed. */
  readonly failed?: string;
  readonly finding?: { readonly code: string; readonly message: string; readonly field?: string };
}

/** A folder with a configuration and stored runs; disposing of it removes it. */
export async function tracedProject(runs: readonly TracedRun[]): Promise<{ readonly directory: string; [Symbol.dispose](): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-traced-'));
  writeFileSync(join(directory, 'docket.config.ts'), 'export default {};\n');
  const store = openTraceStore(join(directory, '.docket', 'traces.db'));
  await store.saveSpans(runs.flatMap(spansOf), { source: 'docket' });
  const scores = new Map<string, Score[]>();
  for (const { number, finding } of runs) {
    if (finding)
      scores.set(traceId(number), [{ name: 'checks', pass: false, value: 0, reason: finding.message, hard: true, findings: [finding] }]);
  }
  await store.saveAllScores(scores, 'scorers');
  await store.close();
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

function spansOf({
  number,
  agent = 'desk',
  version = 'a'.repeat(64),
  model = 'claude-sonnet-4-6',
  session,
  said = 'fine',
  tokens = 100,
  failed,
}: TracedRun): RawSpan[] {
  const start = 1_790_000_000_000_000_000n + BigInt(number) * 1_000_000_000n;
  const span = (place: number, name: string, attributes: RawSpan['attributes'], parent: number | null = 1): RawSpan => ({
    traceId: traceId(number),
    spanId: spanId(place),
    parentSpanId: parent === null ? null : spanId(parent),
    name,
    scope: 'docket',
    startUnixNano: start + BigInt(place) * 10_000_000n,
    endUnixNano: start + BigInt(place) * 10_000_000n + (parent === null ? 100_000_000n : 20_000_000n),
    statusCode: 'unset',
    statusMessage: '',
    attributes,
    resource: {},
    events: [],
  });
  const message = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
  return [
    span(
      1,
      `invoke_agent ${agent}`,
      {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': agent,
        'docket.version.fingerprint': version,
        'docket.input': JSON.stringify({ amount: number }),
        'docket.decision': JSON.stringify({ approved: true, reasoning: `So it is. ${said}` }),
        ...(session === undefined ? {} : { 'gen_ai.conversation.id': session }),
        'gen_ai.input.messages': JSON.stringify([message('user', `Asked: ${said}`)]),
      },
      null,
    ),
    span(2, `chat ${model}`, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.response.model': model,
      'gen_ai.usage.input_tokens': tokens,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.output.messages': JSON.stringify([message('assistant', `I say: ${said}`)]),
    }),
    {
      ...span(3, 'execute_tool weigh', {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'weigh',
        'gen_ai.tool.call.arguments': '{"grams":3}',
        'gen_ai.tool.call.result': `Result: ${said}`,
      }),
      ...(failed === undefined ? {} : { statusCode: 'error' as const, statusMessage: failed }),
    },
  ];
}
