import type { Random } from '../../stats/random.ts';

/** Who did how well on each case, 0..1, the cases in one order. */
export interface Scored {
  readonly shares: readonly number[];
}

/**
 * Those that no other one makes needless: each is the best, or as good, on some case, and of those that are best on the same cases only the better on the whole
 * stays. Source: Agrawal et al., "GEPA: Reflective Prompt Evolution", 2025, algorithm 2.
 * @returns each with the number of cases on which nobody is better
 */
export function paretoFront<One extends Scored>(candidates: readonly One[]): { readonly one: One; readonly wins: number }[] {
  const best = candidates[0]?.shares.map((_, at) => Math.max(...candidates.map(({ shares }) => shares[at] ?? 0))) ?? [];
  const winners = candidates.map((one) => new Set(best.keys().filter((at) => one.shares[at] === best[at])));
  const order = [...candidates.keys()].sort((a, b) => mean(candidates[a]) - mean(candidates[b]) || b - a);
  const left = new Set(order);
  // The weakest goes first where all that it wins is won by one that stays.
  for (const weak of order)
    if ([...left].some((other) => other !== weak && winners[weak]?.isSubsetOf(winners[other] ?? new Set()))) left.delete(weak);
  return candidates.flatMap((one, at) => (left.has(at) ? [{ one, wins: winners[at]?.size ?? 0 }] : []));
}

/** One of the front, the likelier the more cases it wins. */
export function drawParent<One extends Scored>(
  front: readonly { readonly one: One; readonly wins: number }[],
  random: Random,
): One | undefined {
  let left = random() * front.reduce((sum, { wins }) => sum + wins, 0);
  for (const { one, wins } of front) {
    left -= wins;
    if (left < 0) return one;
  }
  return front.at(-1)?.one;
}

/** Share over all cases, each as one. */
export function mean(scored: Scored | undefined): number {
  const shares = scored?.shares ?? [];
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
