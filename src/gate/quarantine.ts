import type { Counts } from '../stats/counts.ts';

/** Stored runs of main before a case is taken out. */
const runsToEnter = 20;
/** Main passes at most so large a share of them: then the case says more about luck than about a change. */
const entersAt = 0.5;
/** To judge again takes fewer runs, because judging is the safe side, and a clearly better rate, so that a case does not go to and fro. */
const runsToLeave = 10;
const leavesAt = 0.8;

/** What is known of a case beside its runs. */
export interface QuarantineState {
  /** It was in quarantine before these runs. */
  readonly before: boolean;
  /** A critical case always judges. */
  readonly critical: boolean;
}

/** Whether main itself fails a case so often that it does not judge a change. Between the two rates it stays as it was. */
export function isQuarantined({ passes, runs }: Counts, { before, critical }: QuarantineState): boolean {
  if (critical) return false;
  if (before) return runs < runsToLeave || passes < leavesAt * runs;
  return runs >= runsToEnter && passes <= entersAt * runs;
}

/** A case that does not judge, with main's stored runs. */
export interface QuarantinedCase extends Counts {
  readonly id: string;
}

/** The mean drop of the suite (0..1) that nobody sees any more: what it would come to if a change broke all of these cases for good. */
export function unseenDrop(quarantined: readonly Counts[], cases: number): number {
  return quarantined.reduce((sum, { passes, runs }) => sum + passes / runs, 0) / cases;
}

/** At least two thirds of the cases must judge. */
export function isTooFlaky(quarantined: number, cases: number): boolean {
  return 3 * (cases - quarantined) < 2 * cases;
}
