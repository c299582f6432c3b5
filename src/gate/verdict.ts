import type { Interval } from '../stats/interval.ts';

/** Runs the gate asks for. Only runs that ended without an infra error count; the answer goes into the state and `next` is called again. */
export interface WantedRuns {
  readonly caseId: string;
  readonly arm: 'candidate' | 'baseline';
  /** `screen` and `retry` runs of main go into `fresh`, `confirm` runs into `confirm`; of the candidate, `screen` runs also go into `screening`. */
  readonly purpose: 'screen' | 'retry' | 'confirm';
  /** 1 or more. */
  readonly runs: number;
}

/** Make these runs and ask again. */
export interface SampleStep {
  readonly kind: 'sample';
  /** Sorted by case id; one round or batch, which fits into the budget. */
  readonly wanted: readonly WantedRuns[];
}

/** The strongest evidence that one case got worse. */
export interface CaseEvidence {
  /** The case with the largest e-value. */
  readonly caseId: string;
  readonly eValue: number;
  /** Mean of all e-values, weighted by severity; a block needs `threshold`, 1 / (the case test's part of alphaCase). */
  readonly meanEValue: number;
  readonly threshold: number;
  /** Main's pass rate less the candidate's, with bounds (two-sided 95 % by default); a description after retries, not a test. */
  readonly drop: Interval;
}

/** The strongest evidence that a critical case is falsely approved more often. */
export interface CriticalEvidence {
  readonly caseId: string;
  readonly eValue: number;
  /** Mean over the critical cases, weighted by severity; a block needs `threshold`, 1 / (the critical cases' part of alphaCase). */
  readonly meanEValue: number;
  readonly threshold: number;
  /** What the counts are of; false approvals when not given. */
  readonly harmKind?: 'approval' | 'decision';
  /** False approvals among the runs of that case: main's stored and fresh ones, and the candidate's. */
  readonly baseline: { readonly harm: number; readonly runs: number };
  readonly candidate: { readonly harm: number; readonly runs: number };
}

/** The evidence that the suite got worse. */
export interface SuiteEvidence {
  /** Mean drop of the pass rate over the cases; each bound holds with `options.confidence`. Infinite bounds are given as -1 and 1. */
  readonly drop: Interval;
  /** Upper bounds below it may pass. */
  readonly margin: number;
  /** p of the exact test and the level it needs; undefined when no test is scheduled for this round. */
  readonly test: { readonly pValue: number; readonly level: number } | undefined;
}

/** Model runs, both arms together. */
export interface RunsUsed {
  readonly spent: number;
  readonly budget: number;
  /** What a fixed design of as many runs a case as the schedule allows would have needed more. */
  readonly saved: number;
}

interface VerdictEvidence {
  readonly kind: 'verdict';
  /** One sentence for a person. */
  readonly reason: string;
  /** Complete screening rounds. */
  readonly round: number;
  readonly case: CaseEvidence;
  /** Undefined without a critical case. */
  readonly critical: CriticalEvidence | undefined;
  readonly suite: SuiteEvidence;
  readonly runs: RunsUsed;
}

/** No evidence of a regression, and a drop as large as the margin is ruled out. */
export interface PassVerdict extends VerdictEvidence {
  readonly verdict: 'pass';
}

/** A case or the suite got worse. */
export interface RegressedVerdict extends VerdictEvidence {
  readonly verdict: 'regressed';
  /** `critical`: a critical case is falsely approved more often. */
  readonly cause: 'case' | 'suite' | 'critical';
  /** The accused case; undefined when the suite as a whole got worse. */
  readonly caseId: string | undefined;
  /** p of candidate against main as it runs now, when the option `confirm` asked for it. */
  readonly confirmPValue: number | undefined;
}

/**
 * Why there is no answer. `harm`: a critical case was falsely approved twice or more, and nothing proves that it got worse. `not-cleared`: an
 * earlier edition of this change was accused of a case, and this one's runs neither convict nor clear it;
 * with `thorough`, a case failed more often than on main and the budget does not cover the runs that would clear it.
 */
export type InconclusiveCause = 'harm' | 'stuck' | 'budget' | 'rounds' | 'margin' | 'main-moved' | 'not-confirmed' | 'not-cleared';

/** The budget, the rounds or the retries did not bring an answer. */
export interface InconclusiveVerdict extends VerdictEvidence {
  readonly verdict: 'inconclusive';
  readonly cause: InconclusiveCause;
  readonly caseId: string | undefined;
  readonly confirmPValue: number | undefined;
}

/** The gate's answer with its evidence. */
export type Verdict = PassVerdict | RegressedVerdict | InconclusiveVerdict;

/** What the gate wants next, or its verdict. */
export type GateStep = SampleStep | Verdict;
