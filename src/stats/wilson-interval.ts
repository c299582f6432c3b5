import type { Counts } from './counts.ts';
import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * Wilson's score interval of a pass rate: (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
 * Assumption: independent runs with one pass rate (runs of several cases: see `clusteredInterval`).
 * Source: Wilson, JASA 1927; recommended by Brown, Cai & DasGupta, Statistical Science 2001.
 * @param confidence two-sided, 0..1 exclusive
 * @returns rates in 0..1; without runs the whole range, with the value 1/2
 */
export function wilsonInterval({ passes, runs }: Counts, confidence = 0.95): Interval {
  return runs === 0 ? { value: 0.5, low: 0, high: 1 } : wilsonBounds(passes / runs, runs, confidence);
}

/** Wilson's bounds of a rate seen in `runs` runs, which may be a fraction (an effective number of runs). */
export function wilsonBounds(rate: number, runs: number, confidence: number): Interval {
  const z = normalQuantile(0.5 + confidence / 2);
  const middle = rate + (z * z) / (2 * runs);
  const half = z * Math.sqrt((rate * (1 - rate)) / runs + (z * z) / (4 * runs * runs));
  const scale = 1 + (z * z) / runs;
  return {
    value: rate,
    // At 0 and 1 the bound is exact; the formula may miss it by a rounding error.
    low: rate === 0 ? 0 : Math.max(0, (middle - half) / scale),
    high: rate === 1 ? 1 : Math.min(1, (middle + half) / scale),
  };
}
