/** How often something was tried and how often it passed. Whole numbers, 0 <= passes <= runs. */
export interface Counts {
  readonly passes: number;
  readonly runs: number;
}

/** Two sets of runs as one. */
export function addCounts(one: Counts, other: Counts): Counts {
  return { passes: one.passes + other.passes, runs: one.runs + other.runs };
}
