import type { Evidence } from './evidence.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import { lastRound } from './screening.ts';
import { suitePValue } from './suite-test.ts';

/**
 * The suite looks worse, not enough to block: p is small, half the margin is not ruled out, and a scheduled test is ahead within the budget. Then
 * the gate goes on to that test before it passes or gives up. Looking at p here costs nothing of alphaSuite, because nothing is blocked by it.
 * Why: small drops spread over a small suite would otherwise pass after `depth` rounds; unchanged agents are seldom in doubt.
 */
export function isInDoubt(options: ResolvedGateOptions, evidence: Evidence): boolean {
  const { cases, round, drop, margin, suiteTest } = evidence;
  if (drop.high <= margin / 2) return false;
  const last = lastRound(evidence);
  const testAhead = [...evidence.schedule.spendByRound.keys()].some((scheduled) => scheduled > round && scheduled <= last);
  return testAhead && (suiteTest?.pValue ?? suitePValue(cases, round)) < options.doubt;
}
