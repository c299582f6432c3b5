import { types } from 'node:util';
import type { Agent } from '../../agent/define-agent.ts';
import type { ScoringTotal } from '../../contracts/evaluation.ts';
import type { Score } from '../../contracts/score.ts';
import type { CaseEvidence, CaseScorer, Scorer, ScorerAnswer, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import type { PriceBook } from '../../model/price-book.ts';
import { roundedDollars } from '../../text/figures.ts';
import { answerOf, givenUpOn, isScorerFailure, isThenable, type Question, scoreIn, whereOf } from './ask-scorer.ts';
import { type Calibrations, standingOf } from './judge-standing.ts';
import type { ScoreCache } from './score-cache.ts';
import { type AskModel, ScorerCall } from './scorer-call.ts';
import { Slots } from './slots.ts';

/** What scorers that answer later may take, and how many of them are waited for at a time. */
export interface ScoringLimits {
  readonly deadlineMs: number;
  readonly concurrency: number;
}

/** One scorer that is to judge one thing. */
interface Asked extends Question {
  readonly scorer: Scorer;
  readonly signal: AbortSignal;
  readonly call: (context: ScorerCall) => unknown;
  /** Under which the answer is kept; undefined where none is. */
  readonly key: (cache: ScoreCache) => Promise<string> | undefined;
}

/** After so many failures in a row a scorer that answers later is not asked any more: each of them may take all its time. */
const hopelessRow = 5;

/**
 * The one place where scorers are asked. What answers at once is taken at once, at no cost beside the call; what answers later has a deadline and
 * waits for its turn, and what it said of a trial is kept, so that nobody pays for it twice.
 */
export class Scoring {
  readonly agent: Agent;
  /** What models cost, which scorers may look at. */
  readonly prices: PriceBook;
  readonly #limits: ScoringLimits;
  readonly #cache: ScoreCache | undefined;
  readonly #slots: Slots;
  /** Which scorers answer later, as far as it is known. */
  readonly #later = new Map<Scorer, boolean>();
  /** Answers under way, by the key under which they will be kept. */
  readonly #open = new Map<string, Promise<Score | undefined>>();
  readonly #failures = new Map<Scorer, { readonly row: number; readonly last: string }>();
  readonly #calibrations: () => Calibrations;
  /** Judges that only inform, with the reason. */
  readonly #advisory = new Map<string, string>();
  #model: AskModel | undefined;
  #asked = 0;
  #reused = 0;
  #dollars: number | undefined;

  /**
   * @param cache where answers are kept; without one each is asked for anew
   * @param calibrations of judges; asked for when one of them has judged
   */
  constructor(
    agent: Agent,
    limits: ScoringLimits,
    prices: PriceBook,
    cache?: ScoreCache,
    calibrations: () => Calibrations = () => new Map(),
  ) {
    this.agent = agent;
    this.prices = prices;
    this.#limits = limits;
    this.#cache = cache;
    this.#slots = new Slots(limits.concurrency);
    this.#calibrations = calibrations;
  }

  /** Says who answers what scorers ask a model; whoever is named first does. */
  answeredBy(model: AskModel): void {
    this.#model ??= model;
  }

  /** Why judges that were asked decided nothing, by their name. */
  get advisory(): ReadonlyMap<string, string> {
    return this.#advisory;
  }

  /** A score of a judge, hard where its calibration lets it decide; any other as it is. */
  decided(scorer: Pick<TrialScorer, 'name' | 'judge'>, score: Score): Score {
    if (!scorer.judge) return score;
    const why = standingOf(scorer, score, this.#calibrations());
    if (why === undefined) return { ...score, hard: true };
    this.#advisory.set(scorer.name, why);
    return { ...score, hard: false, reason: `${score.reason} (it only informs: ${why})` };
  }

  total(): ScoringTotal {
    return { asked: this.#asked, reused: this.#reused, ...(this.#dollars === undefined ? {} : { dollars: this.#dollars }) };
  }

  /**
   * What a scorer says of a trial, at once where it does; undefined when there is nothing for it to judge.
   * @param signal ends the wait, with its reason thrown
   * @param where what is judged, for a person; by default the case and the trial
   * @throws {ScorerFault} naming the scorer, when it throws, is late, or what it returns is no score of its own
   */
  ask(scorer: TrialScorer, evidence: TrialEvidence, signal: AbortSignal, where = whereOf(evidence)): ScorerAnswer {
    return this.#ask({
      agent: this.agent,
      scorer,
      where,
      signal,
      call: (context) => scorer.score(evidence, context),
      key: (cache) => (evidence.trial.key ? cache.keyOfTrial(scorer, evidence) : undefined),
    });
  }

  /** As `ask`, of the repeats of a case; its score is never hard. */
  askOfCase(scorer: CaseScorer, evidence: CaseEvidence, signal: AbortSignal): ScorerAnswer {
    return this.#ask({
      agent: this.agent,
      scorer,
      where: `case ${evidence.case.id}, all trials`,
      signal,
      call: (context) => scorer.score(evidence, context),
      key: (cache) => cache.keyOfCase(scorer, evidence),
    });
  }

  /** True when it is known that a scorer answers later; a plain function may do so, and is known by what it said before. */
  answersLater(scorer: Scorer): boolean {
    const known = this.#later.get(scorer);
    if (known !== undefined) return known;
    const later = types.isAsyncFunction(scorer.score) || (this.#cache?.holds(scorer.name) ?? false);
    this.#later.set(scorer, later);
    return later;
  }

  #ask(asked: Asked): ScorerAnswer {
    if (this.answersLater(asked.scorer)) return this.#askLater(asked);
    const call = new ScorerCall(this.#limits.deadlineMs, asked.signal, this.#model);
    const answer = answerOf(asked, () => asked.call(call));
    if (isThenable(answer)) {
      // It was asked already; whoever comes next waits for a turn.
      this.#later.set(asked.scorer, true);
      return this.#askedAlready(asked, call, answer);
    }
    call.end();
    return scoreIn(asked, answer);
  }

  async #askedAlready(asked: Asked, call: ScorerCall, answer: PromiseLike<unknown>): Promise<Score | undefined> {
    const score = await this.#settle(asked, call, () => answer);
    const key = this.#cache && (await asked.key(this.#cache));
    if (key !== undefined) await this.#cache?.save(key, asked.scorer, score);
    return score;
  }

  async #askLater(asked: Asked): Promise<Score | undefined> {
    const cache = this.#cache;
    const key = cache && (await asked.key(cache));
    if (!cache || key === undefined) return this.#inTurn(asked);
    const open = this.#open.get(key);
    if (open) return open;
    const answer = this.#keptOrAsked(cache, key, asked).finally(() => this.#open.delete(key));
    this.#open.set(key, answer);
    return answer;
  }

  async #keptOrAsked(cache: ScoreCache, key: string, asked: Asked): Promise<Score | undefined> {
    const kept = await cache.find(key, asked.scorer);
    if (kept !== undefined) {
      this.#reused += 1;
      return kept ?? undefined;
    }
    const score = await this.#inTurn(asked);
    await cache.save(key, asked.scorer, score);
    return score;
  }

  #inTurn(asked: Asked): Promise<Score | undefined> {
    return this.#slots.run(async () => {
      asked.signal.throwIfAborted();
      const failures = this.#failures.get(asked.scorer);
      if (failures && failures.row >= hopelessRow) throw givenUpOn(asked, failures.row, failures.last);
      const call = new ScorerCall(this.#limits.deadlineMs, asked.signal, this.#model);
      return this.#settle(asked, call, () => asked.call(call));
    });
  }

  async #settle(asked: Asked, call: ScorerCall, ask: () => unknown): Promise<Score | undefined> {
    this.#asked += 1;
    try {
      const answer = answerOf(asked, ask);
      const score = scoreIn(asked, isThenable(answer) ? await call.wait(asked, answer) : answer);
      this.#failures.delete(asked.scorer);
      if (score?.dollars !== undefined) this.#dollars = roundedDollars((this.#dollars ?? 0) + score.dollars);
      return score;
    } catch (error) {
      if (isScorerFailure(error)) {
        const { row } = this.#failures.get(asked.scorer) ?? { row: 0 };
        this.#failures.set(asked.scorer, { row: row + 1, last: error.message });
      }
      throw error;
    } finally {
      call.end();
    }
  }
}
