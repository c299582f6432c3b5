import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { mutantResultSchema } from '../../contracts/mutation.ts';
import type { LoadedConfig } from '../load-config.ts';

/** A few runs of large suites; a result is about half a kilobyte. */
const mostKept = 5000;

const triedMutantSchema = mutantResultSchema.extend({ fingerprint: z.string().regex(/^[0-9a-f]{64}$/) });

/** What became of a mutant, under the hash of the fault and of all that it was judged by: equal, and the result still holds. */
export type TriedMutant = z.infer<typeof triedMutantSchema>;

const fileSchema = z.array(triedMutantSchema);

/**
 * What became of mutants on this machine, by fingerprint. Kept beside the trial store and in no commit: what a pull request brings is no evidence.
 */
export class KnownResults {
  readonly #file: string | undefined;
  readonly #results: ReadonlyMap<string, TriedMutant>;

  constructor({ store, root }: Pick<LoadedConfig, 'store' | 'root'>) {
    this.#file = store === ':memory:' ? undefined : join(dirname(store || root), 'mutation.json');
    this.#results = new Map(this.#read().map((result) => [result.fingerprint, result]));
  }

  find(fingerprint: string): TriedMutant | undefined {
    return this.#results.get(fingerprint);
  }

  /** Keeps these before what was known already, the oldest of it forgotten; a file that cannot be written costs time only. */
  keep(results: readonly TriedMutant[]): void {
    if (this.#file === undefined) return;
    const fresh = new Set(results.map(({ fingerprint }) => fingerprint));
    const kept = [...results, ...[...this.#results.values()].filter(({ fingerprint }) => !fresh.has(fingerprint))].slice(0, mostKept);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, `${JSON.stringify(kept)}\n`);
    } catch {}
  }

  #read(): TriedMutant[] {
    if (this.#file === undefined || !existsSync(this.#file)) return [];
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return [];
    }
  }
}
