import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/**
 * Interval of the mean of differences, one a cluster: mean +- t sqrt(s^2 / K), with Student's t of K - 1 degrees of freedom.
 * Assumption: the clusters are a sample of those that matter, and their differences do not stray too far to one side. Source: Student, Biometrika 1908.
 * @param confidence two-sided, 0..1 exclusive
 * @returns the whole line where one cluster or none leaves nothing to judge by
 */
export function meanDifference(differences: readonly number[], confidence: number): Interval {
  const clusters = differences.length;
  const mean = clusters === 0 ? 0 : differences.reduce((sum, each) => sum + each, 0) / clusters;
  if (clusters < 2) return { value: mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (clusters - 1);
  const half = studentQuantile(0.5 + confidence / 2, clusters - 1) * Math.sqrt(variance / clusters);
  return { value: mean, low: mean - half, high: mean + half };
}

/**
 * Quantile of Student's t, to about 1 % from four degrees of freedom on.
 * Formula: z + (z^3 + z)/4v + (5z^5 + 16z^3 + 3z)/96v^2 + (3z^7 + 19z^5 + 17z^3 - 15z)/384v^3. Source: Abramowitz & Stegun 1964, 26.7.5; exact for v of 1 and 2.
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (degrees === 1) return Math.tan(Math.PI * (probability - 0.5));
  if (degrees === 2) return (2 * probability - 1) * Math.sqrt(2 / (4 * probability * (1 - probability)));
  const z = normalQuantile(probability);
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3)
  );
}
