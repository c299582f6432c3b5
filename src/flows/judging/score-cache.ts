import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { Score } from '../../contracts/score.ts';
import type { CaseEvidence, RunEvidence, Scorer, TrialEvidence } from '../../contracts/scorer.ts';
import type { TrialStore } from '../../trials/trial-store.ts';

/** Keeps what scorers said that answer later, under a hash of all that the answer depends on. */
export class ScoreCache {
  readonly #store: Pick<TrialStore, 'holdsScoresOf' | 'findScore' | 'saveScore'>;
  readonly #hashScorers: () => Promise<string>;
  #hash: Promise<string> | undefined;

  /** @param hashScorers of what judges; asked for once, and only when something is to be kept */
  constructor(store: Pick<TrialStore, 'holdsScoresOf' | 'findScore' | 'saveScore'>, hashScorers: () => Promise<string>) {
    this.#store = store;
    this.#hashScorers = hashScorers;
  }

  /** True when something is kept that a scorer of this name said. */
  holds(name: string): boolean {
    return this.#store.holdsScoresOf(name);
  }

  async keyOfTrial(scorer: Scorer, { case: judged, input, trial, tools, decisionFields }: TrialEvidence): Promise<string> {
    return this.#keyOf(scorer, [judged, input, tools, decisionFields ?? null, runOf(trial)]);
  }

  async keyOfCase(scorer: Scorer, { case: judged, trials }: CaseEvidence): Promise<string> {
    return this.#keyOf(scorer, [judged, trials.map(runOf)]);
  }

  find(key: string): Score | null | undefined {
    return this.#store.findScore(key);
  }

  save(key: string, { name }: Scorer, score: Score | undefined): void {
    this.#store.saveScore(key, name, score ?? null);
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
