import { DocketError } from '../../contracts/docket-error.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { partNames } from '../../reporters/words.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import type { JobQueueRow } from '../../trials/jobs/trial-job.ts';
import { type PreparedVersion, prepareVersion, type Session } from '../session.ts';

/** A queue whose jobs this worker takes. */
export interface ServedQueue {
  readonly name: string;
  readonly version: PreparedVersion;
}

/** How often the files of the agent are looked at: what runs must be what its fingerprint says. */
const filesMs = 15_000;

/** Which of the queues a worker of this checkout may take jobs of: those of exactly its own versions. */
export class ServedQueues {
  readonly #session: Session;
  readonly #board: JobBoard;
  readonly #note: (message: string) => void;
  readonly #served = new Map<string, ServedQueue>();
  readonly #refused = new Map<string, string>();
  /** Fingerprints of the versions that were asked for, as they were first seen. */
  readonly #seen = new Map<string, PreparedVersion>();
  #wanted: readonly string[] = [];
  #lookedAt = performance.now();
  #isClosed = false;
  #refreshing: Promise<void> | undefined;

  constructor(session: Session, board: JobBoard, note: (message: string) => void) {
    this.#session = session;
    this.#board = board;
    this.#note = note;
  }

  /** Those of which jobs were wanted lately, the newest first. */
  get all(): readonly ServedQueue[] {
    return this.#wanted.flatMap((name) => this.#served.get(name) ?? []);
  }

  get serves(): string[] {
    return this.all.map(({ name }) => name);
  }

  get refuses(): Record<string, string> {
    return Object.fromEntries(this.#wanted.flatMap((name) => (this.#refused.has(name) ? [[name, this.#refused.get(name) as string]] : [])));
  }

  of(name: string): ServedQueue | undefined {
    return this.#served.get(name);
  }

  /** Looks which queues there are now. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const { agent } = this.#session;
    // As the code is that was loaded just now; what is asked for later is held against it.
    if (this.#seen.size === 0) for (const name of Object.keys(agent.versions)) await this.#prepare(name).catch(() => undefined);
    const rows = await this.#board.queues(agent.name);
    for (const row of rows) if (!this.#served.has(row.name) && !this.#refused.has(row.name)) await this.#judge(row);
    this.#wanted = rows.map(({ name }) => name);
  }

  /** Why this worker must not go on, where files of its versions are not what they were; looked at from time to time. */
  async changedFiles(): Promise<string | undefined> {
    if (this.#isClosed || performance.now() - this.#lookedAt < filesMs) return undefined;
    return this.#changed();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #changed(): Promise<string | undefined> {
    const { config, mode } = this.#session;
    const environment = loadEnvironment(config.root, process.env, () => {});
    for (const [reference, seen] of this.#seen) {
      const now = await prepareVersion(config, reference, mode, environment).catch((error: unknown) => error);
      const differs = now instanceof Error ? now.message : this.#differenceOf(seen.parts, (now as PreparedVersion).parts);
      if (differs) return `${reference} is not what it was when this worker started: ${differs}. Start it again.`;
    }
    this.#lookedAt = performance.now();
    return undefined;
  }

  async #judge(row: JobQueueRow): Promise<void> {
    const why = await this.#whyNot(row);
    if (why === undefined) this.#note(`takes trials of ${row.reference}`);
    else {
      this.#refused.set(row.name, why);
      this.#note(`takes none of ${row.reference}: ${why}`);
    }
  }

  async #whyNot({ name, reference, fingerprint, mode, parts }: JobQueueRow): Promise<string | undefined> {
    if (mode !== this.#session.mode) return `the run is ${mode}, and this worker is ${this.#session.mode} (--mode).`;
    let version: PreparedVersion;
    try {
      // Its fingerprint would be that of the files as they are now, and what runs is the code that was loaded.
      const changed = this.#seen.has(reference) ? undefined : await this.#changed();
      if (changed !== undefined) return changed;
      version = await this.#prepare(reference);
    } catch (error) {
      if (error instanceof DocketError) return error.message;
      throw error;
    }
    if (version.identity.fingerprint === fingerprint) {
      this.#served.set(name, { name, version });
      return undefined;
    }
    return `its ${reference} is another one; ${this.#differenceOf(parts, version.parts) ?? 'nothing that has a name differs'}.`;
  }

  async #prepare(reference: string): Promise<PreparedVersion> {
    const known = this.#seen.get(reference);
    if (known) return known;
    const version = await this.#session.prepare(reference);
    this.#seen.set(reference, version);
    return version;
  }

  /** Which parts differ, in words; undefined where none does. */
  #differenceOf(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string | undefined {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
    // Of an agent that answers by itself the part that holds its code is called tools, and it has none.
    const shown = this.#session.agent.own ? names.map((name) => (name === 'tools' ? 'code' : name)) : names;
    return names.length === 0 ? undefined : `it differs in ${partNames(shown)}`;
  }
}
