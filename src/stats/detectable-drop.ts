import type { Counts } from './counts.ts';
import { detectionPower } from './detection-power.ts';
import type { Random } from './random.ts';
import { sampleCounts } from './sample-counts.ts';
import { seekingSmallest, tryingOften } from './seeking-smallest.ts';
import { stratifiedTest } from './stratified-test.ts';

/** The smallest drop of the whole suite that is seen. */
export interface DetectableDrop {
  /** Of each case's pass rate, 0..1. */
  readonly drop: number;
}

/** A case as the exact test will see it. */
export interface ArmsAhead {
  /** Runs of main, one or more: it is taken to go on passing as often. */
  readonly baseline: Counts;
  /** How many runs the candidate will have. */
  readonly candidateRuns: number;
}

/** How a search by simulation is made. */
export interface DetectionSettings {
  readonly random: Random;
  /** Chance to be seen that counts as seen; default `detectionPower`. */
  readonly power?: number;
  /** Changes that are played for each size that is tried; 100 by default. */
  readonly repetitions?: number;
}

/** Steps of the drops that are tried. */
const step = 0.005;

/**
 * The smallest drop of every case alike, that the exact test rejects with the power asked for, in steps of half a point. Both arms are drawn anew, so
 * that what a flaky suite does by itself is in it. A step a draw.
 * @param level what the test's p is compared with
 * @returns undefined when not even a candidate that always fails is rejected
 */
export function* seekingDrop(
  arms: readonly ArmsAhead[],
  level: number,
  { random, power = detectionPower, repetitions = 100 }: DetectionSettings,
): Generator<void, DetectableDrop | undefined> {
  const rated = arms
    .filter(({ baseline }) => baseline.runs > 0)
    .map((each) => ({ ...each, rate: each.baseline.passes / each.baseline.runs }));
  const drawn = (drop: number) =>
    rated.map(({ baseline, candidateRuns, rate }) => ({
      baseline: sampleCounts(rate, baseline.runs, random),
      candidate: sampleCounts(Math.max(0, rate - drop), candidateRuns, random),
    }));
  const drop = yield* seekingSmallest(1, step, (tried) =>
    tryingOften(repetitions, power, () => stratifiedTest(drawn(tried)).pValue <= level),
  );
  return drop === undefined ? undefined : { drop };
}
