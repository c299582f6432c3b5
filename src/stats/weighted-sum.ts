import type { Distribution } from './hypergeometric.ts';

/** Chances below this are cut off at both ends of a distribution; what is cut off is summed in `lost`. */
const negligible = 1e-20;
/** Shorter distributions are never cut. */
const shortest = 64;

/** A distribution of sums that may have lost a little at its ends. */
export interface Sum extends Distribution {
  /** Upper bound of all chances that were cut off. */
  readonly lost: number;
}

/** The sum of nothing: 0 for certain. */
export const emptySum: Sum = { start: 0, mass: Float64Array.of(1), lost: 0 };

/** The distribution of X + weight * Y for independent X and Y. */
export function addWeighted(sum: Sum, summand: Sum, weight: number): Sum {
  const mass = new Float64Array(sum.mass.length + weight * (summand.mass.length - 1));
  for (let step = 0; step < summand.mass.length; step += 1) {
    const chance = summand.mass[step] as number;
    const offset = step * weight;
    for (let index = 0; index < sum.mass.length; index += 1) {
      mass[offset + index] = (mass[offset + index] as number) + chance * (sum.mass[index] as number);
    }
  }
  return trimmed({ start: sum.start + weight * summand.start, mass, lost: sum.lost + summand.lost });
}

/** The distribution of the sum of `times` independent copies, by repeated doubling. */
export function repeated(one: Distribution, times: number): Sum {
  let result = emptySum;
  let power: Sum = { ...one, lost: 0 };
  for (let left = times; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = addWeighted(result, power, 1);
    if (left > 1) power = addWeighted(power, power, 1);
  }
  return result;
}

/** P(sum >= threshold); never below the truth: what was cut off counts as if it lay above. */
export function upperTail({ start, mass, lost }: Sum, threshold: number): number {
  let tail = 0;
  // From the far end inwards: small chances are added first, so that none is rounded away.
  for (let index = mass.length - 1; index >= Math.max(0, threshold - start); index -= 1) tail += mass[index] as number;
  return tail + lost;
}

function trimmed(sum: Sum): Sum {
  let from = 0;
  let to = sum.mass.length;
  let { lost } = sum;
  while (to - from > shortest && (sum.mass[from] as number) < negligible) {
    lost += sum.mass[from] as number;
    from += 1;
  }
  while (to - from > shortest && (sum.mass[to - 1] as number) < negligible) {
    to -= 1;
    lost += sum.mass[to] as number;
  }
  return to - from === sum.mass.length ? sum : { start: sum.start + from, mass: sum.mass.subarray(from, to), lost };
}
