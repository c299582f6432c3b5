import { type AnsweredBy, mostOftenFirst } from '../../contracts/answered-by.ts';
import type { CacheUse, EvaluatedTrial } from '../../contracts/evaluation.ts';
import type { StandIn } from '../../contracts/model-mode.ts';
import { roundedDollars } from '../../text/figures.ts';

/** Adds up what trials of a version showed, one by one. */
export class TrialCounts {
  readonly #asked: string;
  readonly #shown = new Map<string, number>();
  readonly #answered = new Map<string, number>();
  #otherAnswered = false;
  runs = 0;
  tokens = 0;
  durationMs = 0;
  #standIn: { readonly trials: number; readonly mode: StandIn } | undefined;

  /** @param asked the model that was asked */
  constructor(asked: string) {
    this.#asked = asked;
  }

  add({ scores, answeredBy, standIn, tokens, durationMs }: EvaluatedTrial): void {
    if (standIn) this.#standIn = { trials: (this.#standIn?.trials ?? 0) + 1, mode: this.#standIn?.mode ?? standIn };
    this.runs += 1;
    this.tokens += tokens;
    this.durationMs += durationMs;
    if (answeredBy) this.#otherAnswered = true;
    countEach(this.#answered, answeredBy ?? [this.#asked]);
    countEach(
      this.#shown,
      scores.flatMap(({ findings }) => findings.map(({ code }) => code)),
    );
  }

  /** In how many trials a finding shows. */
  showing(code: string): number {
    return this.#shown.get(code) ?? 0;
  }

  /** Undefined where no stand-in answered a live call. */
  get standIn(): { readonly trials: number; readonly mode: StandIn } | undefined {
    return this.#standIn;
  }

  /** Undefined where it was the model that was asked and no other. */
  get answeredBy(): AnsweredBy[] | undefined {
    return this.#otherAnswered ? mostOftenFirst(this.#answered) : undefined;
  }
}

/** Adds up what trials cost. */
export class TrialSpending {
  #dollars: number | undefined = 0;
  #cached = false;
  #readTokens = 0;
  #savedDollars: number | undefined = 0;

  add({ dollars, cache }: EvaluatedTrial): void {
    this.addLost({ dollars });
    if (!cache) return;
    this.#cached = true;
    this.#readTokens += cache.readTokens;
    this.#savedDollars = plus(this.#savedDollars, cache.savedDollars);
  }

  /** What was paid until the machinery ended a trial. */
  addLost({ dollars }: { readonly dollars?: number | undefined }): void {
    this.#dollars = plus(this.#dollars, dollars);
  }

  /** Undefined when a part of it is not known. */
  get dollars(): number | undefined {
    return this.#dollars;
  }

  /** Undefined when no trial read or wrote the cache. */
  get cache(): CacheUse | undefined {
    if (!this.#cached) return undefined;
    return { readTokens: this.#readTokens, ...(this.#savedDollars === undefined ? {} : { savedDollars: this.#savedDollars }) };
  }
}

function plus(sum: number | undefined, part: number | undefined): number | undefined {
  return sum === undefined || part === undefined ? undefined : roundedDollars(sum + part);
}

function countEach(counts: Map<string, number>, names: readonly string[]): void {
  for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
}
