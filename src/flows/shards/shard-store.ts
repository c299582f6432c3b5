import type { Clock } from '../../contracts/clock.ts';
import type { Score } from '../../contracts/score.ts';
import type { FailedTrial, Trial, TrialKey } from '../../contracts/trial.ts';
import { NumberSet } from '../../trials/number-set.ts';
import { storeWith } from '../../trials/store-with.ts';
import type { TrialRange, TrialSelection, TrialStore } from '../../trials/trial-store.ts';

/** How long a machine waits for what another one asks a scorer. */
interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds after which it asks the scorer itself. */
  readonly milliseconds: number;
}

const shortestLookMs = 50;
const longestLookMs = 1000;

/**
 * A shared store as one of several machines sees it that go through the same rounds: it notes what ran here, and what a scorer is asked on one machine
 * is not asked on another, but waited for.
 */
export class ShardStore {
  readonly store: TrialStore;
  readonly #shared: TrialStore;
  readonly #patience: Patience;
  readonly #onSave: () => void;
  readonly #saved = new Map<string, TrialKey>();
  readonly #failed = new Set<string>();
  /** Keys of scores that are asked for here. */
  readonly #asking = new Set<string>();

  /** @param onSave called as a trial that ran here is stored */
  constructor(shared: TrialStore, patience: Patience, onSave: () => void) {
    this.#shared = shared;
    this.#onSave = onSave;
    this.#patience = patience;
    this.store = storeWith(shared, {
      save: (trial) => this.#save(trial),
      saveFailure: (failed) => this.#saveFailure(failed),
      findScore: (key) => this.#findScore(key),
      saveScore: (key, scorer, score) => this.#saveScore(key, scorer, score),
    });
  }

  /** Trials that ran here, twins each. */
  get saved(): readonly TrialKey[] {
    return [...this.#saved.values()];
  }

  /** How many trials the machinery ended here that nobody has run since. */
  get failed(): number {
    return this.#failed.size;
  }

  /** What ran here, for whoever hands it over. */
  *pages(): Generator<TrialRange & { readonly selection: TrialSelection }> {
    for (const keys of Map.groupBy(this.#saved.values(), selectionOf).values()) {
      const numbers = new NumberSet();
      for (const { number } of keys) numbers.add(number);
      const [{ number: _, ...selection }] = keys as [TrialKey];
      for (const range of numbers.ranges()) yield { selection, ...range };
    }
  }

  async #save(trial: Trial): Promise<'saved' | 'stored'> {
    const end = await this.#shared.save(trial);
    const name = JSON.stringify(trial.key);
    this.#failed.delete(name);
    if (end === 'saved') {
      this.#saved.set(name, trial.key);
      this.#onSave();
    }
    return end;
  }

  async #saveFailure(failed: FailedTrial): Promise<void> {
    await this.#shared.saveFailure(failed);
    this.#failed.add(JSON.stringify(failed.key));
  }

  async #findScore(key: string): Promise<Score | null | undefined> {
    const { clock, signal, milliseconds } = this.#patience;
    let pauseMs = shortestLookMs;
    for (let waitedMs = 0; ; waitedMs += pauseMs) {
      const score = await this.#shared.findScore(key);
      if (score !== undefined) return score;
      if (this.#asking.has(key)) return undefined;
      if ((await this.#shared.claim(claimOf(key))) === 'claimed') return this.#claimed(key);
      // A scorer that fails on another machine is asked here as well, in the end.
      if (waitedMs >= milliseconds) return undefined;
      pauseMs = Math.min(2 * pauseMs, longestLookMs);
      await clock.pause(pauseMs, signal);
    }
  }

  /** It may have been answered between the look and the claim. */
  async #claimed(key: string): Promise<Score | null | undefined> {
    const score = await this.#shared.findScore(key);
    if (score === undefined) this.#asking.add(key);
    else await this.#shared.release(claimOf(key));
    return score;
  }

  async #saveScore(key: string, scorer: string, score: Score | null): Promise<void> {
    await this.#shared.saveScore(key, scorer, score);
    if (this.#asking.delete(key)) await this.#shared.release(claimOf(key));
  }
}

function selectionOf({ versionFingerprint, caseFingerprint, series }: TrialKey): string {
  return JSON.stringify([versionFingerprint, caseFingerprint, series]);
}

/** A claim is on a trial; this one stands for a score, by its key's first digits, and no trial is ever saved under it. */
function claimOf(key: string): TrialKey {
  return { versionFingerprint: 'score', caseFingerprint: 'score', series: 'score', number: Number.parseInt(key.slice(0, 12), 16) + 1 };
}
