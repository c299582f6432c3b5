/** ln k! for k = 0, 1, 2, ...; grows as it is asked for. */
const logFactorials: number[] = [0];

function logFactorial(whole: number): number {
  for (let next = logFactorials.length; next <= whole; next += 1) {
    logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
  }
  return logFactorials[whole] as number;
}

function logChoose(from: number, chosen: number): number {
  return logFactorial(from) - logFactorial(chosen) - logFactorial(from - chosen);
}

/** Chances of consecutive whole numbers: `mass[k]` belongs to `start + k`. */
export interface Distribution {
  readonly start: number;
  readonly mass: Float64Array;
}

/**
 * How many of `draws` runs, taken without replacement from `runs` of which `failures` failed, are failures:
 * P(Y = y) = C(failures, y) C(runs - failures, draws - y) / C(runs, draws), computed in logarithms.
 * Source: the hypergeometric distribution; as the conditional distribution of a 2x2 table, Fisher 1935.
 * @param draws 0..runs
 */
export function hypergeometric(runs: number, failures: number, draws: number): Distribution {
  const start = Math.max(0, draws - (runs - failures));
  const end = Math.min(failures, draws);
  const logAll = logChoose(runs, draws);
  const mass = Float64Array.from({ length: end - start + 1 }, (_, index) =>
    Math.exp(logChoose(failures, start + index) + logChoose(runs - failures, draws - start - index) - logAll),
  );
  return { start, mass };
}
