/** One figure of many runs. */
export interface Measure {
  /** Runs that have it. */
  readonly runs: number;
  readonly median: number;
  /** Nearest rank: the smallest value that at least 95 % of the runs do not exceed. */
  readonly p95: number;
  readonly total: number;
}

/** A run whose figure is far from the others'. */
export interface Outlier {
  readonly measure: string;
  readonly traceId: string;
  readonly value: number;
}

/** Values of one figure, each with its run. */
export class Figures {
  readonly #values: number[] = [];
  readonly #traceIds: string[] = [];

  add(value: number, traceId: string): void {
    this.#values.push(value);
    this.#traceIds.push(traceId);
  }

  measure(): Measure | null {
    const sorted = Float64Array.from(this.#values).sort();
    if (sorted.length === 0) return null;
    const total = this.#values.reduce((sum, value) => sum + value, 0);
    return { runs: sorted.length, median: medianOf(sorted), p95: rank(sorted, 0.95), total };
  }

  /**
   * The largest of those beyond Tukey's outer fence, three times the distance of the quartiles above the upper one, and beyond twice the median,
   * because values may be nearly all the same. Of fewer than eight runs nothing is said. Source: Tukey, Exploratory Data Analysis, 1977.
   */
  outliers(measure: string, most: number): Outlier[] {
    if (this.#values.length < 8) return [];
    const sorted = Float64Array.from(this.#values).sort();
    const upper = rank(sorted, 0.75);
    const fence = Math.max(upper + 3 * (upper - rank(sorted, 0.25)), 2 * medianOf(sorted));
    const far: Outlier[] = [];
    for (const [index, value] of this.#values.entries()) {
      if (value > fence) far.push({ measure, traceId: this.#traceIds[index] ?? '', value });
    }
    return far.sort((one, other) => other.value - one.value || (one.traceId < other.traceId ? -1 : 1)).slice(0, most);
  }
}

/** Of an even number of values the mean of the middle two. */
function medianOf(sorted: Float64Array): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
