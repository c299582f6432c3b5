import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { KeptRun } from '../contracts/kept-run.ts';
import { readRun, runIds } from '../flows/runs/read-runs.ts';
import { runFiles, runFolder, runsFolder } from '../flows/runs/run-folder.ts';

/** What became of a run. */
export type RunChange = { readonly kind: 'run'; readonly run: KeptRun } | { readonly kind: 'gone'; readonly id: string };

/** Milliseconds between two looks, while somebody listens: a person sees no shorter time. */
const lookEveryMs = 250;

interface Known {
  readonly run: KeptRun;
  readonly changedAt: number;
}

/** The runs of a project as they are now. What has ended is read once; the disk is looked at only while somebody asks or listens. */
export class RunWatch {
  readonly #root: string;
  readonly #known = new Map<string, Known>();
  #unreadable = 0;
  #hasSeen = false;
  readonly #listeners = new Set<(changes: readonly RunChange[]) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** All runs, newest first. */
  list(): KeptRun[] {
    this.#lookAndTell();
    return [...this.#known.values()].map(({ run }) => run).toSorted((one, other) => (one.id < other.id ? 1 : -1));
  }

  /** How many folders hold no run that this Docket can read: of a newer one, or damaged. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** True when there were runs and now there is no folder of them any more: somebody removed it under the server. */
  get isRemoved(): boolean {
    return this.#hasSeen && !existsSync(runsFolder(this.#root));
  }

  get(id: string): KeptRun | undefined {
    this.#lookAndTell();
    return this.#known.get(id)?.run;
  }

  /** Calls back with what changes, until the signal aborts. */
  listen(onChange: (changes: readonly RunChange[]) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(onChange);
    this.#timer ??= setInterval(() => this.#lookAndTell(), lookEveryMs);
    signal.addEventListener(
      'abort',
      () => {
        this.#listeners.delete(onChange);
        if (this.#listeners.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
      { once: true },
    );
    this.#lookAndTell();
  }

  /** Whoever looks: what one who asks finds changed is no longer a change at the next look, and who listens would never be told. */
  #lookAndTell(): void {
    const changes = this.#look();
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }

  #look(): RunChange[] {
    const changes: RunChange[] = [];
    this.#unreadable = 0;
    const ids = new Set(runIds(this.#root));
    for (const id of this.#known.keys()) {
      if (ids.has(id)) continue;
      this.#known.delete(id);
      changes.push({ kind: 'gone', id });
    }
    for (const id of ids) {
      const known = this.#known.get(id);
      const changedAt = changeTime(join(runFolder(this.#root, id), runFiles.run));
      // A running one may have been killed, which changes no file.
      if (known && known.changedAt === changedAt && known.run.state !== 'running') continue;
      const run = readRun(this.#root, id);
      if (!run && changedAt > 0) this.#unreadable += 1;
      if (!run) continue;
      this.#known.set(id, { run, changedAt });
      this.#hasSeen = true;
      // By what it says: two writings may have the same time.
      if (known && isDeepStrictEqual(known.run, run)) continue;
      changes.push({ kind: 'run', run });
    }
    return changes;
  }
}

function changeTime(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
