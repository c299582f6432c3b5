import type { Fate, MutantResult, MutationReport } from '../contracts/mutation.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';

/** Killed of those that count, with Wilson's 95 % bounds; null where nothing counts. The mutants are taken as a sample of the faults that happen. */
export function mutationScore(results: readonly Pick<MutantResult, 'fate'>[], survivors: readonly Fate[]): MutationReport['score'] {
  const killed = results.filter(({ fate }) => fate === 'killed').length;
  const of = killed + results.filter(({ fate }) => survivors.includes(fate)).length;
  return of === 0 ? null : { killed, of, ...wilsonInterval({ passes: killed, runs: of }) };
}

/** Cases of which each could go alone, and every killed mutant would still fail in another one. */
export function idleCases(results: readonly MutantResult[], cases: readonly string[]): string[] {
  const alone = new Set(agentMutants(results).flatMap((each) => (each.cases.length === 1 ? each.cases : [])));
  return cases.filter((id) => !alone.has(id));
}

/** Scorers that failed no trial of any mutant. */
export function idleScorers(results: readonly MutantResult[], scorers: readonly string[]): string[] {
  const failing = new Set(agentMutants(results).flatMap((each) => each.scorers));
  return scorers.filter((name) => !failing.has(name));
}

/** Killed mutants of the agent: what a changed judge shows is no fault that a case or a scorer noticed. */
function agentMutants(results: readonly MutantResult[]): MutantResult[] {
  return results.filter(({ fate, family }) => fate === 'killed' && family !== 'judge');
}
