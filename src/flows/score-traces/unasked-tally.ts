import type { Scorer } from '../../contracts/scorer.ts';
import type { NotAskedReason } from './score-trace.ts';

/** A scorer that was not asked about some of the traces. */
export interface UnaskedScorer {
  readonly scorer: string;
  readonly why: NotAskedReason;
  readonly traces: number;
  /** False when the scorer does not say what it needs, so that it was taken to need everything. */
  readonly declared: boolean;
}

/** Counts who was not asked, by scorer and reason, in the order in which they came up. */
export class UnaskedTally {
  readonly #groups = new Map<string, UnaskedScorer>();

  count(scorer: Scorer, why: NotAskedReason): void {
    const key = `${why} ${scorer.name}`;
    const declared = scorer.scope === 'case' || scorer.needs !== undefined;
    const known = this.#groups.get(key) ?? { scorer: scorer.name, why, traces: 0, declared };
    this.#groups.set(key, { ...known, traces: known.traces + 1 });
  }

  groups(): UnaskedScorer[] {
    return [...this.#groups.values()];
  }
}
