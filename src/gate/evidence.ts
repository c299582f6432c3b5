import { caseEValue } from '../stats/case-e-value.ts';
import { addCounts, type Counts } from '../stats/counts.ts';
import type { Interval } from '../stats/interval.ts';
import { meanDrop } from '../stats/mean-drop.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import { type CaseState, type GateState, parseGateState } from './gate-state.ts';
import { type Schedule, scheduleFor } from './schedule.ts';
import { isNew, scheduledTest, screenedArms } from './suite-test.ts';
import type { RunsUsed, SuiteEvidence } from './verdict.ts';

/** One case with what its counts say. */
export interface WeighedCase extends CaseState {
  /** Main's stored and fresh runs. */
  readonly main: Counts;
  /** Retries of the candidate so far. */
  readonly retries: number;
  readonly eValue: number;
  /** Its part of the mean e-value: severity weight (all sum to 1) times e-value. */
  readonly share: number;
  /** Evidence that the candidate falsely approves a critical case more often than main; 0 where the case is not critical. */
  readonly harmEValue: number;
  /** Its part of the mean over the critical cases: severity weight (those of the critical cases sum to 1) times e-value. */
  readonly harmShare: number;
}

/** Runs without a false approval, as counts. */
export function harmless(runs: number, harm: number): Counts {
  return { passes: runs - harm, runs };
}

/** The evidence that the candidate falsely approves critical cases more often. */
export interface HarmEvidence {
  /** Mean e-value of the critical cases, weighted by severity. */
  readonly meanEValue: number;
  /** The mean at which a critical case is convicted: 1 / (its part of alphaCase). */
  readonly threshold: number;
  /** The critical case with the largest part of it. */
  readonly accused: WeighedCase;
}

/** A state with everything that is computed from it once and asked for often. */
export interface Evidence {
  /** How far this verdict may go. */
  readonly schedule: Schedule;
  /** Sorted by id. */
  readonly cases: readonly WeighedCase[];
  /** The smallest number of screening runs over the cases. */
  readonly round: number;
  /** True when the round is complete: every case has exactly `round` screening runs, and main as many where none are stored. */
  readonly level: boolean;
  /** Mean e-value of the cases, weighted by severity. */
  readonly meanEValue: number;
  /** The mean e-value at which a case is convicted: 1 / (its part of alphaCase). */
  readonly caseThreshold: number;
  /** The case with the largest e-value. */
  readonly accused: WeighedCase;
  /** What the false approvals of critical cases say; undefined without a critical case. */
  readonly harm: HarmEvidence | undefined;
  readonly margin: number;
  /** Mean drop of the screening runs against main, with bounds. */
  readonly drop: Interval;
  readonly suiteTest: SuiteEvidence['test'];
  readonly runs: RunsUsed;
  /** Model runs that may still be asked for. */
  readonly remaining: number;
}

/**
 * Checks a state and weighs it.
 * @throws {DocketError} when the state cannot be judged
 */
export function weighEvidence(options: ResolvedGateOptions, state: GateState): Evidence {
  const { cases: caseStates, ...account } = parseGateState(state);
  const cases = weighCases(options, caseStates);
  const round = cases.reduce((smallest, { screening }) => Math.min(smallest, screening.runs), Infinity);
  const level = cases.every((each) => each.screening.runs === round && (!isNew(each) || each.fresh.runs >= round));
  const schedule = scheduleFor(
    options,
    cases.map(({ baseline }) => baseline.runs),
  );
  const fixedDesign = schedule.runsPerCase * cases.length;
  const counted = cases.reduce((sum, { candidate, fresh, confirm }) => sum + candidate.runs + fresh.runs + confirm.runs, 0);
  const budget = account.budget ?? fixedDesign + (options.budgetGrows ? recallRuns(caseStates) : 0);
  const spent = Math.max(account.spent ?? 0, counted);
  return {
    schedule,
    cases,
    round,
    level,
    meanEValue: cases.reduce((sum, { share }) => sum + share, 0),
    caseThreshold: 1 / (options.alphaCase * (cases.some(({ critical }) => critical) ? 1 - options.criticalShare : 1)),
    accused: cases.reduce((largest, each) => (each.eValue > largest.eValue ? each : largest)),
    harm: weighHarm(options, cases),
    margin: options.margin ?? Math.max(0.05, 1 / cases.length),
    drop: meanDrop(cases.map(screenedArms), options.z),
    suiteTest: level ? scheduledTest(options, schedule, cases, round) : undefined,
    runs: { spent, budget, saved: Math.max(0, Math.floor(fixedDesign - spent)) },
    remaining: Math.max(0, budget - spent),
  };
}

/** Model runs on top of the usual ones for cases that earlier editions were accused of, both arms together. */
const recallAllowance = 160;

function recallRuns(cases: readonly CaseState[]): number {
  return recallAllowance * cases.filter(({ accusations }) => accusations > 0).length;
}

function weighCases({ severity }: ResolvedGateOptions, cases: readonly CaseState[]): WeighedCase[] {
  const weights = new Map(Object.entries(severity));
  const weightOf = ({ id }: CaseState) => weights.get(id) ?? 1;
  const totalOf = (some: readonly CaseState[]) => some.reduce((sum, each) => sum + weightOf(each), 0);
  const totalWeight = totalOf(cases);
  const criticalWeight = totalOf(cases.filter(({ critical }) => critical));
  return cases.map((each) => {
    const { baseline, fresh, candidate, screening, harm, critical } = each;
    const main = addCounts(baseline, fresh);
    const eValue = caseEValue(main, candidate);
    const harmEValue = critical ? caseEValue(harmless(main.runs, harm.baseline), harmless(candidate.runs, harm.candidate)) : 0;
    return {
      ...each,
      main,
      retries: candidate.runs - screening.runs,
      eValue,
      share: eValue * (weightOf(each) / totalWeight),
      harmEValue,
      harmShare: critical ? harmEValue * (weightOf(each) / criticalWeight) : 0,
    };
  });
}

function weighHarm({ alphaCase, criticalShare }: ResolvedGateOptions, cases: readonly WeighedCase[]): HarmEvidence | undefined {
  const critical = cases.filter((each) => each.critical);
  if (critical.length === 0) return undefined;
  return {
    meanEValue: critical.reduce((sum, { harmShare }) => sum + harmShare, 0),
    threshold: 1 / (alphaCase * criticalShare),
    accused: critical.reduce((largest, each) => (each.harmShare > largest.harmShare ? each : largest)),
  };
}
