import { dropInterval } from '../stats/drop-interval.ts';
import { count, counted, dropText, ratio, statistic } from '../text/figures.ts';
import type { Evidence, WeighedCase } from './evidence.ts';
import type { InconclusiveCause, InconclusiveVerdict, PassVerdict, RegressedVerdict } from './verdict.ts';

/** No evidence of a regression, and a drop as large as the margin is ruled out. */
export function pass(evidence: Evidence): PassVerdict {
  const reason = `Neither a case nor the suite got worse in ${rounds(evidence.round)}; a mean drop of ${dropText(evidence.margin)} or more is ruled out (upper bound ${dropText(evidence.drop.high)}).`;
  return { ...common(evidence), verdict: 'pass', reason };
}

/** A case or the suite got worse. */
export function regressed(
  evidence: Evidence,
  accusation: Pick<RegressedVerdict, 'cause'> & { readonly accused?: WeighedCase; readonly confirmPValue?: number },
): RegressedVerdict {
  const { cause, accused, confirmPValue } = accusation;
  return {
    ...common(evidence),
    verdict: 'regressed',
    reason: `${accusationOf(evidence, accused, cause)}${confirmPValue === undefined ? '' : ` Main was run again and still does better (p = ${statistic(confirmPValue)}).`}`,
    cause,
    caseId: accused?.id,
    confirmPValue,
  };
}

/** No answer, and why. */
export function inconclusive(
  evidence: Evidence,
  cause: InconclusiveCause,
  detail: { readonly accused?: WeighedCase; readonly confirmPValue?: number } = {},
): InconclusiveVerdict {
  return {
    ...common(evidence),
    verdict: 'inconclusive',
    reason: inconclusiveReason(evidence, cause, detail.accused, detail.confirmPValue),
    cause,
    caseId: detail.accused?.id,
    confirmPValue: detail.confirmPValue,
  };
}

function common({ round, accused, meanEValue, caseThreshold, harm, drop, margin, suiteTest, runs }: Evidence) {
  return {
    kind: 'verdict' as const,
    round,
    case: {
      caseId: accused.id,
      eValue: accused.eValue,
      meanEValue,
      threshold: caseThreshold,
      drop: dropInterval({ baseline: accused.main, candidate: accused.candidate }),
    },
    critical: harm && {
      caseId: harm.accused.id,
      ...(harm.accused.harmKind === undefined ? {} : { harmKind: harm.accused.harmKind }),
      eValue: harm.accused.harmEValue,
      meanEValue: harm.meanEValue,
      threshold: harm.threshold,
      baseline: { harm: harm.accused.harm.baseline, runs: harm.accused.main.runs },
      candidate: { harm: harm.accused.harm.candidate, runs: harm.accused.candidate.runs },
    },
    // A drop lies between -1 and 1, and JSON knows no infinity.
    suite: { drop: { value: drop.value, low: Math.max(-1, drop.low), high: Math.min(1, drop.high) }, margin, test: suiteTest },
    runs,
  };
}

function accusationOf(evidence: Evidence, accused: WeighedCase | undefined, cause: RegressedVerdict['cause']): string {
  if (!accused) {
    return `The suite got worse: the mean pass rate dropped by ${dropText(evidence.drop.value)} in ${rounds(evidence.round)} (p = ${statistic(evidence.suiteTest?.pValue ?? 1)}, blocks at ${statistic(evidence.suiteTest?.level ?? 0)}).`;
  }
  if (cause === 'critical') {
    return `The critical case "${accused.id}" has more ${harmed(accused)}: ${harmText(accused)} (evidence ${statistic(accused.harmEValue)}).`;
  }
  return `The case "${accused.id}" got worse: main passed ${ratio(accused.main)}, the candidate ${ratio(accused.candidate)} (evidence ${statistic(accused.eValue)}).`;
}

function inconclusiveReason(
  evidence: Evidence,
  cause: InconclusiveCause,
  accused: WeighedCase | undefined,
  pValue: number | undefined,
): string {
  const bound = `a mean drop of up to ${dropText(Math.min(1, evidence.drop.high))} is still possible, and ${dropText(evidence.margin)} or more must be ruled out to pass`;
  const { spent, budget } = evidence.runs;
  switch (cause) {
    case 'harm':
      return `The critical case "${accused?.id}" had ${accused && harmed(accused)} more than once: ${accused && harmText(accused)}. That does not prove a regression (evidence ${statistic(accused?.harmEValue ?? 0)}), but a candidate that does this never passes.`;
    case 'stuck':
      return `The case "${accused?.id}" looks worse (main passed ${accused && ratio(accused.main)}, the candidate ${accused && ratio(accused.candidate)}), and its retries are used up without proof.`;
    case 'budget':
      return `The budget is spent (${count(spent)} of ${counted(budget, 'model run')}) and does not cover the next step; ${bound}.`;
    case 'rounds':
      return `All ${rounds(evidence.round)} are done, but ${bound}.`;
    case 'margin':
      return `The budget is too small to pass (${count(spent)} of ${counted(budget, 'model run')} spent), even if every further run passes; ${bound}.`;
    case 'main-moved':
      return `${accused ? `The case "${accused.id}"` : 'The suite'} looked worse than the stored baseline, but not worse than main as it runs now (p = ${statistic(pValue ?? 1)}): main itself has changed.`;
    case 'not-cleared':
      return accused?.accusations === 0
        ? `The case "${accused.id}" failed more often than on main (main passed ${ratio(accused.main)}, the candidate ${ratio(accused.candidate)}), and the budget (${count(spent)} of ${counted(budget, 'model run')} spent) does not cover the runs that would clear it.`
        : `An earlier edition of this change was accused of the case "${accused?.id}", and this one neither clears it nor proves it worse: main passed ${accused && ratio(accused.main)}, the candidate ${accused && ratio(accused.candidate)}.`;
    case 'not-confirmed':
      return `${accused ? `The case "${accused.id}"` : 'The suite'} looks worse than the stored baseline, and no budget is left to run main again (${count(spent)} of ${counted(budget, 'model run')} spent).`;
  }
}

function harmed({ harmKind }: WeighedCase): string {
  return harmKind === 'decision' ? 'wrong decisions' : 'false approvals';
}

function harmText({ harm, main, candidate }: WeighedCase): string {
  return `${count(harm.candidate)} of ${count(candidate.runs)} runs of the candidate, ${count(harm.baseline)} of ${count(main.runs)} of main`;
}

function rounds(count: number): string {
  return counted(count, 'screening round');
}
