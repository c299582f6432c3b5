import { setTimeout as wait } from 'node:timers/promises';
import { opensFiles } from '../../agent/opens-files.ts';
import { differenceOf } from '../changed-version.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** A look takes so many times as long as it took before the next one begins. */
const restPerLook = 4;

/** Looks whether a version is still what its fingerprint says. What many ask at the same time is one look, which begins after all of them asked. */
export class VersionWatch {
  readonly #session: Session;
  readonly #seen: PreparedVersion;
  #next: Promise<string | undefined> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #restsUntil = 0;

  /** @param seen as it was when its code was loaded */
  constructor(session: Session, seen: PreparedVersion) {
    this.#session = session;
    this.#seen = seen;
  }

  /** Why this process must not go on with it; undefined where nothing has changed. */
  async changed(): Promise<string | undefined> {
    // A server that does not say which version it is has another one at each look.
    if (this.#seen.version.served?.version === null) return undefined;
    this.#next ??= this.#last.then(() => this.#look());
    this.#last = this.#next;
    return this.#next;
  }

  /** True where the agent opens files as it runs; the code of others was loaded once. */
  get opensFiles(): boolean {
    return opensFiles(this.#session.agent, this.#seen.version);
  }

  async #look(): Promise<string | undefined> {
    await wait(Math.max(0, this.#restsUntil - performance.now()));
    this.#next = undefined;
    const begun = performance.now();
    const { name } = this.#seen.identity;
    const now = await this.#session.prepareAgain(name).catch((error: unknown) => error);
    this.#restsUntil = performance.now() + restPerLook * (performance.now() - begun);
    const why = now instanceof Error ? now.message : differenceOf(this.#session, this.#seen.parts, (now as PreparedVersion).parts);
    return why && changedText(name, why);
  }
}

/** What a worker says whose version changed. */
export function changedText(name: string, why: string): string {
  return `${name} is not what it was when this worker started: ${why}. Start it again.`;
}
