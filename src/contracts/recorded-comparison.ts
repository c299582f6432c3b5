import type { ShareInterval } from './share-interval.ts';

/** What tells the two sides apart (`agent`, `version`, `model`, or an attribute), and what it is on each; the first is what the second is measured by. */
export interface RecordedSides {
  readonly name: string;
  readonly values: readonly [string, string];
}

/** Runs of one side, with Wilson's interval of their pass rate. */
export interface SideRuns {
  readonly passes: number;
  readonly runs: number;
  readonly interval: ShareInterval;
}

export interface ComparedTask {
  readonly task: string;
  readonly sides: readonly [SideRuns, SideRuns];
}

/** Two sides of recorded runs, task by task. */
export interface RecordedComparison {
  readonly by: string;
  readonly group: RecordedSides;
  readonly score: string;
  /** In the order of their names, numbers by size. */
  readonly tasks: readonly ComparedTask[];
  readonly sides: readonly [SideRuns, SideRuns];
  /** How much less often the second side passes, over the tasks that both ran, each weighing alike; null where there is none. */
  readonly drop: ShareInterval | null;
  /** Exact, for these tasks: how probable so many failures of the second side are, or so few, when both pass alike. */
  readonly pWorse: number;
  readonly pBetter: number;
  /** Tasks that can tell the sides apart: both ran, some runs passed and some failed. */
  readonly informativeTasks: number;
  readonly verdict: 'worse' | 'better' | 'no-difference-shown' | 'not-comparable';
  /** Runs of neither side, and runs that say no task or no score. */
  readonly leftOut: { readonly otherRuns: number; readonly withoutTask: number; readonly withoutScore: number };
}
