import { modelsOf, modeOf } from '../../contracts/answered-by.ts';
import { chargesOfCall } from '../../contracts/charged.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import type { CacheUse, CaseResult, EvaluatedTrial, InfraErrorResult } from '../../contracts/evaluation.ts';
import { rankOfFinding } from '../../contracts/finding-rank.ts';
import { toolErrorsOf } from '../../contracts/transcript.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import type { PriceBook } from '../../model/price-book.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { isScorerFailure } from '../judging/ask-scorer.ts';
import type { TwinRun } from '../judging/family-places.ts';
import { scoreCase, type TrialScores } from '../judging/score-trial.ts';
import type { Scoring } from '../judging/scoring.ts';
import { modelCalls, total, trialDollars } from '../judging/trial-dollars.ts';
import type { Shelf } from '../shelf.ts';
import { ShelvedTrials } from '../shelved-trials.ts';
import { withTrialsOnDemand } from '../trials-on-demand.ts';

/** Who answered a trial, where it was not simply the model that was asked. */
export function answeredBy(
  { model }: Pick<DescribedVersion, 'model'>,
  { transcript }: Pick<Trial, 'transcript'>,
): Pick<EvaluatedTrial, 'answeredBy' | 'standIn'> {
  const models = modelsOf(transcript);
  const mode = modeOf('live', transcript);
  return {
    ...(models.every((each) => each === model) ? {} : { answeredBy: models }),
    ...(mode === 'live' ? {} : { standIn: mode }),
  };
}

/** What the prompt cache did in a trial; undefined when it was neither read nor written. */
function cacheUse(trial: Trial, prices: PriceBook): CacheUse | undefined {
  const { cacheReadTokens, cacheWriteTokens } = trial.usage;
  if (cacheReadTokens + cacheWriteTokens === 0) return undefined;
  const savedDollars = total(
    modelCalls(trial)
      .flatMap(chargesOfCall)
      .map((charge) => prices.dollarsSavedByCache(charge)),
  );
  return { readTokens: cacheReadTokens, ...(savedDollars === undefined ? {} : { savedDollars }) };
}

/** What is said of the repeats of a case, and of scorers that failed to. */
export type JudgedTogether = Pick<CaseResult, 'scores' | 'infraErrors'>;

/**
 * Collects the trials of one version on one case as they end, in any order, without keeping their transcripts or the whole of very long
 * texts: what is cut still differs where the whole does, so repeats can be compared. What they came to stands on a shelf.
 */
export class CaseTally {
  readonly #scoring: Scoring;
  readonly #version: DescribedVersion;
  readonly #loaded: LoadedCase;
  readonly #judgesRepeats: boolean;
  readonly #shelved: ShelvedTrials<EvaluatedTrial>;
  #infraErrors: InfraErrorResult[] | undefined;
  #twinDollars: Map<string, number | undefined> | undefined;

  constructor(scoring: Scoring, version: DescribedVersion, loaded: LoadedCase, shelf: Shelf) {
    this.#scoring = scoring;
    this.#version = version;
    this.#loaded = loaded;
    this.#shelved = new ShelvedTrials(shelf);
    this.#judgesRepeats = scoring.agent.scorers.some(({ scope }) => scope === 'case');
  }

  /** The case that the trials are of. */
  get loaded(): LoadedCase {
    return this.#loaded;
  }

  /** True where a scorer of repeats answers later, so that it is worth asking about several cases at a time. */
  get judgedLater(): boolean {
    return this.#scoring.agent.scorers.some((scorer) => scorer.scope === 'case' && this.#scoring.answersLater(scorer));
  }

  /** Trials that were scored. */
  get runs(): number {
    return this.#shelved.count;
  }

  /** What each trial of a twin cost, by input and number: cases may share one. */
  get twinDollars(): Iterable<readonly [string, number | undefined]> {
    return this.#twinDollars ?? [];
  }

  /** Notes a trial that the machinery ended. */
  addFailed(trial: FailedTrial, twins: readonly TwinRun[] = []): InfraErrorResult {
    this.#noteTwins(twins);
    const { error: kind, message } = trial.outcome;
    const dollars = trialDollars(this.#scoring.prices, trial);
    const error = { number: trial.key.number, error: kind, message: cutTexts(message), ...(dollars === undefined ? {} : { dollars }) };
    this.#infraErrors ??= [];
    this.#infraErrors.push(error);
    return error;
  }

  /** Notes a trial that was scored, and returns what the evaluation says of it. */
  addScored(trial: Trial, { pass, scores, dollars }: TrialScores, reused: boolean, twins: readonly TwinRun[] = []): EvaluatedTrial {
    this.#noteTwins(twins);
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = trial.usage;
    const cache = cacheUse(trial, this.#scoring.prices);
    const toolErrors = toolErrorsOf(trial.transcript);
    const result: EvaluatedTrial = cutTexts({
      number: trial.key.number,
      pass,
      outcome: trial.outcome.kind,
      ...(trial.outcome.kind === 'decided' ? { decision: trial.outcome.decision } : {}),
      scores,
      ...(toolErrors.length === 0 ? {} : { toolErrors }),
      ...answeredBy(this.#version, trial),
      ...(dollars === undefined ? {} : { dollars }),
      tokens: inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
      ...(cache === undefined ? {} : { cache }),
      durationMs: trial.durationMs,
      reused,
    });
    const light = this.#judgesRepeats ? cutTexts({ ...trial, transcript: { userMessage: '', steps: [] } }) : undefined;
    this.#shelved.add(result, light);
    return result;
  }

  #noteTwins(twins: readonly TwinRun[]): void {
    for (const { twin, trial } of twins) {
      this.#twinDollars ??= new Map();
      this.#twinDollars.set(`${twin.fingerprint} ${trial.key.number}`, trialDollars(this.#scoring.prices, trial));
    }
  }

  /**
   * What the trials came to. `trials` is read from the shelf whenever it is asked for: whoever goes through many cases has one at a time in memory.
   * @param together what was said of them all
   * @param onTrial is told of each of them in the order of their numbers: to read them again takes as long
   */
  result(together: JudgedTogether, onTrial: (trial: EvaluatedTrial) => void): CaseResult {
    const shelved = this.#shelved;
    shelved.sort();
    const findings = new FindingCounts();
    let passes = 0;
    for (const trial of shelved) {
      if (trial.pass) passes += 1;
      findings.add(trial);
      onTrial(trial);
    }
    const { id, title } = this.#loaded.case;
    return withTrialsOnDemand({ caseId: id, title, passes, runs: shelved.count }, shelved, {
      scores: together.scores,
      findings: findings.worstFirst(),
      infraErrors: [...(this.#infraErrors ?? []), ...together.infraErrors].toSorted((one, other) => one.number - other.number),
    });
  }

  /**
   * What scorers of repeats say of the trials.
   * @throws the signal's reason at an abort
   */
  async scoreTogether(signal?: AbortSignal): Promise<JudgedTogether> {
    if (!this.#judgesRepeats) return { scores: [], infraErrors: [] };
    this.#shelved.sort();
    const trials = [...this.#shelved.beside()];
    try {
      return { scores: await scoreCase(this.#scoring, this.#loaded, trials, signal), infraErrors: [] };
    } catch (error) {
      if (!isScorerFailure(error)) throw error;
      const number = trials.at(-1)?.key.number ?? 1;
      return { scores: [], infraErrors: [{ number, error: 'scorer', message: cutTexts(error.message) }] };
    }
  }
}

/** Every different fault of the hard scorers, with the number of trials that show it. */
class FindingCounts {
  readonly #counted = new Map<string, CaseResult['findings'][number]>();

  add({ scores }: EvaluatedTrial): void {
    const hard = scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings);
    if (hard.length === 0) return;
    for (const [key, finding] of new Map(hard.map((finding) => [`${finding.code} ${finding.message}`, finding])))
      this.#counted.set(key, { ...finding, trials: (this.#counted.get(key)?.trials ?? 0) + 1 });
  }

  worstFirst(): CaseResult['findings'] {
    return [...this.#counted.values()].sort(
      (one, other) =>
        other.trials - one.trials || rankOfFinding(one.code) - rankOfFinding(other.code) || one.code.localeCompare(other.code),
    );
  }
}
