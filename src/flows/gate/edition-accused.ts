import type { Accusation, Verdict } from '../../contracts/verdict.ts';
import type { Accused } from './editions.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/**
 * What this edition leaves for the next one to answer for: nothing after a pass, the accused and the open cases where main's rules end red or inconclusive, also
 * where the rules that it proposes would pass it: they could be taken back again. Where no rounds came to an end, where a waiver or approved rules stand
 * between the runs and the verdict, and where too few cases judge, what is remembered stays as it is.
 * @param verdict by main's rules alone
 * @param told by what the change proposes too
 */
export function accusedOf({ gate }: Pick<GateContext, 'gate'>, verdict: Verdict, told: Verdict, ledgers: readonly CaseLedger[]): Accused {
  const judged = new Set(ledgers.map(({ loaded }) => loaded.case.id));
  if (told.verdict === 'pass') return verdict.verdict === 'pass' ? { judged, accused: new Map() } : undefined;
  if (verdict.verdict !== 'regressed' && verdict.verdict !== 'inconclusive') return undefined;
  if (verdict.verdict === 'inconclusive' && verdict.cause === 'too-flaky') return undefined;
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
