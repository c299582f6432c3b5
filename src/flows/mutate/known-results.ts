import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type MutantResult, mutantResultSchema } from '../../contracts/mutation.ts';
import type { LoadedConfig } from '../load-config.ts';

const fileSchema = z.array(mutantResultSchema);

/**
 * What became of mutants on this machine, by fingerprint. Kept beside the trial store and in no commit: what a pull request brings is no evidence.
 */
export class KnownResults {
  readonly #file: string | undefined;
  readonly #results: ReadonlyMap<string, MutantResult>;

  constructor({ store, root }: Pick<LoadedConfig, 'store' | 'root'>) {
    this.#file = store === ':memory:' ? undefined : join(dirname(store || root), 'mutation.json');
    this.#results = new Map(this.#read().map((result) => [result.fingerprint, result]));
  }

  find(fingerprint: string): MutantResult | undefined {
    return this.#results.get(fingerprint);
  }

  /** Keeps these and forgets all others; a file that cannot be written costs time only. */
  keep(results: readonly MutantResult[]): void {
    if (this.#file === undefined) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, `${JSON.stringify(results)}\n`);
    } catch {}
  }

  #read(): MutantResult[] {
    if (this.#file === undefined || !existsSync(this.#file)) return [];
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return [];
    }
  }
}
