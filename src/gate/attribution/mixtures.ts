import { confidenceSequence } from '../../stats/confidence-sequence.ts';
import { addCounts, type Counts } from '../../stats/counts.ts';
import type { Interval } from '../../stats/interval.ts';
import { type WeightedEstimate, weightedInterval } from '../../stats/weighted-interval.ts';

/** Which factors are the candidate's in a mixture; all others are main's. */
export type Mixture = readonly string[];

/** Runs of one mixture on the accused case. */
export interface Cell {
  readonly mixture: Mixture;
  readonly counts: Counts;
  /** Why it could not be run. */
  readonly blocked?: string;
}

const noRuns: Counts = { passes: 0, runs: 0 };

/** What is known of the mixtures of two versions: every factor that differs is either main's or the candidate's. */
export class Mixtures {
  readonly factors: readonly string[];
  readonly #cells = new Map<string, Cell>();

  /** @param baseline and candidate what the unmixed versions' own runs of the case came to */
  constructor(factors: readonly string[], baseline: Counts, candidate: Counts) {
    this.factors = factors;
    this.#keep({ mixture: [], counts: baseline });
    this.#keep({ mixture: factors, counts: candidate });
  }

  /** Every mixture that has runs or could not be run, in the order in which they came. */
  get cells(): readonly Cell[] {
    return [...this.#cells.values()];
  }

  cell(mixture: Mixture): Cell {
    return this.#cells.get(this.#key(mixture)) ?? { mixture, counts: noRuns };
  }

  add(mixture: Mixture, counts: Counts): void {
    const known = this.cell(mixture);
    this.#keep({ ...known, counts: addCounts(known.counts, counts) });
  }

  block(mixture: Mixture, blocked: string): void {
    this.#keep({ ...this.cell(mixture), blocked });
  }

  /** Main with one factor of the candidate. */
  oneIn(factor: string): Cell {
    return this.cell([factor]);
  }

  /** The candidate with one factor of main. */
  oneOut(factor: string): Cell {
    return this.cell(this.factors.filter((each) => each !== factor));
  }

  get main(): Cell {
    return this.cell([]);
  }

  get candidate(): Cell {
    return this.cell(this.factors);
  }

  #keep(cell: Cell): void {
    this.#cells.set(this.#key(cell.mixture), cell);
  }

  #key(mixture: Mixture): string {
    return this.factors.filter((factor) => mixture.includes(factor)).join('\n');
  }
}

/** A signed sum of the pass rates of cells. */
export type Contrast = readonly (readonly [weight: 1 | -1, cell: Cell])[];

/** The contrast's interval, in -1..1 for a difference of two. It holds at every look; a cell without runs may be anything. */
export function intervalOf(contrast: Contrast): Interval {
  const { value, low, high } = weightedInterval(contrast.map(([weight, cell]) => estimateOf(weight, cell)));
  const most = contrast.filter(([weight]) => weight === 1).length;
  const least = most - contrast.length;
  if (contrast.some(([, { counts }]) => counts.runs === 0)) return { value: 0, low: least, high: most };
  return { value, low: Math.max(least, low), high: Math.min(most, high) };
}

export function estimateOf(weight: number, { counts }: Cell): WeightedEstimate {
  return { weight, estimate: confidenceSequence(counts) };
}

/** Two mixtures that differ in one factor. */
export interface Exchange {
  /** With main's factor. */
  readonly before: Cell;
  /** With the candidate's. */
  readonly after: Cell;
}

/** Main, and main with one factor of the candidate. */
export function putIn(mixtures: Mixtures, factor: string): Exchange {
  return { before: mixtures.main, after: mixtures.oneIn(factor) };
}

/** The candidate with one factor of main, and the candidate. */
export function takenOut(mixtures: Mixtures, factor: string): Exchange {
  return { before: mixtures.oneOut(factor), after: mixtures.candidate };
}

export function dropOf({ before, after }: Exchange): Contrast {
  return [
    [1, before],
    [-1, after],
  ];
}

/** The drop that a factor makes alone. */
export function dropOneIn(mixtures: Mixtures, factor: string): Contrast {
  return dropOf(putIn(mixtures, factor));
}

/** The drop that goes when a factor is main's again. */
export function dropOneOut(mixtures: Mixtures, factor: string): Contrast {
  return dropOf(takenOut(mixtures, factor));
}

/** What a factor does, the mean of both exchanges. */
export function effectOf(mixtures: Mixtures, factor: string): Interval {
  const contrast = [...dropOneIn(mixtures, factor), ...dropOneOut(mixtures, factor)] as const;
  const { value, low, high } = intervalOf(contrast);
  return { value: value / 2, low: low / 2, high: high / 2 };
}

/** How much more harm a factor does alone than the rest of the change does without it. */
export function contestOf(mixtures: Mixtures, factor: string): Contrast {
  return dropOf({ before: mixtures.oneOut(factor), after: mixtures.oneIn(factor) });
}

/** How much more a factor does beside the rest of the change than alone. */
export function interactionOf(mixtures: Mixtures, factor: string): Contrast {
  return [
    [1, mixtures.oneOut(factor)],
    [-1, mixtures.candidate],
    [-1, mixtures.main],
    [1, mixtures.oneIn(factor)],
  ];
}

/** What the rest of the change does without a factor. */
export function dropWithout(mixtures: Mixtures, factor: string): Contrast {
  return dropOf({ before: mixtures.main, after: mixtures.oneOut(factor) });
}

/** The whole drop. */
export function wholeDrop(mixtures: Mixtures): Contrast {
  return dropOf({ before: mixtures.main, after: mixtures.candidate });
}
