import { DocketError } from '../contracts/docket-error.ts';
import type { Trial } from '../contracts/trial.ts';
import type { PriceBook } from '../model/price-book.ts';
import { counted, listed } from '../text/figures.ts';
import type { TrialStore } from '../trials/trial-store.ts';
import { type AskedFor, dollarsAsIf, modelCalls } from './judging/trial-dollars.ts';
import type { PreparedVersion } from './session.ts';

/** Runs of one version that are not stored yet. */
export interface WantedTrials {
  readonly version: PreparedVersion;
  readonly trials: number;
}

/** What trials are likely to cost, and how that is known. */
export interface CostEstimate {
  /** Trials that will be paid for. */
  readonly trials: number;
  /** Requests that they may need at most, beside those that fail and are tried again. */
  readonly requests: number;
  /** Where the prices are from, with their date; empty where there are none. */
  readonly sources: readonly string[];
  /** List price, based on earlier ones; undefined when nothing tells. */
  readonly dollars: number | undefined;
  /** True for trials whose calls go into batches: then `dollars` is the price of batches. */
  readonly batch?: true;
  /** How the figure was reached, or why there is none, as a clause. */
  readonly basis: string;
}

/** What an estimate goes by. */
export interface EstimateSource {
  readonly store: TrialStore;
  readonly prices: PriceBook;
}

export interface EstimateOptions {
  /** True: where no live trial is stored, by simulated ones. */
  readonly orRoughly?: boolean;
  /** True for trials that will be run in batches, which cost less. */
  readonly batch?: true;
}

/** Most stored trials that are looked at: enough for a mean. */
const lookedAt = 200;

/**
 * What live trials are likely to cost: by the mean price of what the same version's stored live trials used, otherwise by what those of other
 * versions used, at this one's price. Simulated trials say little of it: they count where there is nothing else and a rough figure is asked for.
 */
export async function estimateCost(
  { store, prices }: EstimateSource,
  wanted: readonly WantedTrials[],
  { orRoughly = false, batch }: EstimateOptions = {},
): Promise<CostEstimate> {
  const trials = wanted.reduce((sum, each) => sum + each.trials, 0);
  const requests = wanted.reduce((sum, each) => sum + each.trials * each.version.version.settings.maxTurns, 0);
  const counts = { trials, requests, sources: [], ...(batch ? { batch } : {}) };
  if (trials === 0) return { ...counts, dollars: 0, basis: 'all trials are stored' };
  const stored = await newestTrials(store);
  const live = stored.filter(({ mode }) => mode === 'live');
  const known = live.length > 0 || !orRoughly ? live : stored.filter(({ mode }) => mode === 'simulated');
  const means = wanted
    .filter((each) => each.trials > 0)
    .map(({ version, trials: count }) => {
      const own = known.filter(({ key }) => key.versionFingerprint === version.identity.fingerprint);
      const used = own.length > 0 ? own : known;
      return {
        count,
        used,
        isOwn: own.length > 0,
        model: version.version.model,
        mean: mean(prices, used, { model: version.version.model, ...(batch ? { batch } : {}) }),
      };
    });
  if (known.length === 0)
    return { ...counts, dollars: undefined, basis: orRoughly ? 'no trial is stored here yet' : 'no live trial is stored here yet' };
  const unpriced = means.find((each) => each.mean === undefined);
  if (unpriced) return { ...counts, dollars: undefined, basis: whyNone(prices, unpriced) };
  const looked = new Set(means.flatMap(({ used }) => used)).size;
  const own = means.filter(({ isOwn }) => isOwn).length;
  const strangers = own === means.length ? '' : own === 0 ? ' of other versions' : ', some of them of other versions';
  return {
    ...counts,
    sources: [...new Set(means.flatMap(({ model }) => prices.sourceOf(model) ?? []))],
    dollars: means.reduce((sum, { count, mean: each = 0 }) => sum + count * each, 0),
    basis:
      live.length > 0
        ? `based on ${counted(looked, 'stored live trial')}${strangers}`
        : `by what ${counted(looked, 'stored simulated trial')} used; a real model may use several times as much`,
  };
}

function whyNone(prices: PriceBook, { model, used }: { readonly model: string; readonly used: readonly Trial[] }): string {
  if (prices.sourceOf(model) === undefined) return prices.unknownPrice(model);
  const gaps = prices.gapsOf(model).filter((kind) => used.some((trial) => usedKind(trial, kind)));
  return gaps.length > 0
    ? `the price of ${model} (${prices.sourceOf(model)}) says nothing of ${listed(gaps)}; give it as prices in docket.config.ts`
    : 'of some stored trials nobody says how many tokens they took';
}

function usedKind(trial: Trial, kind: string): boolean {
  return modelCalls(trial).some(({ usage }) => (kind === 'cacheRead' ? usage.cacheReadTokens > 0 : usage.cacheWriteTokens > 0));
}

function mean(prices: PriceBook, trials: readonly Trial[], asked: AskedFor): number | undefined {
  const dollars = trials.map((trial) => dollarsAsIf(prices, trial, asked));
  if (dollars.some((each) => each === undefined)) return undefined;
  return dollars.reduce<number>((sum, each) => sum + (each ?? 0), 0) / dollars.length;
}

/** An estimate must not end a run: what cannot be read is not looked at. */
async function newestTrials(store: TrialStore): Promise<Trial[]> {
  try {
    return await store.newest(lookedAt);
  } catch (error) {
    if (error instanceof DocketError) return [];
    throw error;
  }
}
