import { caseEValue } from '../stats/case-e-value.ts';
import { addCounts, type Counts } from '../stats/counts.ts';
import type { Interval } from '../stats/interval.ts';
import { meanDrop } from '../stats/mean-drop.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import { type CaseState, type GateState, parseGateState } from './gate-state.ts';
import { isNew, scheduledTest, screenedArms, suiteCases } from './suite-test.ts';
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
}

/** A state with everything that is computed from it once and asked for often. */
export interface Evidence {
  /** Sorted by id. */
  readonly cases: readonly WeighedCase[];
  /** The smallest number of screening runs over the cases. */
  readonly round: number;
  /** True when the round is complete: every case has exactly `round` screening runs, and main as many where none are stored. */
  readonly level: boolean;
  /** Mean e-value of the cases, weighted by severity. */
  readonly meanEValue: number;
  /** The case with the largest e-value. */
  readonly accused: WeighedCase;
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
  const fixedDesign = options.budget * cases.length;
  const counted = cases.reduce((sum, { candidate, fresh, confirm }) => sum + candidate.runs + fresh.runs + confirm.runs, 0);
  const budget = account.budget ?? fixedDesign;
  const spent = Math.max(account.spent ?? 0, counted);
  return {
    cases,
    round,
    level,
    meanEValue: cases.reduce((sum, { share }) => sum + share, 0),
    accused: cases.reduce((largest, each) => (each.eValue > largest.eValue ? each : largest)),
    margin: options.margin ?? Math.max(0.05, 1 / cases.length),
    drop: meanDrop(suiteCases(cases).map(screenedArms), options.z),
    suiteTest: level ? scheduledTest(options, cases, round) : undefined,
    runs: { spent, budget, saved: Math.max(0, Math.floor(fixedDesign - spent)) },
    remaining: Math.max(0, budget - spent),
  };
}

function weighCases({ severity }: ResolvedGateOptions, cases: readonly CaseState[]): WeighedCase[] {
  const weights = cases.map(({ id }) => (Object.hasOwn(severity, id) ? (severity[id] as number) : 1));
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  return cases.map((each, index) => {
    const main = addCounts(each.baseline, each.fresh);
    const eValue = caseEValue(main, each.candidate);
    const share = eValue * ((weights[index] as number) / totalWeight);
    return { ...each, main, retries: each.candidate.runs - each.screening.runs, eValue, share };
  });
}
