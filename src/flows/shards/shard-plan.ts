import { createHash } from 'node:crypto';
import { cutUnits } from './cut-units.ts';

/** A case whose trials are divided. */
export interface DividedCase {
  readonly id: string;
  /** Trials are numbered 1 to this. */
  readonly trials: number;
  /**
   * What is run for a trial of it: its own input and those of its twins, by names. Cases that share one share its trials, and what is shared runs
   * once, so that they stay together.
   */
  readonly inputs: readonly string[];
}

/** Milliseconds that a trial takes, by case; undefined where nothing was measured. */
export type DurationOf = (caseId: string) => number | undefined;

/** What one shard gets. */
export interface Share {
  /** Trials of cases; a case's twins count with it. */
  readonly trials: number;
  /** What they weigh, of all shards together; between 0 and 1. */
  readonly part: number;
}

/** Which shard runs which trials: the same on every machine that knows the same cases and durations. */
export interface ShardPlan {
  /** Shows that two machines made the same plan: SHA-256 over cases, inputs, numbers and their shards. */
  readonly hash: string;
  /** From 1; undefined for a trial that is not part of the plan. */
  shardOf(caseId: string, number: number): number | undefined;
  /** How long a trial of a case takes, by what is known; where machines have several in flight, the longest begin first. */
  weightOf(caseId: string): number;
  /** By shard. */
  readonly shares: readonly Share[];
  /** How many of the cases have a measured duration. */
  readonly measured: number;
}

/** Divides trials among so many shards. A case may be in several of them, with different numbers. */
export function planShards(cases: readonly DividedCase[], count: number, durationOf: DurationOf): ShardPlan {
  const sorted = cases.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const durations = sorted.map(({ id }) => durationOf(id));
  const known = durations.filter((duration) => duration !== undefined).sort((one, other) => one - other);
  const usual = known[Math.floor(known.length / 2)] ?? 1;
  const groups = groupsOf(sorted);
  const weights = new Map<string, number>();
  // What several cases share runs once.
  const weighed = new Set<string>();
  for (const [index, { inputs }] of sorted.entries()) {
    const group = groups[index] ?? '';
    const own = new Set(inputs.filter((input) => !weighed.has(input)));
    for (const input of own) weighed.add(input);
    weights.set(group, (weights.get(group) ?? 0) + (durations[index] ?? usual) * own.size);
  }
  const trials = new Map<string, number>();
  for (const [index, each] of sorted.entries()) {
    const group = groups[index] ?? '';
    trials.set(group, Math.max(trials.get(group) ?? 0, each.trials));
  }
  const units = [...trials].flatMap(([group, most]) =>
    Array.from({ length: most }, (_, index) => ({ name: `${group}#${index + 1}`, weight: weights.get(group) ?? usual })),
  );
  const shards = cutUnits(units, count);
  const cut = new Map<string, number[]>();
  let next = 0;
  for (const [group, most] of trials) {
    cut.set(group, shards.slice(next, next + most));
    next += most;
  }
  const total = units.reduce((sum, { weight }) => sum + weight, 0);
  const parts = new Array<number>(count).fill(0);
  for (const [index, shard] of shards.entries()) parts[shard - 1] = (parts[shard - 1] ?? 0) + (units[index]?.weight ?? 0);
  const counts = new Array<number>(count).fill(0);
  const hash = createHash('sha256');
  const byCase = new Map<string, readonly number[]>();
  for (const [index, { id, inputs, trials: own }] of sorted.entries()) {
    const numbers = (cut.get(groups[index] ?? '') ?? []).slice(0, own);
    byCase.set(id, numbers);
    for (const shard of numbers) counts[shard - 1] = (counts[shard - 1] ?? 0) + 1;
    hash.update(`${JSON.stringify([id, inputs, numbers])}\n`);
  }
  return {
    hash: hash.digest('hex'),
    shardOf: (caseId, number) => byCase.get(caseId)?.[number - 1],
    weightOf: (caseId) => durationOf(caseId) ?? usual,
    shares: counts.map((each, index) => ({ trials: each, part: total === 0 ? 0 : (parts[index] ?? 0) / total })),
    measured: known.length,
  };
}

/** For each case the name of those that it shares inputs with, directly or through others: the first id of them. */
function groupsOf(cases: readonly DividedCase[]): string[] {
  const leaders = cases.map((_, index) => index);
  const leaderOf = (index: number): number => {
    let leader = index;
    while (leaders[leader] !== leader) leader = leaders[leader] ?? leader;
    return leader;
  };
  const first = new Map<string, number>();
  for (const [index, { inputs }] of cases.entries()) {
    for (const input of inputs) {
      const other = first.get(input);
      if (other === undefined) first.set(input, index);
      else {
        const [one, two] = [leaderOf(index), leaderOf(other)];
        leaders[Math.max(one, two)] = Math.min(one, two);
      }
    }
  }
  return cases.map((_, index) => cases[leaderOf(index)]?.id ?? '');
}
