import { addCounts } from '../stats/counts.ts';
import type { Random } from '../stats/random.ts';
import type { Gate } from './create-gate.ts';
import { playMany, type StoredCase, unchanged } from './self-check.ts';

/** What main's stored runs are short of. */
export interface RunsNeeded {
  /** Stored runs a case with which few unchanged agents end inconclusive; the most that was tried where none does. */
  readonly each: number;
  /** Share of unchanged agents (0..1) that end inconclusive with them. */
  readonly inconclusive: number;
  /** True when that share is small. */
  readonly isEnough: boolean;
  /** The cases that have fewer, and how many runs each still needs. */
  readonly cases: readonly { readonly id: string; readonly runs: number }[];
}

/** The guarantee averages over baselines of the first; the last is what grows by itself each night. */
const tried = [10, 20, 30] as const;
/** Inconclusive ends more frequent than this are too many. A suite of clean cases stays below it: ten clean runs leave room for some flakiness, which is played. */
export const oftenInconclusive = 0.2;

/**
 * Finds the smallest number of stored runs a case with which the gate nearly always has an answer, by playing unchanged agents on baselines of that
 * size. A case that has more keeps them.
 * @param budget model runs of a verdict, where it was given; otherwise it grows with the stored runs
 */
export function runsNeeded(
  gate: Gate,
  cases: readonly StoredCase[],
  { random, repetitions }: { readonly random: Random; readonly repetitions: number },
  budget: number | undefined,
): RunsNeeded {
  const [usual] = tried;
  const all = cases.map(({ baseline }) => baseline).reduce(addCounts);
  // Of a case that has hardly run nothing is known: it is played as the suite is on average.
  const average = { passes: all.runs === 0 ? usual : Math.round((usual * all.passes) / all.runs), runs: usual };
  const known = cases.map((stored) => (stored.baseline.runs < usual ? { ...stored, baseline: average, harm: 0 } : stored));
  let needed: RunsNeeded | undefined;
  for (const each of tried) {
    const grown = known.map((stored) => ({ ...stored, playedRuns: Math.max(each, stored.baseline.runs) }));
    const { inconclusive } = playMany(gate, grown, unchanged, { random, repetitions: Math.ceil(repetitions / 2), budget });
    needed = {
      each,
      inconclusive: inconclusive.value,
      isEnough: inconclusive.value <= oftenInconclusive,
      cases: cases.flatMap(({ id, baseline: { runs } }) => (runs < each ? [{ id, runs: each - runs }] : [])),
    };
    if (needed.isEnough) break;
  }
  return needed as RunsNeeded;
}
