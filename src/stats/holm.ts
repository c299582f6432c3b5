/**
 * p-values corrected for how many there are: each that is at most alpha may be told of, and the chance to tell of any wrongly is at most alpha, however the
 * tests hang together. The i-th smallest of m is multiplied by m - i + 1, and none is smaller than the one before it.
 * Source: Holm, Scandinavian Journal of Statistics 1979.
 * @returns in the order of the arguments
 */
export function holmCorrected(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((one, other) => (pValues[one] ?? 1) - (pValues[other] ?? 1));
  const corrected = new Array<number>(pValues.length).fill(1);
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.min(1, Math.max(least, (pValues.length - rank) * (pValues[index] ?? 1)));
    corrected[index] = least;
  }
  return corrected;
}
