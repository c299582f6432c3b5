import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';

/** One run in production, as the agent's instrumentation sends it. */
export interface ProductionRun {
  /** Number of the run: its trace id and its time. */
  readonly number: number;
  /** Absent: it was not recorded. */
  readonly input?: JsonObject;
  readonly decision: JsonObject;
  readonly userMessage?: string;
  readonly agent?: string;
  readonly version?: string;
  /** Id of the model's answer. */
  readonly responseId?: string;
  /** What somebody said of it, or Docket's own scorers. */
  readonly said?: { readonly by: 'Docket' | 'somebody'; readonly text: string };
}

/** The trace id of a run: one of 64 bits, as many systems still make them, padded. */
export function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** Stores runs in the project's traces. */
export async function storeRuns(directory: string, runs: readonly ProductionRun[]): Promise<void> {
  const store = openTraceStore(join(directory, '.docket', 'traces.db'));
  try {
    await store.saveSpans(
      runs.flatMap((run) => (run.said ? [spanOf(run), saidOf(run, run.said)] : [spanOf(run)])),
      { source: 'docket' },
    );
  } finally {
    await store.close();
  }
}

/** Makes the folder a git repository of somebody. */
export function belongTo(directory: string, reviewer: string): void {
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: directory });
  git('init', '--quiet');
  git('config', 'user.name', reviewer);
}

function spanOf({
  number,
  input,
  decision,
  userMessage,
  agent = 'parcel-desk',
  version = 'f'.repeat(64),
  responseId,
}: ProductionRun): RawSpan {
  const start = 1_790_000_000_000_000_000n + BigInt(number) * 1_000_000_000n;
  const messages = [{ role: 'user', parts: [{ type: 'text', content: userMessage }] }];
  return {
    traceId: traceIdOf(number),
    spanId: number.toString(16).padStart(16, '1'),
    parentSpanId: null,
    name: `invoke_agent ${agent}`,
    scope: 'docket',
    startUnixNano: start,
    endUnixNano: start + 500_000_000n,
    statusCode: 'unset',
    statusMessage: '',
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agent,
      'docket.version.fingerprint': version,
      'docket.decision': JSON.stringify(decision),
      ...(responseId === undefined ? {} : { 'gen_ai.response.id': responseId }),
      ...(input ? { 'docket.input': JSON.stringify(input) } : {}),
      ...(userMessage === undefined ? {} : { 'gen_ai.input.messages': JSON.stringify(messages) }),
    },
    resource: {},
    events: [],
  };
}

function saidOf(run: ProductionRun, { by, text }: NonNullable<ProductionRun['said']>): RawSpan {
  const of = spanOf(run);
  return {
    ...of,
    spanId: run.number.toString(16).padStart(16, '2'),
    parentSpanId: of.spanId,
    name: by === 'Docket' ? 'evaluate parcel-desk' : 'evaluate by hand',
    scope: by === 'Docket' ? 'docket' : 'house',
    attributes: {},
    events: [
      {
        name: 'gen_ai.evaluation.result',
        timeUnixNano: of.endUnixNano,
        attributes: { 'gen_ai.evaluation.name': 'budget', 'gen_ai.evaluation.explanation': text },
      },
    ],
  };
}
