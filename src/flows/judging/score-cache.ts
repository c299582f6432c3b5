import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { Score } from '../../contracts/score.ts';
import type { CaseEvidence, RunEvidence, Scorer, TrialEvidence } from '../../contracts/scorer.ts';
import type { KeptScore, TrialStore } from '../../trials/trial-store.ts';

/** Told of a kept score. */
export type OnScore = (kept: KeptScore) => void;

type ScoreStore = Pick<TrialStore, 'scorersKept' | 'findScore' | 'saveScore'>;

/** Keeps what scorers said that answer later, under a hash of all that the answer depends on. */
export class ScoreCache {
  readonly #store: ScoreStore;
  readonly #hashScorers: () => Promise<string>;
  /** Names of scorers of which something was kept when it was opened. */
  readonly #kept: ReadonlySet<string>;
  readonly #onScore: OnScore | undefined;
  #hash: Promise<string> | undefined;

  private constructor(store: ScoreStore, hashScorers: () => Promise<string>, kept: readonly string[], onScore: OnScore | undefined) {
    this.#store = store;
    this.#hashScorers = hashScorers;
    this.#kept = new Set(kept);
    this.#onScore = onScore;
  }

  /**
   * @param hashScorers of what judges; asked for once, and only when something is to be kept
   * @param onScore told of each score that is kept, or was kept and is used again
   */
  static async open(store: ScoreStore, hashScorers: () => Promise<string>, onScore?: OnScore): Promise<ScoreCache> {
    return new ScoreCache(store, hashScorers, await store.scorersKept(), onScore);
  }

  /** True when something is kept that a scorer of this name said. */
  holds(name: string): boolean {
    return this.#kept.has(name);
  }

  async keyOfTrial(scorer: Scorer, { case: judged, input, trial, tools, decisionFields }: TrialEvidence): Promise<string> {
    return this.#keyOf(scorer, [judged, input, tools, decisionFields ?? null, runOf(trial)]);
  }

  async keyOfCase(scorer: Scorer, { case: judged, trials }: CaseEvidence): Promise<string> {
    return this.#keyOf(scorer, [judged, trials.map(runOf)]);
  }

  async find(key: string, { name }: Scorer): Promise<Score | null | undefined> {
    const score = await this.#store.findScore(key);
    if (score !== undefined) this.#onScore?.({ key, scorer: name, score });
    return score;
  }

  async save(key: string, { name }: Scorer, score: Score | undefined): Promise<void> {
    await this.#store.saveScore(key, name, score ?? null);
    this.#onScore?.({ key, scorer: name, score: score ?? null });
  }

  async #keyOf({ scope, name, settings, score }: Scorer, judged: unknown): Promise<string> {
    this.#hash ??= this.#hashScorers();
    const parts = { scorers: await this.#hash, scope, name, settings, text: score.toString(), judged };
    return sha256(canonicalJson(JSON.parse(JSON.stringify(parts)) as JsonValue));
  }
}

/** Which run it was: one that was damaged and made again has the same key and another start. */
function runOf(run: RunEvidence & { readonly startedAt?: string }): unknown {
  const { key, startedAt, mode, durationMs, outcome } = run;
  return { key, startedAt, mode, durationMs, outcome };
}
