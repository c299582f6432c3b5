import type { ShardRecord } from '../../contracts/shard-record.ts';
import type { EndedTrial } from '../judging/judge-trials.ts';

/** Notes how the trials of a shard ended. Whether they passed is nobody's business here. */
export class ShardTally {
  readonly #there = new Set<string>();
  readonly #run = new Set<string>();

  add(name: string, { trial, scored, reused }: Pick<EndedTrial<unknown>, 'trial' | 'scored' | 'reused'>): void {
    // A trial that could not be scored is stored, and is scored by whoever judges.
    const isStored = scored !== undefined || (trial.outcome.kind === 'infra-error' && trial.outcome.error === 'scorer');
    if (!isStored) return;
    this.#there.add(name);
    if (!reused) this.#run.add(name);
  }

  /** @param units for each trial that was planned the names of what it takes: of a gate's, both sides' */
  counts(units: readonly (readonly string[])[]): Pick<ShardRecord['trials'], 'planned' | 'run' | 'missing'> {
    return {
      planned: units.length,
      run: units.filter((names) => names.some((name) => this.#run.has(name))).length,
      missing: units.filter((names) => names.some((name) => !this.#there.has(name))).length,
    };
  }
}
