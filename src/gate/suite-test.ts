import { type Stratum, stratifiedTest } from '../stats/stratified-test.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import type { CaseState } from './gate-state.ts';
import type { Schedule } from './schedule.ts';
import type { SuiteEvidence } from './verdict.ts';

/** A case without stored runs of main: both arms are run on it, round by round. */
export function isNew({ baseline }: CaseState): boolean {
  return baseline.runs === 0;
}

/** The runs that were planned before any result was seen, never retries: stored runs of main (of a new case, fresh ones) and screening runs. */
export function screenedArms(each: CaseState): Stratum {
  return { baseline: isNew(each) ? each.fresh : each.baseline, candidate: each.screening };
}

/**
 * p of the exact suite test. A new case whose main runs were topped up beside retries is left out: how many those are depends on how runs
 * ended, and the test is exact only for numbers that do not.
 * @param round complete screening rounds
 */
export function suitePValue(cases: readonly CaseState[], round: number): number {
  return stratifiedTest(cases.filter((each) => !isNew(each) || each.fresh.runs === round).map(screenedArms)).pValue;
}

/** The suite test with the level it needs, when one is scheduled for this round. */
export function scheduledTest(
  { alphaSuite }: ResolvedGateOptions,
  { spendByRound }: Schedule,
  cases: readonly CaseState[],
  round: number,
): SuiteEvidence['test'] {
  const share = spendByRound.get(round);
  return share === undefined ? undefined : { pValue: suitePValue(cases, round), level: share * alphaSuite };
}
