import { DocketError } from '../../contracts/docket-error.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import type { JobQueueRow } from '../../trials/jobs/trial-job.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { differenceOf } from '../version-watch.ts';
import type { WorkOptions } from './work-options.ts';

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
  readonly #loaded: WorkOptions['loaded'];
  readonly #note: (message: string) => void;
  readonly #served = new Map<string, ServedQueue>();
  readonly #refused = new Map<string, string>();
  /** The versions that were asked for, as they were first seen. */
  readonly #seen = new Map<string, PreparedVersion>();
  #wanted: readonly string[] = [];
  #lookedAt = performance.now();
  #isClosed = false;
  #refreshing: Promise<void> | undefined;

  constructor(session: Session, board: JobBoard, { loaded, note }: Pick<WorkOptions, 'loaded' | 'note'>) {
    this.#session = session;
    this.#board = board;
    this.#loaded = loaded;
    this.#note = note;
  }

  /** Looks for the first time. @returns why this worker must not begin */
  async open(): Promise<string | undefined> {
    for (const [name, parts] of this.#loaded) {
      // What is asked for later is held against it.
      const seen = await this.#prepare(name).catch(() => undefined);
      const why = seen && differenceOf(this.#session.agent, parts, seen.parts);
      if (why !== undefined) return changedText(name, why);
    }
    await this.refresh();
    return undefined;
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
    const rows = await this.#board.queues(this.#session.agent.name);
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
    for (const [name, { watch }] of this.#seen) {
      const why = await watch.changed();
      if (why !== undefined) return changedText(name, why);
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
    return `its ${reference} is another one; ${differenceOf(this.#session.agent, parts, version.parts) ?? 'nothing that has a name differs'}.`;
  }

  async #prepare(reference: string): Promise<PreparedVersion> {
    const seen = this.#seen.get(reference) ?? (await this.#session.prepare(reference));
    this.#seen.set(reference, seen);
    return seen;
  }
}

/** What a worker says whose version changed. */
export function changedText(name: string, why: string): string {
  return `${name} is not what it was when this worker started: ${why}. Start it again.`;
}
