import type { PriceBook } from '../../model/price-book.ts';
import { Figures, type Measure, type Outlier } from '../../stats/run-figures.ts';
import type { RunFacts } from '../../traces/run-facts.ts';
import type { TraceSummary } from '../../traces/store/trace-store.ts';
import { total } from '../judging/trial-dollars.ts';

/** What many runs come to. */
export interface RunsSummary {
  readonly runs: number;
  /** Runs in which Docket's simulated model answered: their dollars are what a live model would have cost. */
  readonly simulated: number;
  /** Runs with a span that failed. */
  readonly errors: number;
  /** Runs with a finding of the scorers. */
  readonly withFindings: number;
  /** By code, the most frequent first. */
  readonly findings: readonly { readonly code: string; readonly runs: number }[];
  readonly durationMs: Measure | null;
  /** All that the model was given, what came from a cache included. */
  readonly tokensIn: Measure | null;
  readonly tokensOut: Measure | null;
  /** At list prices, of the runs whose models all have a known one. */
  readonly dollars: (Measure & { readonly perRun: number }) | null;
  /** Runs that say too little, or name a model whose price is not known. */
  readonly withoutPrice: number;
  readonly modelCalls: Measure | null;
  readonly toolCalls: Measure | null;
  /** Runs with two tool calls at least: those in which some ran at the same time, in which each waited for the one before, and that do not say when. */
  readonly inParallel: number;
  readonly oneAfterAnother: number;
  readonly orderUnknown: number;
  /** Tool calls that repeat an earlier one of their run, and the runs that have such. */
  readonly repeatedCalls: number;
  readonly withRepeatedCalls: number;
  /** Model calls that read from a cache, of those that say how many tokens they had; and the tokens read, of all that were given. */
  readonly cache: { readonly hits: number; readonly calls: number; readonly tokensRead: number; readonly tokensIn: number };
  readonly outliers: readonly Outlier[];
}

/** Most outliers of one figure that are named. */
const mostOutliers = 3;

/** Counts runs. */
export class GroupTally {
  readonly #prices: PriceBook;
  #runs = 0;
  #simulated = 0;
  #errors = 0;
  #withFindings = 0;
  #withoutPrice = 0;
  #inParallel = 0;
  #oneAfterAnother = 0;
  #orderUnknown = 0;
  #repeatedCalls = 0;
  #withRepeatedCalls = 0;
  readonly #findings = new Map<string, number>();
  readonly #cache = { hits: 0, calls: 0, tokensRead: 0, tokensIn: 0 };
  readonly #figures = {
    durationMs: new Figures(),
    tokensIn: new Figures(),
    tokensOut: new Figures(),
    dollars: new Figures(),
    modelCalls: new Figures(),
    toolCalls: new Figures(),
  };

  constructor(prices: PriceBook) {
    this.#prices = prices;
  }

  add(
    { traceId, durationMs, errors, findings }: TraceSummary,
    { simulated, calls, usage, toolCalls, inParallel, repeated }: RunFacts,
  ): void {
    const figures = this.#figures;
    this.#runs += 1;
    if (simulated) this.#simulated += 1;
    if (errors > 0) this.#errors += 1;
    if (findings.length > 0) this.#withFindings += 1;
    for (const code of findings) this.#findings.set(code, (this.#findings.get(code) ?? 0) + 1);
    if (durationMs !== null) figures.durationMs.add(durationMs, traceId);
    if (usage) {
      figures.tokensIn.add(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, traceId);
      figures.tokensOut.add(usage.outputTokens, traceId);
    }
    const dollars = dollarsIn(this.#prices, calls);
    if (dollars === undefined) this.#withoutPrice += 1;
    else figures.dollars.add(dollars, traceId);
    figures.modelCalls.add(calls.length, traceId);
    figures.toolCalls.add(toolCalls, traceId);
    if (inParallel === true) this.#inParallel += 1;
    else if (inParallel === false) this.#oneAfterAnother += 1;
    else if (toolCalls > 1) this.#orderUnknown += 1;
    this.#repeatedCalls += repeated;
    if (repeated > 0) this.#withRepeatedCalls += 1;
    for (const { usage: ofCall } of calls) {
      if (!ofCall) continue;
      this.#cache.calls += 1;
      if (ofCall.cacheReadTokens > 0) this.#cache.hits += 1;
      this.#cache.tokensRead += ofCall.cacheReadTokens;
      this.#cache.tokensIn += ofCall.inputTokens + ofCall.cacheReadTokens + ofCall.cacheWriteTokens;
    }
  }

  summary(): RunsSummary {
    const { dollars: spent, ...figures } = this.#figures;
    const dollars = spent.measure();
    return {
      runs: this.#runs,
      simulated: this.#simulated,
      errors: this.#errors,
      withFindings: this.#withFindings,
      findings: [...this.#findings]
        .map(([code, runs]) => ({ code, runs }))
        .sort((one, other) => other.runs - one.runs || (one.code < other.code ? -1 : 1)),
      durationMs: figures.durationMs.measure(),
      tokensIn: figures.tokensIn.measure(),
      tokensOut: figures.tokensOut.measure(),
      dollars: dollars && { ...dollars, perRun: dollars.total / dollars.runs },
      withoutPrice: this.#withoutPrice,
      modelCalls: figures.modelCalls.measure(),
      toolCalls: figures.toolCalls.measure(),
      inParallel: this.#inParallel,
      oneAfterAnother: this.#oneAfterAnother,
      orderUnknown: this.#orderUnknown,
      repeatedCalls: this.#repeatedCalls,
      withRepeatedCalls: this.#withRepeatedCalls,
      cache: { ...this.#cache },
      outliers: Object.entries(this.#figures).flatMap(([name, values]) => values.outliers(name, mostOutliers)),
    };
  }
}

/** Undefined where a call names no model, no tokens, or a model whose price is not known; and without any call. */
export function dollarsIn(prices: PriceBook, calls: RunFacts['calls']): number | undefined {
  if (calls.length === 0) return undefined;
  return total(calls.map(({ model, usage }) => (model && usage ? prices.dollarsOf(model, usage) : undefined)));
}
