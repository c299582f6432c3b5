import type { ResolvedGateOptions } from './gate-options.ts';

/** How far a verdict may go, by how much is known of main. */
export interface Schedule {
  /** Most screening rounds. */
  readonly rounds: number;
  /** Most model runs, both arms together, as runs per case. */
  readonly runsPerCase: number;
  /** Share of alphaSuite by round. */
  readonly spendByRound: ReadonlyMap<number, number>;
  /** Whether the gate may pass after this many rounds, were the bound on the drop below the margin. */
  mayPassAt(round: number): boolean;
}

/** The stored runs a case that `rounds` and `budget` are made for: the guarantee averages over baselines of about that many. */
export const usualStoredRuns = 10;
/** Of the further rounds every third is a look: each look at the bound is a chance to pass, for a worse candidate too. */
const furtherLook = 3;

/**
 * With more stored runs of main, more rounds of the candidate tell more: the variance of a drop is v (1/t + 1/n0). So each run that is stored beyond
 * ten allows one further round, and one more model run per case unless the budget was given. How far it goes is known before the first run of
 * the candidate, so the tests hold.
 * @param storedRuns stored runs of main, case by case; new cases, which have none, do not count
 */
export function scheduleFor(options: ResolvedGateOptions, storedRuns: readonly number[]): Schedule {
  const { depth, furtherRounds, budget, budgetGrows } = options;
  const known = storedRuns.filter((runs) => runs > 0);
  const fewest = known.reduce((least, runs) => Math.min(least, runs), known[0] ?? 0);
  const further = Math.min(furtherRounds, Math.max(0, fewest - usualStoredRuns));
  const rounds = options.rounds + further;
  return {
    rounds,
    runsPerCase: budgetGrows ? budget + further : budget,
    spendByRound: options.spend || rounds < 6 * depth || further === 0 ? options.spendByRound : withLateTest(options),
    mayPassAt: (round) => round >= depth && (round <= options.rounds || round >= rounds || (round - options.rounds) % furtherLook === 0),
  };
}

/** The last scheduled test shares what it may use with one more at twice its round: small drops of a flaky suite show late. */
function withLateTest({ depth, spendByRound }: ResolvedGateOptions): Map<number, number> {
  const last = 3 * depth;
  const half = (spendByRound.get(last) ?? 0) / 2;
  return new Map([...spendByRound, [last, half], [2 * last, half]]);
}
