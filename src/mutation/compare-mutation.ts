import type { MutantResult, MutationReport } from '../contracts/mutation.ts';

/** What a suite lets through that another one, usually main's, did not. */
export interface ComparedMutation {
  readonly before: MutationReport['score'];
  readonly after: MutationReport['score'];
  /** Faults that were killed before and are not now. */
  readonly lost: readonly MutantResult[];
  /** Faults that were not there before, and survive. */
  readonly added: readonly MutantResult[];
  /** True where a fault was lost, or a smaller share is killed. */
  readonly fell: boolean;
}

/** Compares two reports on whole suites, fault by fault. A fault that goes away with what it was planted in is no loss. */
export function compareMutation(before: MutationReport, after: MutationReport): ComparedMutation {
  const known = new Map(before.mutants.map(({ id, fate }) => [id, fate]));
  const lost = after.mutants.filter(({ id, fate }) => known.get(id) === 'killed' && (fate === 'survived' || fate === 'not-expressible'));
  const added = after.mutants.filter(({ id, fate }) => !known.has(id) && fate === 'survived');
  const [one, other] = [before.score, after.score];
  return { before: one, after: other, lost, added, fell: lost.length > 0 || smaller(other, one) };
}

/** In whole numbers, so that equal shares are equal. A suite without a score kills nothing. */
function smaller(one: MutationReport['score'], other: MutationReport['score']): boolean {
  return other !== null && (one?.killed ?? 0) * other.of < other.killed * (one?.of ?? 1);
}
