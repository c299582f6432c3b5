import type { PriceBook } from '../../model/price-book.ts';
import type { RunFacts } from '../../traces/run-facts.ts';
import type { TraceFilter, TraceStore, TraceSummary } from '../../traces/store/trace-store.ts';
import { factsOfRuns } from './facts-of-runs.ts';
import { GroupTally, type RunsSummary } from './group-tally.ts';

/** By what runs may be told apart. */
export const groupings = ['version', 'model', 'day'] as const;
export type Grouping = (typeof groupings)[number];

/** What all runs of a filter come to, and each group of them. */
export interface TracesSummary {
  readonly all: RunsSummary;
  /** In the order of their names; empty when nobody asked. The name is null where a run does not say. */
  readonly groups: readonly (RunsSummary & { readonly name: string | null })[];
}

/**
 * Adds up runs.
 * @throws the signal's reason at an abort
 */
export async function summariseTraces(
  { store, prices }: { readonly store: TraceStore; readonly prices: PriceBook },
  filter: TraceFilter,
  by: Grouping | undefined,
  signal: AbortSignal,
): Promise<TracesSummary> {
  const all = new GroupTally(prices);
  const groups = new Map<string | null, GroupTally>();
  for await (const runs of factsOfRuns(store, filter, signal)) {
    for (const { summary, facts } of runs) {
      all.add(summary, facts);
      if (by === undefined) continue;
      const name = groupOf(by, summary, facts);
      const group = groups.get(name) ?? new GroupTally(prices);
      groups.set(name, group);
      group.add(summary, facts);
    }
  }
  return {
    all: all.summary(),
    groups: [...groups]
      .sort(([one], [other]) => (one === null ? 1 : other === null || one < other ? -1 : 1))
      .map(([name, group]) => ({ name, ...group.summary() })),
  };
}

function groupOf(by: Grouping, { startedAt }: TraceSummary, { versionFingerprint, calls }: RunFacts): string | null {
  if (by === 'version') return versionFingerprint;
  if (by === 'model') return [...new Set(calls.flatMap(({ model }) => model ?? []))].sort().join(' + ') || null;
  const date = new Date(startedAt ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10);
}
