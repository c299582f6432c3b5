import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import type { Version } from '../../agent/version.ts';
import { countAnswered, modelsOf, modeOf } from '../../contracts/answered-by.ts';
import { cutTexts } from '../../contracts/cut-text.ts';
import type { CacheUse, CaseResult, InfraErrorResult, TrialResult, VersionResult } from '../../contracts/evaluation.ts';
import { rankOfFinding } from '../../contracts/finding-rank.ts';
import type { Score } from '../../contracts/score.ts';
import type { TrialEvidence } from '../../contracts/scorer.ts';
import { type ModelCallStep, toolErrorsOf } from '../../contracts/transcript.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import { dollarsOf, dollarsSavedByCache } from '../../model/prices.ts';
import { askCaseScorer, askScorer } from '../ask-scorer.ts';
import type { LoadedCase } from './1-load-cases.ts';

/** What the scorers say of one trial. */
export interface ScoredTrial {
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
export function scoreTrial(agent: Agent, version: Version, loaded: LoadedCase, trial: Trial, owed: readonly string[] = []): ScoredTrial {
  const evidence = evidenceOf(version, loaded, trial, owed);
  const given = agent.scorers.flatMap((scorer) => (scorer.scope === 'trial' ? (askScorer(agent, scorer, evidence) ?? []) : []));
  const scores = given.some(({ hard }) => hard) ? given : [...given, noEvidence];
  return { pass: scores.every((score) => score.pass || !score.hard), scores, dollars: evidence.dollars };
}

/** All that a scorer may look at. */
export function evidenceOf(
  version: Version,
  loaded: Pick<LoadedCase, 'case' | 'input'>,
  trial: Trial,
  owed: readonly string[] = [],
): TrialEvidence {
  return {
    case: loaded.case,
    input: loaded.input,
    trial,
    tools: [...version.toolVariant.tools.keys()],
    decisionFields: [...new Set([...decisionFieldsOf(version.toolVariant.decisionJsonSchema).keys(), ...owed])],
    dollars: trialDollars(trial),
  };
}

/** Runs every case scorer of the agent on the repeats of one case, in number order. */
export function scoreCase(agent: Agent, { case: found }: LoadedCase, trials: readonly Trial[]): Score[] {
  const evidence = { case: found, trials: trials.toSorted((one, other) => one.key.number - other.key.number) };
  return agent.scorers.flatMap((scorer) => (scorer.scope === 'case' ? (askCaseScorer(agent, scorer, evidence) ?? []) : []));
}

/**
 * What a trial cost at the list price of the model that answered, call by call; undefined when a price is not known.
 * @param asIfBy the price of this model instead
 */
export function trialDollars(trial: Pick<Trial, 'transcript'>, asIfBy?: string): number | undefined {
  return total(modelCalls(trial).map(({ model, usage }) => dollarsOf(asIfBy ?? model, usage)));
}

/** Who answered a trial, where it was not simply the model that was asked. */
export function answeredBy(
  { model }: Pick<Version, 'model'>,
  { transcript }: Pick<Trial, 'transcript'>,
): Pick<TrialResult, 'answeredBy' | 'standIn'> {
  const models = modelsOf(transcript);
  const mode = modeOf('live', transcript);
  return {
    ...(models.every((each) => each === model) ? {} : { answeredBy: models }),
    ...(mode === 'live' ? {} : { standIn: mode }),
  };
}

/** What the prompt cache did in a trial; undefined when it was neither read nor written. */
function cacheUse(trial: Trial): CacheUse | undefined {
  const { cacheReadTokens, cacheWriteTokens } = trial.usage;
  if (cacheReadTokens + cacheWriteTokens === 0) return undefined;
  const savedDollars = total(modelCalls(trial).map(({ model, usage }) => dollarsSavedByCache(model, usage)));
  return { readTokens: cacheReadTokens, ...(savedDollars === undefined ? {} : { savedDollars }) };
}

function modelCalls({ transcript }: Pick<Trial, 'transcript'>): ModelCallStep[] {
  return transcript.steps.filter((step) => step.kind === 'model-call');
}

/**
 * Collects the trials of one version on one case as they end, in any order, without keeping their transcripts or the whole of very long
 * texts: what is cut still differs where the whole does, so repeats can be compared.
 */
export class CaseTally {
  readonly #agent: Agent;
  readonly #version: Version;
  readonly #loaded: LoadedCase;
  readonly #results: TrialResult[] = [];
  readonly #trials: Trial[] = [];
  readonly #infraErrors: InfraErrorResult[] = [];

  constructor(agent: Agent, version: Version, loaded: LoadedCase) {
    this.#agent = agent;
    this.#version = version;
    this.#loaded = loaded;
  }

  /** Scores a trial and returns its result; an infra error is noted and not scored. */
  add(trial: Trial | FailedTrial, reused: boolean): TrialResult | InfraErrorResult {
    const { number } = trial.key;
    if (trial.outcome.kind === 'infra-error') {
      const dollars = trialDollars(trial);
      const { error: kind, message } = trial.outcome;
      const error = { number, error: kind, message: cutTexts(message), ...(dollars === undefined ? {} : { dollars }) };
      this.#infraErrors.push(error);
      return error;
    }
    const settled: Trial = { ...trial, outcome: trial.outcome };
    const { pass, scores, dollars } = scoreTrial(this.#agent, this.#version, this.#loaded, settled);
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = trial.usage;
    const cache = cacheUse(settled);
    const toolErrors = toolErrorsOf(settled.transcript);
    const result: TrialResult = cutTexts({
      number,
      pass,
      outcome: settled.outcome.kind,
      ...(settled.outcome.kind === 'decided' ? { decision: settled.outcome.decision } : {}),
      scores,
      ...(toolErrors.length === 0 ? {} : { toolErrors }),
      ...answeredBy(this.#version, settled),
      ...(dollars === undefined ? {} : { dollars }),
      tokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
      ...(cache === undefined ? {} : { cache }),
      durationMs: trial.durationMs,
      reused,
    });
    this.#results.push(result);
    this.#trials.push(cutTexts({ ...settled, transcript: { userMessage: '', steps: [] } }));
    return result;
  }

  result(): CaseResult {
    const trials = this.#results.toSorted((one, other) => one.number - other.number);
    return {
      caseId: this.#loaded.case.id,
      title: this.#loaded.case.title,
      passes: trials.filter(({ pass }) => pass).length,
      runs: trials.length,
      trials,
      scores: scoreCase(this.#agent, this.#loaded, this.#trials),
      findings: countFindings(trials),
      infraErrors: this.#infraErrors.toSorted((one, other) => one.number - other.number),
    };
  }
}

function countFindings(trials: readonly TrialResult[]): CaseResult['findings'] {
  const counted = new Map<string, CaseResult['findings'][number]>();
  for (const { scores } of trials) {
    const hard = scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings);
    for (const [key, finding] of new Map(hard.map((finding) => [`${finding.code} ${finding.message}`, finding]))) {
      counted.set(key, { ...finding, trials: (counted.get(key)?.trials ?? 0) + 1 });
    }
  }
  return [...counted.values()].sort(
    (one, other) => other.trials - one.trials || rankOfFinding(one.code) - rankOfFinding(other.code) || one.code.localeCompare(other.code),
  );
}

/** Fields that the labels of these cases name and the version's decision does not have by its schema. */
export function fieldsNotCompared(agent: Agent, { toolVariant }: Version, cases: readonly Pick<LoadedCase, 'case'>[]): string[] {
  if (!agent.scorers.some(({ name }) => name === 'expected-decision')) return [];
  const has = decisionFieldsOf(toolVariant.decisionJsonSchema);
  const labelled = new Set(cases.flatMap(({ case: { label } }) => Object.keys(label.decision)));
  return [...labelled].filter((field) => !has.has(field));
}

/** Adds up the cases of one version. */
export function totalsOf(
  identity: VersionIdentity,
  role: VersionResult['role'],
  cases: readonly CaseResult[],
  planned: number,
  notCompared: readonly string[],
): VersionResult {
  const trials = cases.flatMap((result) => result.trials);
  const infraErrors = cases.flatMap((result) => result.infraErrors).length;
  const showing = (code: string) =>
    trials.filter(({ scores }) => scores.some(({ findings }) => findings.some((finding) => finding.code === code))).length;
  const wrongDecisions = showing('wrong-decision');
  const agreements = cases.flatMap(({ scores }) => scores.flatMap(({ measures }) => measures?.agreement ?? []));
  const dollars = total(trials.map((trial) => trial.dollars));
  const cached = trials.flatMap(({ cache }) => cache ?? []);
  const savedDollars = total(cached.map((cache) => cache.savedDollars));
  const answered = trials.map((trial) => trial.answeredBy ?? [identity.model]);
  return {
    version: identity,
    role,
    ...(trials.some((trial) => trial.answeredBy) ? { answeredBy: countAnswered(answered) } : {}),
    cases: [...cases],
    ...(notCompared.length === 0 ? {} : { notCompared: [...notCompared] }),
    totals: {
      passes: sum(cases.map(({ passes }) => passes)),
      runs: trials.length,
      falseApprovals: showing('false-approval'),
      falseDenials: showing('false-denial'),
      ...(wrongDecisions === 0 ? {} : { wrongDecisions }),
      infraErrors,
      notRun: Math.max(0, planned - trials.length - infraErrors),
      ...(agreements.length > 0 ? { agreement: sum(agreements) / agreements.length } : {}),
      tokens: sum(trials.map(({ tokens }) => tokens)),
      ...(dollars === undefined ? {} : { dollars }),
      ...(cached.length === 0
        ? {}
        : {
            cache: { readTokens: sum(cached.map(({ readTokens }) => readTokens)), ...(savedDollars === undefined ? {} : { savedDollars }) },
          }),
      meanDurationMs: trials.length > 0 ? sum(trials.map(({ durationMs }) => durationMs)) / trials.length : 0,
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The sum; undefined when a part of it is not known. */
function total(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : sum(known);
}
