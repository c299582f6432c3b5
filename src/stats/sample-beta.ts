import type { Random } from './random.ts';

/**
 * Draws from Beta(alpha, beta): X / (X + Y) with X ~ Gamma(alpha), Y ~ Gamma(beta).
 * With Jeffreys' prior, `sampleBeta(passes + 0.5, failures + 0.5, random)` draws a pass rate that fits the counts.
 * @param alpha and beta greater than 0
 * @returns a number in 0..1
 */
export function sampleBeta(alpha: number, beta: number, random: Random): number {
  const one = sampleGamma(alpha, random);
  const other = sampleGamma(beta, random);
  return one + other === 0 ? 0.5 : one / (one + other);
}

/** Source: Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 2000; shapes below 1 by U^(1/shape). */
function sampleGamma(shape: number, random: Random): number {
  if (shape < 1) return sampleGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  // Accepts more than 95 % of the draws; the bound only keeps a broken source of numbers from looping for ever.
  for (let attempt = 0; attempt < 10_000; attempt += 1) {
    const normal = sampleNormal(random);
    const cubed = (1 + c * normal) ** 3;
    if (cubed <= 0) continue;
    if (Math.log(1 - random()) < 0.5 * normal * normal + d - d * cubed + d * Math.log(cubed)) return d * cubed;
  }
  return d;
}

/** Source: Box & Muller 1958. */
function sampleNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
