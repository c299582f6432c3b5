/**
 * Standard normal distribution function.
 * Formula: 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...). Source: Marsaglia, "Evaluating the normal distribution", J. Stat. Software 2004.
 * @returns P(Z <= x), to about 1e-15
 */
export function normalDistribution(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let odd = 3; Math.abs(term) > 1e-18 && odd < 1000; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/**
 * The z with P(Z <= z) = probability, by bisection.
 * @param probability strictly between 0 and 1; values beyond +-8 standard deviations come back as +-8
 */
export function normalQuantile(probability: number): number {
  let low = -8;
  let high = 8;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
