import { setTimeout as wait } from 'node:timers/promises';
import type { FingerprintParts } from '../agent/fingerprint.ts';
import type { OwnKind } from '../contracts/described-agent.ts';
import { partNames } from '../reporters/words.ts';

/** Whether the files of a version are still what its fingerprint says. */
export interface Watched {
  /** True where its agent opens files as it runs; the code of others was loaded once. */
  readonly opensFiles: boolean;
  /** Which parts differ, in words, or why that cannot be seen; undefined as long as all is as it was. */
  changed(): Promise<string | undefined>;
}

/** Where several wait for a look, the next one begins only after so many times as long as it took: others have work to do. */
const restPerLook = 2;

/**
 * Looks whether a version is still what its fingerprint says. What many ask at the same time is one look, which begins after all of them asked. A version that
 * changed stays changed: what ran meanwhile may have opened what was there in between.
 */
export class VersionWatch implements Watched {
  readonly opensFiles: boolean;
  readonly #look: () => Promise<string | undefined>;
  #changed: string | undefined;
  #next: Promise<string | undefined> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #restsUntil = 0;
  /** How many wait for the next look. */
  #waiting = 0;

  /** @param look which parts differ; what it is rejected with is why that cannot be seen */
  constructor(opensFiles: boolean, look: () => Promise<string | undefined>) {
    this.opensFiles = opensFiles;
    this.#look = look;
  }

  async changed(): Promise<string | undefined> {
    if (this.#changed !== undefined) return this.#changed;
    this.#waiting += 1;
    this.#next ??= this.#last.then(() => this.#lookOnce());
    this.#last = this.#next;
    return this.#next;
  }

  async #lookOnce(): Promise<string | undefined> {
    const restMs = this.#restsUntil - performance.now();
    if (restMs > 0) await wait(restMs);
    this.#next = undefined;
    const isShared = this.#waiting > 1;
    this.#waiting = 0;
    const begun = performance.now();
    this.#changed ??= await this.#look().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (isShared) this.#restsUntil = performance.now() + restPerLook * (performance.now() - begun);
    return this.#changed;
  }
}

/** What is made of files of two versions is as it was where both are. */
export function watchOfBoth(one: Watched, other: Watched): Watched {
  return {
    opensFiles: one.opensFiles || other.opensFiles,
    changed: async () => (await one.changed()) ?? other.changed(),
  };
}

/** Which parts of a version differ, in words; undefined where none does. */
export function differenceOf(
  { own }: { readonly own?: { readonly kind: OwnKind } | undefined },
  one: Readonly<Record<string, string>>,
  other: FingerprintParts | Readonly<Record<string, string>>,
): string | undefined {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
  // Of an agent that answers by itself the part that holds its code is called tools, and it has none.
  const shown = own ? names.map((name) => (name === 'tools' ? 'code' : name)) : names;
  return names.length === 0 ? undefined : `it differs in ${partNames(shown)}`;
}
