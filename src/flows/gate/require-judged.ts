import { DocketError } from '../../contracts/docket-error.ts';
import { count } from '../../text/figures.ts';
import type { CaseLedger } from './ledger.ts';

/**
 * Both sides failing alike is no evidence that nothing got worse where it is for want of a scorer.
 * @throws {DocketError} naming the cases in which no hard scorer judged a single trial of either side
 */
export function requireJudged(ledgers: readonly CaseLedger[]): void {
  const blind = ledgers.filter(({ stored, runs }) => {
    const sides = [stored.judged, runs.candidate, runs.baseline];
    return sides.some(({ length }) => length > 0) && sides.every((side) => side.counts().judged === 0);
  });
  if (blind.length > 0) throw unjudgedCases(blind.map(({ loaded }) => loaded.case.id));
}

/** Trials that nobody judged prove nothing, and must not be counted either. */
export function unjudgedCases(caseIds: readonly string[]): DocketError {
  const shown = caseIds.slice(0, 5).join(', ') + (caseIds.length > 5 ? ` and ${count(caseIds.length - 5)} more` : '');
  return new DocketError(
    `No hard scorer judged a single trial of ${shown}, or could have failed one, so nothing shows whether the agent is right there. Give the agent a scorer with hard: true that judges it (expectedDecision does), or the case a label that such a scorer compares.`,
  );
}
