import type { Accusation, Verdict } from '../../contracts/verdict.ts';
import type { Accused } from './editions.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/**
 * What this edition leaves for the next one to answer for: nothing after a pass, the accused and the open cases after a red or inconclusive end. Where no
 * rounds came to an end, or a waiver or changed rules stand between the runs and the verdict, what is remembered stays as it is.
 */
export function accusedOf({ gate }: GateContext, verdict: Verdict, ledgers: readonly CaseLedger[]): Accused {
  const judged = new Set(ledgers.map(({ loaded }) => loaded.case.id));
  // Approved rules passed it, and main's may have accused it.
  if (verdict.verdict === 'pass' && verdict.proposal) return undefined;
  if (verdict.verdict === 'pass') return { judged, accused: new Map() };
  if (verdict.verdict !== 'regressed' && verdict.verdict !== 'inconclusive') return undefined;
  if (verdict.verdict === 'inconclusive' && verdict.cause === 'rules-changed') return undefined;
  const caseId = verdict.verdict === 'regressed' ? accusedCaseOf(verdict.accusation) : verdict.caseId;
  const ids = gate.accused({ cases: ledgers.map((ledger) => ledger.state()) }, { verdict: verdict.verdict, caseId });
  return { judged, accused: new Map(ids.map((id) => [id, runsOf(ledgers, id)])) };
}

function accusedCaseOf(accusation: Accusation): string | undefined {
  return accusation.cause === 'suite' ? undefined : accusation.caseId;
}

function runsOf(ledgers: readonly CaseLedger[], id: string): number {
  return ledgers.find(({ loaded }) => loaded.case.id === id)?.runs.candidate.length ?? 0;
}
