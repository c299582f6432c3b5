import type { Score } from '../../contracts/score.ts';
import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import { fromLog, type RawLog } from '../../traces/otlp/raw-log.ts';
import type { HeldTrace, StoredRun, TraceStore } from '../../traces/store/trace-store.ts';

/** What was copied, and what was there already. */
export interface CopiedTraces {
  /** Traces that were not there. */
  readonly traces: number;
  /** Traces that were there: some of their spans may have come. */
  readonly known: number;
  readonly spans: number;
  /** Spans that are there with another content: the one that is there stays. The first of their traces by id. */
  readonly conflicts: number;
  readonly conflicting: readonly string[];
  /** Spans that cannot be read, and so are not copied. */
  readonly damaged: number;
  /** Traces that have the scores of the one they were copied from. */
  readonly scored: number;
  /** Log records that wait for a span that has not come; they stay. */
  readonly waiting: number;
}

/** Traces that are compared at once, and their spans. */
const mostTraces = 100;
const mostSpans = 1000;
/** Most traces with conflicts that are named. */
const mostNamed = 100;

/**
 * Copies all traces with their scores, and what of them was sent where, from one store to another, the newest first. What is there stays, so doing it again
 * changes nothing, and what was broken off goes on.
 * @throws {DocketError} as the stores do; the signal's reason at an abort
 */
export async function copyTraces(from: TraceStore, to: TraceStore, { signal }: { readonly signal: AbortSignal }): Promise<CopiedTraces> {
  const counts = { traces: 0, known: 0, spans: 0, conflicts: 0, damaged: 0, scored: 0 };
  const conflicting: string[] = [];
  for await (const runs of inPortions(from.runs({}))) {
    signal.throwIfAborted();
    const ids = runs.map(({ summary }) => summary.traceId);
    const [beside, there] = [await from.held(ids), await to.held(ids)];
    const differences = runs.map((run) => ({ run, ...differenceOf(run, there.get(run.summary.traceId)?.spans ?? []) }));
    for (const [source, some] of Map.groupBy(differences, ({ run }) => run.summary.source))
      counts.spans += await saveMissing(to, source, some);
    const logs = differences.flatMap((each) => each.logs);
    if (logs.length > 0) await to.saveLogs(logs);
    const scores = new Map<string, Map<string, readonly Score[]>>();
    const sent = new Map<string, Map<string, string>>();
    for (const { run, conflicts, isSame } of differences) {
      const { traceId } = run.summary;
      const [here, held] = [beside.get(traceId), there.get(traceId)];
      counts[held ? 'known' : 'traces'] += 1;
      counts.conflicts += conflicts;
      counts.damaged += Math.max(0, run.summary.spans - run.spans.length);
      if (conflicts > 0 && conflicting.length < mostNamed) conflicting.push(traceId);
      if (here?.scored && isSame && !held?.scored) {
        put(scores, here.scored.scorersHash, traceId, here.scored.scores);
        counts.scored += 1;
      }
      for (const [destination, what] of here?.sent ?? []) if (!held?.sent.has(destination)) put(sent, destination, traceId, what);
    }
    for (const [scorersHash, some] of scores) await to.saveAllScores(some, scorersHash);
    for (const [destination, some] of sent) await to.saveSent(destination, some);
  }
  return { ...counts, conflicting, waiting: await from.waitingLogs() };
}

interface Difference {
  /** Spans that are not there, or had not ended. */
  readonly missing: RawSpan[];
  /** Events of spans that are there without them, as they came. */
  readonly logs: RawLog[];
  readonly conflicts: number;
  /** Whether the trace will be the same in both: what was said of the one holds for the other. */
  readonly isSame: boolean;
}

function differenceOf({ spans, summary }: StoredRun, there: HeldTrace['spans']): Difference {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const known = new Map(there.map((span) => [span.spanId, span]));
  const difference = { missing: [] as RawSpan[], logs: [] as RawLog[], conflicts: 0 };
  let isSame = spans.length >= summary.spans && there.every(({ spanId }) => ids.has(spanId));
  for (const span of spans) {
    const other = known.get(span.spanId);
    if (!other || (other.endUnixNano === null && span.endUnixNano !== null)) difference.missing.push(span);
    else if (span.endUnixNano === null && other.endUnixNano !== null) isSame = false;
    else if (textOf(span) === textOf(other)) difference.logs.push(...missingLogs(span, other));
    else difference.conflicts += 1;
  }
  return { ...difference, isSame: isSame && difference.conflicts === 0 };
}

/** A span without what came as log records. */
function textOf({ events, ...span }: RawSpan): string {
  const own = events.filter(({ attributes }) => attributes[fromLog] !== true);
  return JSON.stringify({ ...span, events: own }, inWords);
}

function missingLogs({ traceId, spanId, events }: RawSpan, other: RawSpan): RawLog[] {
  const known = new Set(other.events.map((event) => JSON.stringify(event, inWords)));
  return events
    .filter((event) => event.attributes[fromLog] === true && !known.has(JSON.stringify(event, inWords)))
    .map((event) => ({ traceId, spanId, event }));
}

function inWords(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

async function saveMissing(to: TraceStore, source: TraceSource, some: readonly Pick<Difference, 'missing'>[]): Promise<number> {
  const missing = some.flatMap((each) => each.missing);
  if (missing.length > 0) await to.saveSpans(missing, { source });
  return missing.length;
}

function put<Value>(groups: Map<string, Map<string, Value>>, group: string, name: string, value: Value): void {
  const values = groups.get(group) ?? new Map<string, Value>();
  groups.set(group, values.set(name, value));
}

async function* inPortions(runs: AsyncIterable<StoredRun>): AsyncGenerator<StoredRun[]> {
  let portion: StoredRun[] = [];
  let spans = 0;
  for await (const run of runs) {
    portion.push(run);
    spans += run.spans.length;
    if (portion.length < mostTraces && spans < mostSpans) continue;
    yield portion;
    [portion, spans] = [[], 0];
  }
  if (portion.length > 0) yield portion;
}
