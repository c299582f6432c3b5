import type { Interval } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** Two judges of the same things: how often both passed one, both failed it, or one of them did. */
export interface TwoByTwo {
  readonly bothPass: number;
  readonly bothFail: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * Cohen's kappa: (p - e) / (1 - e), with p the share on which both agree and e that on which they would agree by chance. Standard error
 * sqrt(p (1 - p) / n) / (1 - e). Source: Cohen, Educational and Psychological Measurement 1960.
 * @returns undefined where chance alone explains everything (one of them says the same of all), or there is nothing
 */
export function cohensKappa({ bothPass, bothFail, onlyFirst, onlySecond }: TwoByTwo, confidence = 0.95): Interval | undefined {
  const all = bothPass + bothFail + onlyFirst + onlySecond;
  if (all === 0) return undefined;
  const agreed = (bothPass + bothFail) / all;
  const first = (bothPass + onlyFirst) / all;
  const second = (bothPass + onlySecond) / all;
  const chance = first * second + (1 - first) * (1 - second);
  if (chance >= 1 - 1e-12) return undefined;
  const value = (agreed - chance) / (1 - chance);
  const half = (normalQuantile(0.5 + confidence / 2) * Math.sqrt((agreed * (1 - agreed)) / all)) / (1 - chance);
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}
