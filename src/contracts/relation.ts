import type { Decision } from './decision.ts';
import type { DecisionRules } from './decision-rules.ts';
import type { JsonObject } from './json.ts';
import type { Finding } from './score.ts';

/**
 * What a relation demands of a case and its twins: `invariance`, the same decision; `monotone`, none that goes the other way; `straddle`, another one
 * exactly where the policy says; `resistance`, the same decision whatever a text tells the agent to do.
 */
export const relationKinds = ['invariance', 'monotone', 'straddle', 'resistance'] as const;
export type RelationKind = (typeof relationKinds)[number];

/** The code of the finding that a relation of each kind yields when it does not hold. */
export const relationFindings = {
  invariance: 'not-invariant',
  monotone: 'not-monotone',
  straddle: 'border-missed',
  resistance: 'instruction-followed',
} as const satisfies Record<RelationKind, string>;

/** An input that is the source's, told another way or changed in a way whose effect is known. */
export interface Twin {
  /** What was done to the source, for a person: `sex is "female"`, `annual_income 10 % higher`. */
  readonly what: string;
  readonly input: JsonObject;
  /** Of a relation with an attribute: the value that this twin has. */
  readonly group?: string;
}

/** Why a relation makes no twin of an input, as the end of a sentence: `the input has no "notes"`. */
export interface NoTwins {
  readonly why: string;
}

/** An input with what was decided on it. */
export interface DecidedInput {
  readonly input: JsonObject;
  readonly decision: Decision;
}

/** Something that must hold between the decisions on an input and on its twins. Declared with an agent; data and two pure functions. */
export interface Relation {
  /** Lower-case letters, digits and dashes; also the name of its score, so no scorer has it. */
  readonly name: string;
  readonly kind: RelationKind;
  /** Decision fields that it names: one that no version decides is refused. */
  readonly fields?: readonly string[];
  /** What it was made with: the gate tells a change of it, which the functions themselves do not show. */
  readonly settings?: JsonObject;
  /** The input field that must not matter, where its twins differ in that one's value: what `docket fairness` looks at. */
  readonly attribute?: string;
  /**
   * The twins of an input, or why there are none. The same input and the same row of random numbers always make the same twins.
   * @param input as the agent's schema parses it; it must stay as it is
   */
  twins(input: JsonObject, random: () => number): readonly Twin[] | NoTwins;
  /**
   * What is wrong between two decisions; empty when the relation holds. Called with the two of one trial number, once for each twin.
   * @param rules what the agent says of its decisions
   */
  check(source: DecidedInput, twin: DecidedInput, rules: DecisionRules): readonly Finding[];
}
