import type { SettledOutcome } from '../../contracts/trial.ts';
import { toAgreeWithPolicy } from './to-agree-with-policy.ts';
import { toDecide } from './to-decide.ts';
import { toEndAs } from './to-end-as.ts';
import { toHaveCalledTools } from './to-have-called-tools.ts';
import { toHoldRelations } from './to-hold-relations.ts';
import { toBeConsistent, toPass, toPassScorer } from './to-pass-scorer.ts';
import { type ShowFindingOptions, toShowFinding } from './to-show-finding.ts';
import { type BudgetLimits, toStayWithinBudget } from './to-stay-within-budget.ts';

export type { BudgetLimits, ShowFindingOptions };

/**
 * What `expect` can say of a trial, or of a list of trials. On a list each holds when it holds for every trial;
 * with `.not`, when it holds for none.
 */
export interface DocketMatchers<R> {
  /** Every hard scorer of the agent passes. */
  toPass(): R;
  /** It decided, and each field that is named has that value; `expect.closeTo(…)` and the like may stand for a value. */
  toDecide(expected: Readonly<Record<string, unknown>>): R;
  /** The decision is what the agent's policy gives for the input, whatever the case's label says. */
  toAgreeWithPolicy(): R;
  /** One trial does not contradict itself (self-consistency); the trials of a list agree with one another (trial-consistency). */
  toBeConsistent(): R;
  /** The agent's scorer of this name passes; one that judges repeats together judges each case's trials of a list. */
  toPassScorer(name: string): R;
  /** Relations hold between it and its twins, of trials that were run with `relations`: all that were checked, or these. */
  toHoldRelations(names?: readonly string[]): R;
  /** Some scorer found a fault of this code; `atLeast` says in how many trials of a list. */
  toShowFinding(code: string, options?: ShowFindingOptions): R;
  /** Each of these tools was called, in any order. */
  toHaveCalledTools(tools: readonly string[]): R;
  /** It cost no more than this: tokens, dollars, milliseconds, each for one trial. */
  toStayWithinBudget(limits: BudgetLimits): R;
  /** It ended so. */
  toEndAs(kind: SettledOutcome['kind']): R;
}

declare global {
  namespace Chai {
    /** Vitest takes its assertions from here in every release; its own `Matchers` has other type parameters in each, and then neither compiles. */
    interface Assertion extends DocketMatchers<void> {}
  }
}

/** All matchers by name, for `expect.extend`. */
export const matchers = {
  toPass,
  toDecide,
  toAgreeWithPolicy,
  toBeConsistent,
  toPassScorer,
  toHoldRelations,
  toShowFinding,
  toHaveCalledTools,
  toStayWithinBudget,
  toEndAs,
};
