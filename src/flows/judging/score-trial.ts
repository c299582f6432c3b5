import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { Score } from '../../contracts/score.ts';
import type { TrialEvidence } from '../../contracts/scorer.ts';
import type { Trial } from '../../contracts/trial.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { askCaseScorer, askScorer } from './ask-scorer.ts';
import { trialDollars } from './trial-dollars.ts';

/** What the scorers say of one trial. */
export interface TrialScores {
  readonly pass: boolean;
  readonly scores: Score[];
  readonly dollars: number | undefined;
}

/** The code of the one finding in a trial that no hard scorer judged. */
export const notJudged = 'not-judged';

/** Where no hard scorer has anything to judge, nothing says that the trial passed, so it did not. */
const noEvidence: Score = {
  name: 'judgement',
  hard: true,
  pass: false,
  value: 0,
  reason: 'no hard scorer had anything to judge',
  findings: [{ code: notJudged, message: 'no hard scorer had anything to judge, so nothing shows that this trial passed' }],
};

/**
 * Runs every trial scorer of the agent on one trial. Pure: a stored trial can be scored again at no cost.
 * @param owed fields that the decision must have beside those of the version's own schema
 * @throws {ScorerFault} when a scorer does not judge
 */
export function scoreTrial(
  agent: Agent,
  version: DescribedVersion,
  loaded: LoadedCase,
  trial: Trial,
  owed: readonly string[] = [],
): TrialScores {
  const evidence = evidenceOf(version, loaded, trial, owed);
  const given = agent.scorers.flatMap((scorer) => (scorer.scope === 'trial' ? (askScorer(agent, scorer, evidence) ?? []) : []));
  const scores = given.some(({ hard }) => hard) ? given : [...given, noEvidence];
  return { pass: scores.every((score) => score.pass || !score.hard), scores, dollars: evidence.dollars };
}

/** All that a scorer may look at. */
export function evidenceOf(
  version: DescribedVersion,
  loaded: Pick<LoadedCase, 'case' | 'input'>,
  trial: Trial,
  owed: readonly string[] = [],
): TrialEvidence {
  return {
    case: loaded.case,
    input: loaded.input,
    trial,
    tools: version.toolVariant.definitions.map(({ name }) => name),
    decisionFields: [...new Set([...decisionFieldsOf(version.toolVariant.decisionJsonSchema).keys(), ...owed])],
    dollars: trialDollars(trial),
  };
}

/** Runs every case scorer of the agent on the repeats of one case, in number order. */
export function scoreCase(agent: Agent, { case: found }: LoadedCase, trials: readonly Trial[]): Score[] {
  const evidence = { case: found, trials: trials.toSorted((one, other) => one.key.number - other.key.number) };
  return agent.scorers.flatMap((scorer) => (scorer.scope === 'case' ? (askCaseScorer(agent, scorer, evidence) ?? []) : []));
}
