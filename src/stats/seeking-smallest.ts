/**
 * The smallest size that is seen, in equal steps, by halving: a larger one is seen at least as often.
 * @param tryingAt looks whether a size is seen, in steps somebody can stop between
 * @returns undefined when not even the largest is
 */
export function* seekingSmallest(
  largest: number,
  step: number,
  tryingAt: (size: number) => Generator<void, boolean>,
): Generator<void, number | undefined> {
  let low = 0;
  let high = Math.ceil(largest / step);
  if (!(yield* tryingAt(high * step))) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (yield* tryingAt(middle * step)) high = middle;
    else low = middle;
  }
  return Math.min(largest, Number((high * step).toFixed(3)));
}

/** Tries whether something is seen, as often as is said or until the rest can change nothing. @returns true where it is seen often enough */
export function* tryingOften(repetitions: number, power: number, isSeen: () => boolean): Generator<void, boolean> {
  const enough = Math.ceil(power * repetitions);
  let seen = 0;
  for (let left = repetitions; seen < enough && seen + left >= enough; left -= 1) {
    yield;
    if (isSeen()) seen += 1;
  }
  return seen >= enough;
}
