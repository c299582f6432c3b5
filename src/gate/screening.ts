import { meanDrop } from '../stats/mean-drop.ts';
import type { Evidence, WeighedCase } from './evidence.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import { isNew, screenedArms } from './suite-test.ts';
import type { WantedRuns } from './verdict.ts';

/** What is missing until every case has `round` screening runs, and main as many where none are stored. Sorted by case id. */
export function wantedScreening({ cases }: Evidence, round: number): WantedRuns[] {
  return cases.flatMap((each) => {
    const wanted: WantedRuns[] = [];
    const candidateRuns = round - each.screening.runs;
    if (candidateRuns > 0) wanted.push({ caseId: each.id, arm: 'candidate', purpose: 'screen', runs: candidateRuns });
    const mainRuns = isNew(each) ? round - each.fresh.runs : 0;
    if (mainRuns > 0) wanted.push({ caseId: each.id, arm: 'baseline', purpose: 'screen', runs: mainRuns });
    return wanted;
  });
}

/** Number of model runs. */
export function costOf(wanted: readonly WantedRuns[]): number {
  return wanted.reduce((sum, { runs }) => sum + runs, 0);
}

/** The last round the budget allows, when nothing is spent on retries. */
export function lastRound(evidence: Evidence): number {
  const { rounds } = evidence.schedule;
  let last = evidence.round;
  while (last < rounds && costOf(wantedScreening(evidence, last + 1)) <= evidence.remaining) last += 1;
  return last;
}

/** The last round up to `last` after which the gate may pass; 0 when there is none. */
export function lastLook({ schedule }: Evidence, last: number): number {
  let look = last;
  while (look > 0 && !schedule.mayPassAt(look)) look -= 1;
  return look;
}

/** Whether the bound on the drop would come below the margin if every run from now to `round` passed. */
export function isMarginReachable({ z }: ResolvedGateOptions, { cases, margin }: Evidence, round: number): boolean {
  return (
    meanDrop(
      cases.map((each) => screenedArms(allPassing(each, round))),
      z,
    ).high < margin
  );
}

/** The best future for the candidate; a new case of main passes alike, which keeps the drop as small as it can be told to be. */
function allPassing(each: WeighedCase, round: number): WeighedCase {
  const more = Math.max(0, round - each.screening.runs);
  const moreMain = isNew(each) ? Math.max(0, round - each.fresh.runs) : 0;
  return {
    ...each,
    screening: { passes: each.screening.passes + more, runs: each.screening.runs + more },
    fresh: { passes: each.fresh.passes + moreMain, runs: each.fresh.runs + moreMain },
  };
}
