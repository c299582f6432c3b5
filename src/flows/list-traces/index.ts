import type { PriceBook } from '../../model/price-book.ts';
import { runFacts } from '../../traces/run-facts.ts';
import type { StoredRun, TraceFilter, TraceStore, TraceSummary } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';
import { dollarsIn } from '../summarise-traces/group-tally.ts';

/** Which runs, and how many of them. */
export interface ListedQuestion extends TraceFilter {
  /** Beginning of the fingerprint of the version. */
  readonly version?: string;
  /** A model that it called. */
  readonly model?: string;
  /** What it cost at least. */
  readonly leastDollars?: number;
  readonly limit: number;
}

/** A run with what it was counted by. */
export interface ListedRun extends TraceSummary {
  readonly version: string | null;
  readonly models: readonly string[];
  readonly tokens: number | null;
  readonly dollars: number | null;
}

export interface ListedRuns {
  readonly traces: ListedRun[];
  /** Where the next page goes on; absent at the end. */
  readonly next?: string;
  readonly looked: number;
}

/** Runs looked at for one page, where a condition needs their spans; whoever asks may go on. */
const mostLooked = 4000;
const atATime = 200;

/**
 * A page of recorded runs, newest first, with version, models, tokens and price of each. Conditions on these read the spans of the runs; a page then ends
 * after some thousand of them, found or not, and says how many were looked at.
 * @throws the signal's reason at an abort
 */
export async function listedTraces(
  store: TraceStore,
  question: ListedQuestion,
  prices: PriceBook,
  signal: AbortSignal,
): Promise<ListedRuns> {
  const { version, model, leastDollars, limit, ...filter } = question;
  const readsSpans = version !== undefined || model !== undefined || leastDollars !== undefined;
  // Step by step: the first search over a million spans takes half a minute, and others ask in between.
  if (filter.text !== undefined) for await (const _ of store.indexText()) await givenWay(signal);
  const traces: ListedRun[] = [];
  let looked = 0;
  let last: string | undefined;
  for await (const run of store.runs({ ...filter, limit: readsSpans ? mostLooked : limit })) {
    looked += 1;
    last = run.summary.traceId;
    const listed = listedRun(run, prices);
    if (isWanted(listed, question)) traces.push(listed);
    if (traces.length === limit) break;
    if (looked % atATime === 0) await givenWay(signal);
  }
  const isMore = traces.length === limit || looked === mostLooked;
  return { traces, looked, ...(isMore && last !== undefined ? { next: last } : {}) };
}

function listedRun({ summary, spans }: StoredRun, prices: PriceBook): ListedRun {
  const { versionFingerprint, calls, usage } = runFacts(spans);
  return {
    ...summary,
    version: versionFingerprint,
    models: [...new Set(calls.flatMap(({ model }) => model ?? []))],
    tokens: usage && usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
    dollars: dollarsIn(prices, calls) ?? null,
  };
}

function isWanted(run: ListedRun, { version, model, leastDollars }: ListedQuestion): boolean {
  if (version !== undefined && !run.version?.startsWith(version)) return false;
  if (model !== undefined && !run.models.includes(model)) return false;
  return leastDollars === undefined || (run.dollars !== null && run.dollars >= leastDollars);
}
