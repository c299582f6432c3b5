import { decisionScorerOf } from '../../contracts/scorer.ts';
import { askAtOnce } from '../../flows/judging/ask-scorer.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { type Look, subjectOf, trialsIn } from './subject.ts';

/**
 * The decision is what the agent's policy gives for the input, within the tolerances of its scorer that compares decisions.
 * The label of the case plays no part.
 */
export function toAgreeWithPolicy(this: MatcherState, received: unknown): SyncExpectationResult {
  return allHold(this.isNot, 'agree with the policy', trialsIn('toAgreeWithPolicy', received).map(lookAt));
}

function lookAt(trial: JudgedTrial): Look {
  const { agent, evidence } = trial;
  if (!agent.policy) throw new TypeError(`toAgreeWithPolicy(): the agent "${agent.name}" has no policy. Give defineAgent one.`);
  const scorer = decisionScorerOf(agent.scorers);
  if (!scorer) {
    throw new TypeError(
      `toAgreeWithPolicy(): the agent "${agent.name}" has no scorer that says when two decisions are equal. Give it expectedDecision(), or one of your own with comparesDecisions: true.`,
    );
  }
  const label = { ...evidence.case.label, decision: agent.policy(evidence.input) };
  const score = askAtOnce(agent, scorer, { ...evidence, case: { ...evidence.case, label } });
  if (!score) throw new TypeError(`toAgreeWithPolicy(): the scorer "${scorer.name}" had nothing to compare.`);
  return { ...subjectOf(trial), holds: score.pass, came: score.pass ? 'it agrees with the policy' : score.reason };
}
