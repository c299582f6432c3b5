import { type Confirmation, confirmCase, confirmHarm, confirmSuite } from './confirm.ts';
import { isInDoubt } from './doubt.ts';
import { type Evidence, type WeighedCase, weighEvidence } from './evidence.ts';
import { type GateOptions, type ResolvedGateOptions, resolveGateOptions } from './gate-options.ts';
import type { GateState } from './gate-state.ts';
import { accusedCases, type Ended, type Recall, wantedClearing, wantedRecall } from './recall.ts';
import { isHarmed, isStuck, wantedRetries } from './retries.ts';
import { costOf, isMarginReachable, lastLook, lastRound, wantedScreening } from './screening.ts';
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
  /**
   * Ids of the cases that a further edition of this change must answer for, by the state that a verdict was given on: their `accusations` are to be
   * one more then. None after a pass.
   */
  accused(state: GateState, verdict: Ended): readonly string[];
}

/**
 * The gate "screen, retry, convict" as a pure state machine. With the default options it blocks at most 5 % of unchanged agents: 1 % by the case
 * test (a mean of e-values, valid at every stop), 4 % by the suite test (exact, at scheduled rounds only). Where the suite has critical cases,
 * half of the case test's 1 % goes to a test of the same kind over their false approvals. A candidate that falsely approved a critical case
 * twice and is not convicted is inconclusive, never a pass.
 * @throws {DocketError} when the options cannot be used
 */
export function createGate(options: GateOptions = {}): Gate {
  const resolved = resolveGateOptions(options);
  return {
    options: resolved,
    next: (state) => decide(resolved, weighEvidence(resolved, state)),
    accused: (state, verdict) => accusedCases(resolved, weighEvidence(resolved, state), verdict),
  };
}

function decide(options: ResolvedGateOptions, evidence: Evidence): GateStep {
  return (
    convict(options, evidence) ??
    recall(options, evidence) ??
    finishRound(evidence) ??
    retry(options, evidence) ??
    conclude(options, evidence) ??
    screen(options, evidence)
  );
}

function convict(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { accused, meanEValue, caseThreshold, harm, suiteTest } = evidence;
  if (harm && harm.meanEValue >= harm.threshold) {
    return accuse(options, evidence, { cause: 'critical', accused: harm.accused }, () => confirmHarm(evidence, harm.accused));
  }
  if (meanEValue >= caseThreshold) {
    return accuse(options, evidence, { cause: 'case', accused }, () => confirmCase(evidence, accused));
  }
  if (suiteTest && suiteTest.pValue <= suiteTest.level) {
    return accuse(options, evidence, { cause: 'suite' }, () => confirmSuite(evidence));
  }
  return undefined;
}

interface Charge {
  readonly cause: RegressedVerdict['cause'];
  readonly accused?: WeighedCase;
}

function accuse(options: ResolvedGateOptions, evidence: Evidence, charge: Charge, confirm: () => Confirmation): GateStep {
  if (!options.confirm) return regressed(evidence, charge);
  const confirmation = confirm();
  switch (confirmation.kind) {
    case 'sample':
      return confirmation;
    case 'stands':
      return regressed(evidence, { ...charge, confirmPValue: confirmation.pValue });
    case 'main-moved':
      return inconclusive(evidence, 'main-moved', { ...charge, confirmPValue: confirmation.pValue });
    case 'unaffordable':
      return inconclusive(evidence, 'not-confirmed', charge);
  }
}

/** Cases that earlier editions of this change were accused of come first: an edit must not roll the dice again. */
function recall(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  return cleared(evidence, wantedRecall(options, evidence));
}

function cleared(evidence: Evidence, { wanted, open }: Recall): GateStep | undefined {
  if (open === undefined) return undefined;
  return wanted.length > 0 ? { kind: 'sample', wanted } : inconclusive(evidence, 'not-cleared', { accused: open });
}

/** Some cases are behind, because runs ended as infra errors: they catch up first, so that tests are taken at complete rounds. */
function finishRound(evidence: Evidence): GateStep | undefined {
  if (evidence.level) return undefined;
  const furthest = evidence.cases.reduce((most, { screening }) => Math.max(most, screening.runs), 0);
  const wanted = wantedScreening(evidence, furthest === evidence.round ? evidence.round : evidence.round + 1);
  return costOf(wanted) <= evidence.remaining ? { kind: 'sample', wanted } : inconclusive(evidence, 'budget');
}

function retry(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { cases, affordable } = wantedRetries(options, evidence);
  if (cases === 0) return undefined;
  if (affordable.length > 0) return { kind: 'sample', wanted: affordable };
  return harmed(evidence) ?? inconclusive(evidence, 'budget');
}

/** False approvals of a critical case that no test convicts are no pass all the same. */
function harmed(evidence: Evidence): GateStep | undefined {
  const accused = evidence.cases
    .filter(isHarmed)
    .reduce<WeighedCase | undefined>((worst, each) => (worst && worst.harmShare >= each.harmShare ? worst : each), undefined);
  return accused && inconclusive(evidence, 'harm', { accused });
}

/** Nobody is suspicious with retries left. */
function conclude(options: ResolvedGateOptions, evidence: Evidence): GateStep | undefined {
  const { cases, round, drop, margin, schedule } = evidence;
  const harm = harmed(evidence);
  if (harm) return harm;
  const stuck = cases.find((each) => isStuck(options, each));
  if (stuck) return inconclusive(evidence, 'stuck', { accused: stuck });
  if (schedule.mayPassAt(round) && drop.high < margin && !isInDoubt(options, evidence))
    return cleared(evidence, wantedClearing(options, evidence)) ?? pass(evidence);
  return round >= schedule.rounds ? inconclusive(evidence, 'rounds') : undefined;
}

/** A round that leads nowhere is not started: depth and margin must be within reach of the budget, or a test that may block. */
function screen(options: ResolvedGateOptions, evidence: Evidence): GateStep {
  const last = lastRound(evidence);
  if (last === evidence.round) return inconclusive(evidence, 'budget');
  const look = lastLook(evidence, last);
  const isPassPossible = look > evidence.round && isMarginReachable(options, evidence, look);
  if (!isPassPossible && !isInDoubt(options, evidence)) return inconclusive(evidence, 'margin');
  return { kind: 'sample', wanted: wantedScreening(evidence, evidence.round + 1) };
}
