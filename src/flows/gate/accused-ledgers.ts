import { caseEValue } from '../../stats/case-e-value.ts';
import { addCounts } from '../../stats/counts.ts';
import type { RoundsEnd } from './3-run-rounds.ts';
import type { CaseLedger } from './ledger.ts';

/** Most cases that are accused when the suite as a whole got worse. */
const mostAccused = 3;

/** The case that the verdict names; where the suite as a whole got worse, the failing cases with the most evidence, the strongest first. */
export function accusedLedgers(end: RoundsEnd, ledgers: readonly CaseLedger[]): readonly CaseLedger[] {
  if (end.kind !== 'verdict' || end.verdict.verdict === 'pass') return [];
  const { verdict, caseId } = end.verdict;
  if (caseId !== undefined) return ledgers.filter((ledger) => ledger.loaded.case.id === caseId);
  if (verdict === 'inconclusive') return [];
  return ledgers
    .filter(({ runs }) => runs.candidate.counts().passes < runs.candidate.length)
    .map((ledger) => ({ ledger, evidence: evidenceAgainst(ledger) }))
    .sort((one, other) => other.evidence - one.evidence)
    .slice(0, mostAccused)
    .map(({ ledger }) => ledger);
}

function evidenceAgainst(ledger: CaseLedger): number {
  const { baseline, fresh = none, candidate } = ledger.state();
  return caseEValue(addCounts(baseline, fresh), candidate);
}

const none = { passes: 0, runs: 0 };
