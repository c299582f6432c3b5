/**
 * Upper bound of a share of which `count` of `of` were seen: the rate at which so few or fewer are seen with the chance 1 - confidence.
 * Assumption: independent tries with one rate. Source: Clopper & Pearson, Biometrika 1934; one-sided. By bisection on the binomial distribution.
 * @param confidence one-sided, 0..1 exclusive
 * @returns a share; 1 without tries
 */
export function upperBound(count: number, of: number, confidence = 0.95): number {
  if (count >= of) return 1;
  let low = count / of;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(count, of, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** How many tries without a single hit bring the upper bound to a share: the smallest n with (1 - share)^n <= 1 - confidence. */
export function triesFor(share: number, confidence = 0.95): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - share) - 1e-9);
}

/** P(X <= count) for X binomial(of, rate), 0 < rate < 1. */
export function atMost(count: number, of: number, rate: number): number {
  let logChance = of * Math.log1p(-rate);
  let sum = Math.exp(logChance);
  for (let k = 1; k <= count; k += 1) {
    logChance += Math.log((of - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logChance);
  }
  return sum;
}
