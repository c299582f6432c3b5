import type { Counts } from './counts.ts';
import { detectionPower } from './detection-power.ts';
import { type Stratum, stratifiedTest } from './stratified-test.ts';

/** The smallest drop spread over the suite that the exact test would have rejected with the power asked for. */
export interface DetectableDrop {
  /** Additional failures in cases where the candidate failed nothing, that make the test reject. */
  readonly failures: number;
  /** Mean drop of the pass rate, 0..1, at which that many failures come with the power asked for. */
  readonly drop: number;
}

/**
 * Adds failures, one after another, to cases where the candidate has none (most baseline passes first, one a case, then a second one) until p <= level.
 * The drop is the rate d with P(Binomial(candidate runs, d) >= failures) = power.
 * @param level what the test's p is compared with
 * @returns undefined when no number of failures in those cases would be enough
 */
export function detectableDrop(strata: readonly Stratum[], level: number, power = detectionPower): DetectableDrop | undefined {
  const ordered = [...strata].sort((one, other) => certainty(other.baseline) - certainty(one.baseline));
  const places = placesForFailures(ordered);
  // More failures never raise p, so the smallest sufficient number can be found by halving.
  let low = 0;
  let high = places.length;
  const rejects = (failures: number) => stratifiedTest(withFailures(ordered, places.slice(0, failures))).pValue <= level;
  if (!rejects(high)) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (rejects(middle)) high = middle;
    else low = middle + 1;
  }
  const runs = strata.reduce((sum, { candidate }) => sum + candidate.runs, 0);
  return { failures: low, drop: rateOfReaching(low, runs, power) };
}

function certainty({ passes, runs }: Counts): number {
  return runs === 0 ? 0 : passes / runs;
}

/** Indices of cases, each as often as it has candidate runs, in rounds: one failure a case before the second one anywhere. */
function placesForFailures(strata: readonly Stratum[]): number[] {
  const clean = strata.map(({ candidate }, index) => ({ index, runs: candidate.passes === candidate.runs ? candidate.runs : 0 }));
  const most = clean.reduce((largest, { runs }) => Math.max(largest, runs), 0);
  return Array.from({ length: most }, (_, round) => clean.filter(({ runs }) => runs > round).map(({ index }) => index)).flat();
}

function withFailures(strata: readonly Stratum[], places: readonly number[]): Stratum[] {
  const failures = new Map<number, number>();
  for (const place of places) failures.set(place, (failures.get(place) ?? 0) + 1);
  return strata.map(({ baseline, candidate }, index) => ({
    baseline,
    candidate: { passes: candidate.passes - (failures.get(index) ?? 0), runs: candidate.runs },
  }));
}

/** The rate at which `runs` runs bring at least `failures` failures with the given power, by bisection. */
function rateOfReaching(failures: number, runs: number, power: number): number {
  if (failures === 0) return 0;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtLeast(failures, runs, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** P(Binomial(runs, rate) >= failures) = 1 - sum of the chances of fewer, for 0 < rate < 1; each from the one before, in logarithms. */
function chanceOfAtLeast(failures: number, runs: number, rate: number): number {
  let log = runs * Math.log1p(-rate);
  let below = Math.exp(log);
  for (let count = 1; count < failures; count += 1) {
    log += Math.log((runs - count + 1) / count) + Math.log(rate) - Math.log1p(-rate);
    below += Math.exp(log);
  }
  return 1 - below;
}
