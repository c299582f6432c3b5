import { type Confirmation, confirmCase, confirmSuite } from './confirm.ts';
import { isInDoubt } from './doubt.ts';
import { type Evidence, type WeighedCase, weighEvidence } from './evidence.ts';
import { type GateOptions, type ResolvedGateOptions, resolveGateOptions } from './gate-options.ts';
import type { GateState } from './gate-state.ts';
import { isStuck, wantedRetries } from './retries.ts';
import { costOf, isMarginReachable, lastRound, wantedScreening } from './screening.ts';
import type { GateStep, RegressedVerdict } from './verdict.ts';
import { inconclusive, pass, regressed } from './write-verdict.ts';

/** Decides whether a candidate got worse than main. */
export interface Gate {
  /** The options with their defaults. */
  readonly options: ResolvedGateOptions;
  /**
   * The next runs to make, or the verdict. Depends on the options and the state only. Start with the baseline's counts and nothing else, make
   * the runs that are wanted (stored trials in number order first), add them to the counts and ask again; it ends within the budget.
   * @throws {DocketError} when the state cannot be judged
   */
  next(state: GateState): GateStep;
}

/**
 * The gate "screen, retry, convict" as a pure state machine. With the default options it blocks at most 5 % of unchanged agents: 1 % by the case
 * test (a mean of e-values, valid at every stop), 4 % by the suite test (exact, at scheduled rounds only). The rule for critical cases is outside.
 * @throws {DocketError} when the options cannot be used
 */
export function createGate(options: GateOptions = {}): Gate {
  const resolved = resolveGateOptions(options);
  return { options: resolved, next: (state) => decide(resolved, weighEvidence(resolved, state)) };
}

function decide(options: ResolvedGateOptions, evidence: Evidence): GateStep {
  return (
    convict(options, evidence) ??
    finishRound(options, evidence) ??
    retry(options, evidence) ??
    conclude(options, evidence) ??
    screen(options, evidence)
  );
}

function convict(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { cases, accused, meanEValue, suiteTest } = evidence;
  const harmful = cases.find(({ critical, harm }) => critical && harm.candidate >= 2 && harm.baseline === 0);
  if (harmful) return regressed(options, evidence, { cause: 'critical', accused: harmful });
  if (meanEValue >= 1 / options.alphaCase) {
    return options.confirm
      ? confirmed(options, evidence, confirmCase(evidence, accused), accused)
      : regressed(options, evidence, { cause: 'case', accused });
  }
  if (suiteTest && suiteTest.pValue <= suiteTest.level) {
    return options.confirm ? confirmed(options, evidence, confirmSuite(evidence)) : regressed(options, evidence, { cause: 'suite' });
  }
  return undefined;
}

function confirmed(options: ResolvedGateOptions, evidence: Evidence, confirmation: Confirmation, accused?: WeighedCase): GateStep {
  const cause: RegressedVerdict['cause'] = accused ? 'case' : 'suite';
  const who = accused ? { accused } : {};
  switch (confirmation.kind) {
    case 'sample':
      return confirmation;
    case 'stands':
      return regressed(options, evidence, { cause, ...who, confirmPValue: confirmation.pValue });
    case 'main-moved':
      return inconclusive(options, evidence, 'main-moved', { ...who, confirmPValue: confirmation.pValue });
    case 'unaffordable':
      return inconclusive(options, evidence, 'not-confirmed', who);
  }
}

/** Some cases are behind, because runs ended as infra errors: they catch up first, so that tests are taken at complete rounds. */
function finishRound(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  if (evidence.level) return undefined;
  const furthest = evidence.cases.reduce((most, { screening }) => Math.max(most, screening.runs), 0);
  const wanted = wantedScreening(evidence, furthest === evidence.round ? evidence.round : evidence.round + 1);
  return costOf(wanted) <= evidence.remaining ? { kind: 'sample', wanted } : inconclusive(options, evidence, 'budget');
}

function retry(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { cases, affordable } = wantedRetries(options, evidence);
  if (cases === 0) return undefined;
  return affordable.length > 0 ? { kind: 'sample', wanted: affordable } : inconclusive(options, evidence, 'budget');
}

/** Nobody is suspicious with retries left. */
function conclude(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { cases, round, drop, margin } = evidence;
  const stuck = cases.find((each) => isStuck(options, each));
  if (stuck) return inconclusive(options, evidence, 'stuck', { accused: stuck });
  if (round >= options.depth && drop.high < margin && !isInDoubt(options, evidence)) return pass(options, evidence);
  return round >= options.rounds ? inconclusive(options, evidence, 'rounds') : undefined;
}

/** A round that leads nowhere is not started: depth and margin must be within reach of the budget, or a test that may block. */
function screen(options: ResolvedGateOptions, evidence: Evidence): GateStep {
  const last = lastRound(options, evidence);
  if (last === evidence.round) return inconclusive(options, evidence, 'budget');
  const isPassPossible = last >= options.depth && isMarginReachable(options, evidence, last);
  if (!isPassPossible && !isInDoubt(options, evidence)) return inconclusive(options, evidence, 'margin');
  return { kind: 'sample', wanted: wantedScreening(evidence, evidence.round + 1) };
}
