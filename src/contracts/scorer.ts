import type { Case } from './case.ts';
import type { DecisionRules } from './decision-rules.ts';
import type { JsonObject } from './json.ts';
import type { ModelMode } from './model-mode.ts';
import type { Score } from './score.ts';
import type { Trial } from './trial.ts';

/** What happened in a run, and in which trial; a run in production, or a decision that is only held against a label, is none. */
export type RunEvidence = Pick<Trial, 'mode' | 'endpoint' | 'transcript' | 'usage' | 'durationMs' | 'outcome'> &
  Partial<Pick<Trial, 'key'>>;

/** A twin of the case, with its trial of the same number. */
export interface TwinEvidence {
  /** Name of the relation that made it. */
  readonly relation: string;
  /** What was done to the case's input, for a person. */
  readonly what: string;
  /** As a trial's. */
  readonly input: JsonObject;
  readonly trial: RunEvidence;
}

/** What a scorer may look at. It sees one trial, never the store, the model or the clock. */
export interface TrialEvidence {
  readonly case: Case;
  /** The case's input after the agent's input schema parsed it. */
  readonly input: JsonObject;
  readonly trial: RunEvidence;
  /** Names of the tools that were offered to the model. */
  readonly tools: readonly string[];
  /** Names of the fields that the version's decision has by its schema; undefined when the version is not known, as with many a trace. */
  readonly decisionFields: readonly string[] | undefined;
  /** What the trial's model calls cost; undefined when the model has no known price. */
  readonly dollars: number | undefined;
  /** What the agent says of its decisions; a scorer that compares them goes by it. */
  readonly rules?: DecisionRules;
  /** Where relations are checked: the trials of the case's twins. */
  readonly twins?: readonly TwinEvidence[];
}

/** What a scorer can need of a case beside the run itself. A trace from production has no label, and often not the whole input. */
export const scorerNeeds = ['input', 'label'] as const;
export type ScorerNeed = (typeof scorerNeeds)[number];

/** A question that a scorer asks a model. */
export interface ModelQuestion {
  readonly model: string;
  readonly system: string;
  readonly message: string;
  /** JSON schema of the answer. */
  readonly schema: JsonObject;
  readonly maxTokens: number;
  /** Tell repeats of one question apart. */
  readonly series: string;
  readonly number: number;
  /** What answers in its place where the model is simulated: text, from the message and luck that is the question's own. */
  readonly simulated?: (message: string, random: () => number) => string;
}

/** What the model said, who that was, and what it cost where that is known. */
export interface ModelReply {
  readonly text: string;
  readonly model: string;
  readonly mode: ModelMode;
  readonly dollars?: number;
}

/** What a scorer that takes its time is told beside the evidence. */
export interface ScoringContext {
  /** Aborts at the deadline, and when the run is interrupted: hand it on to whatever is asked. */
  readonly signal: AbortSignal;
  /**
   * Asks the model of the session, with its limits, retries, budget and prices; undefined where nobody answers. Its answer says nothing where the
   * model is simulated and the question has no simulated answer.
   */
  readonly ask?: ((question: ModelQuestion) => Promise<ModelReply | undefined>) | undefined;
}

/** What a scorer says of itself that asks a model for a judgement: it informs, until it was held against labels of people. */
export interface JudgeIdentity {
  /** The model that is asked. */
  readonly model: string;
  /** Hash of all that decides the answer beside the model: rubric, words around it, what is shown. */
  readonly rubric: string;
  /** It may fail a trial only while the upper 95 % bound of the share of wrong answers that it passes is no larger. */
  readonly maxFalsePass: number;
  /** False for one that never fails a trial, however good it is. */
  readonly hard: boolean;
  /** The same judge, shown the parts in another order. */
  readonly otherOrder?: TrialScorer;
}

/** What a scorer says, at once or later; undefined when there is nothing to judge, for example no label for this field. */
export type ScorerAnswer = Score | undefined | Promise<Score | undefined>;

/**
 * Judges one trial: the same evidence always gets the same score. One that answers at once is asked anew each time, for free. One that answers
 * later (a service, a model as a judge) is asked once: what it said of a trial is kept in the trial store until the scorer changes. What is no
 * score of its own name (`true`, a number) is refused, and the scorer with it; one that throws or is late says nothing about the agent.
 */
export interface TrialScorer {
  readonly scope: 'trial';
  readonly name: string;
  /** Decision fields that the scorer names: one that no version decides is refused, because it would never be judged. */
  readonly fields?: readonly string[];
  /** What the scorer was made with: the gate tells a change of it, which the function itself does not show. */
  readonly settings?: JsonObject;
  /**
   * What it looks at beside the run: nothing (`[]`), `input`, `label`. `docket traces score` and `docket decide` ask a scorer only where there is
   * what it needs, and a scorer that does not say is taken to need both.
   */
  readonly needs?: readonly ScorerNeed[];
  /**
   * True for the one scorer of an agent that says whether a decision is the one that the label wants. Reviews, the audit of labels and
   * `toAgreeWithPolicy` ask it whether two decisions are the same, thousands of times, so it answers at once; on a trace its score is called
   * `policy-agreement`.
   */
  readonly comparesDecisions?: boolean;
  /** Set where a model gives the score: then `hard` is decided by its calibration, and not by the score. */
  readonly judge?: JudgeIdentity;
  /** What the scorer that compares decisions was told of them beside what the agent says. */
  readonly rules?: DecisionRules;
  score(evidence: TrialEvidence, context: ScoringContext): ScorerAnswer;
}

/** A trial scorer that answers at once. */
export interface PromptTrialScorer extends TrialScorer {
  score(evidence: TrialEvidence): Score | undefined;
}

/** All trials of one version on one case. */
export interface CaseEvidence {
  readonly case: Case;
  readonly trials: readonly RunEvidence[];
  /** As a trial's. */
  readonly rules?: DecisionRules;
}

/** Judges the repeats of one case together. It informs: its scores are never hard. */
export interface CaseScorer {
  readonly scope: 'case';
  readonly name: string;
  /** As a trial scorer's. */
  readonly fields?: readonly string[];
  /** As a trial scorer's. */
  readonly settings?: JsonObject;
  score(evidence: CaseEvidence, context: ScoringContext): ScorerAnswer;
}

/** A case scorer that answers at once. */
export interface PromptCaseScorer extends CaseScorer {
  score(evidence: CaseEvidence): Score | undefined;
}

export type Scorer = TrialScorer | CaseScorer;

/** What a scorer needs beside the run: what it says, or everything. */
export function needsOf({ needs }: TrialScorer): readonly ScorerNeed[] {
  return needs ?? scorerNeeds;
}

/** The scorer that says when two decisions are the same, where there is one. */
export function decisionScorerOf(scorers: readonly Scorer[]): TrialScorer | undefined {
  return scorers.find((scorer): scorer is TrialScorer => scorer.scope === 'trial' && scorer.comparesDecisions === true);
}
