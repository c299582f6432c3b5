import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { Score } from '../../contracts/score.ts';
import type { RunEvidence, ScorerAnswer, TrialEvidence, TwinEvidence } from '../../contracts/scorer.ts';
import type { Trial } from '../../contracts/trial.ts';
import { relationScorer } from '../../scorers/relations/relation-scorer.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { isScorerFailure } from './ask-scorer.ts';
import { canFail, cannotFail } from './can-fail.ts';
import type { Scoring } from './scoring.ts';
import { runDollars, trialDollars } from './trial-dollars.ts';

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

interface ScoringOptions {
  readonly owed?: readonly string[];
  readonly signal?: AbortSignal;
  /** The trials of the case's twins, whose relations are then asked, too. */
  readonly twins?: readonly TwinEvidence[] | undefined;
}

/**
 * Asks every trial scorer of the agent about one trial. A stored trial can be scored again at no cost: what answers at once is pure, and what
 * others said is kept.
 * @param owed fields that the decision must have beside those of the version's own schema
 * @throws {ScorerFault} when a scorer does not judge; the signal's reason at an abort
 */
export async function scoreTrial(
  scoring: Scoring,
  version: DescribedVersion,
  loaded: LoadedCase,
  trial: Trial,
  { owed = [], signal = never.signal, twins }: ScoringOptions = {},
): Promise<TrialScores> {
  const evidence = { ...evidenceOf(scoring, version, loaded, trial, owed), ...(twins ? { twins } : {}) };
  const judged = (scoring.agent.relations ?? []).filter(({ name }) => twins?.some(({ relation }) => relation === name));
  const scorers = [...scoring.agent.scorers.filter((scorer) => scorer.scope === 'trial'), ...judged.map(relationScorer)];
  const judges = new Map(scorers.filter(({ judge }) => judge).map((scorer) => [scorer.name, scorer]));
  const asked = await scoresOf(scorers.map((scorer) => () => scoring.ask(scorer, evidence, signal)));
  const given = asked.map((score) => scoring.decided(judges.get(score.name) ?? { name: score.name }, score));
  const dollars = trialDollars(scoring.prices, trial);
  const hard = given.filter((score) => score.hard);
  if (hard.some(({ pass }) => !pass)) return { pass: false, scores: given, dollars };
  const why = hard.length === 0 ? noEvidence : (await canFail(scoring, evidence, given, signal)) ? undefined : noWayToFail(hard);
  return why ? { pass: false, scores: [...given, why], dollars } : { pass: true, scores: given, dollars };
}

/** Who passes whatever comes has judged nothing. */
function noWayToFail(hard: readonly Score[]): Score {
  const who = hard.map(({ name }) => name).join(', ');
  const message = `nothing could have failed this trial: ${who} also passed a decision that is wrong in every field, an empty one, and a run without a single step. Give the agent a hard scorer that compares the decision with the label (expectedDecision does).`;
  return { name: 'judgement', hard: true, pass: false, value: 0, reason: message, findings: [{ code: cannotFail, message }] };
}

const never = new AbortController();

/** All that answer, in their order. What fails is thrown once all have ended, so that nothing goes on behind it; what is no score first. */
async function scoresOf(questions: readonly (() => ScorerAnswer)[]): Promise<Score[]> {
  const answers = questions.map((question): ScorerAnswer => {
    try {
      return question();
    } catch (error) {
      return Promise.reject(error);
    }
  });
  const ended = await Promise.allSettled(answers);
  const failures = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((failure) => !isScorerFailure(failure)) ?? failures[0];
  return ended.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : []));
}

/** All that a scorer may look at. */
export function evidenceOf(
  { agent, prices }: Pick<Scoring, 'agent' | 'prices'>,
  version: DescribedVersion,
  loaded: Pick<LoadedCase, 'case' | 'input'>,
  trial: Trial,
  owed: readonly string[] = [],
): TrialEvidence {
  return {
    case: loaded.case,
    input: loaded.input,
    trial,
    ...shownOf(version, owed),
    dollars: runDollars(prices, trial),
    rules: rulesOf(agent),
  };
}

type ShownOfVersion = Pick<TrialEvidence, 'tools' | 'decisionFields'>;

/** The same for all trials of a version: its names are not looked up for each. */
const shownBefore = new WeakMap<DescribedVersion, ShownOfVersion>();

function shownOf(version: DescribedVersion, owed: readonly string[]): ShownOfVersion {
  const before = shownBefore.get(version);
  if (before && owed.length === 0) return before;
  const { definitions, providerTools = [], decisionJsonSchema } = version.toolVariant;
  const shown = {
    tools: [...definitions, ...providerTools].map(({ name }) => name),
    decisionFields: [...new Set([...decisionFieldsOf(decisionJsonSchema).keys(), ...owed])],
  };
  if (owed.length === 0) shownBefore.set(version, shown);
  return shown;
}

/**
 * Asks every case scorer of the agent about the repeats of one case, in number order.
 * @throws {ScorerFault} as `scoreTrial`
 */
export function scoreCase(
  scoring: Scoring,
  { case: found }: Pick<LoadedCase, 'case'>,
  trials: readonly RunEvidence[],
  signal: AbortSignal = never.signal,
): Promise<Score[]> {
  const scorers = scoring.agent.scorers.filter((scorer) => scorer.scope === 'case');
  const evidence = { case: found, trials: inOrder(trials), rules: rulesOf(scoring.agent) };
  return scoresOf(scorers.map((scorer) => () => scoring.askOfCase(scorer, evidence, signal)));
}

function inOrder(trials: readonly RunEvidence[]): RunEvidence[] {
  return trials.toSorted((one, other) => (one.key?.number ?? 0) - (other.key?.number ?? 0));
}
