import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { isSamePerson } from '../../review/review-draft.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { type FileChange, type SavedChange, saveChanges, takeBack } from '../cases/save-changes.ts';
import type { LoadedConfig } from '../load-config.ts';

/** A line of the log: who answered what, when, and where the result stands. What was decided stands in that file, not here. */
const entrySchema = z.object({
  id: z.uuid(),
  /** ISO 8601, in UTC. */
  at: z.string(),
  reviewer: z.string(),
  answer: z.enum(['approve', 'correct', 'dispute', 'discard', 'open-dispute', 'settle', 'undo']),
  /** Id of the draft that was answered; absent where a case was. */
  draft: z.string().optional(),
  /** SHA-256 of the draft, or the case, that was answered. */
  hash: z.string(),
  /** The file with the result, as seen from the project's folder. */
  file: z.string(),
  /** Of an undo: the entry that was taken back. */
  undoes: z.uuid().optional(),
});
export type ReviewEntry = z.infer<typeof entrySchema>;

const savedSchema = z.array(z.object({ file: z.string(), text: z.string().nullable(), before: z.string().nullable() }));

/**
 * The append-only log of reviews, `reviews.ndjson` beside the cases, to be committed with them; and what each answer changed, which git leaves alone
 * (`.docket/reviews/`), so that it can be taken back in a later session.
 */
export class ReviewLog {
  readonly #root: string;
  readonly #file: string;
  readonly #folder: string;
  readonly #now: () => Date;

  constructor({ root, cases }: Pick<LoadedConfig, 'root' | 'cases'>, now: () => Date = () => new Date()) {
    this.#root = root;
    this.#file = join(cases, 'reviews.ndjson');
    this.#folder = join(root, '.docket', 'reviews');
    this.#now = now;
  }

  /** All lines that can be read, in their order: a log that git merged badly still says what else it says. */
  entries(): ReviewEntry[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const parsed = entrySchema.safeParse(jsonOf(line));
        return parsed.success ? [parsed.data] : [];
      });
  }

  /** The last that was said of a draft. */
  lastAbout(draft: string): ReviewEntry | undefined {
    return this.entries().findLast((entry) => entry.draft === draft);
  }

  /** This reviewer's last answer that was not taken back. */
  last(reviewer: string): ReviewEntry | undefined {
    const entries = this.entries();
    const undone = new Set(entries.map(({ undoes }) => undoes));
    return entries.findLast(({ id, answer, ...entry }) => answer !== 'undo' && !undone.has(id) && isSamePerson(entry.reviewer, reviewer));
  }

  /**
   * Makes the changes of an answer and notes it; all of it or nothing. What needs room on the disk comes first, so that a full one changes no case.
   * @throws {DocketError} as `saveChanges`, or when it cannot be noted
   */
  save(answer: Omit<ReviewEntry, 'id' | 'at' | 'undoes'>, changes: readonly FileChange[]): ReviewEntry {
    const entry: ReviewEntry = { id: randomUUID(), at: this.#now().toISOString(), ...answer, file: this.#shown(answer.file) };
    const note = this.#noteOf(entry.id);
    try {
      const saved = changes.map(({ file, text, from }) => ({ file: this.#shown(file), text, before: from ?? null }));
      noted(() => {
        mkdirSync(this.#folder, { recursive: true });
        writeFileSync(note, JSON.stringify(saved), { flush: true });
      });
      this.#append(entry, () => saveChanges(changes));
    } catch (error) {
      rmSync(note, { force: true });
      throw error;
    }
    return entry;
  }

  /**
   * Takes the last answer of a reviewer back; undefined when there is none.
   * @param id the answer that it has to be; any when not given
   * @throws {DocketError} when its files were changed since, it is not the one that was meant, or it was given in another checkout
   */
  undo(reviewer: string, id?: string): ReviewEntry | undefined {
    const last = this.last(reviewer);
    if (id !== undefined && last?.id !== id)
      throw new DocketError('This is no longer your last answer, so nothing was taken back.', { code: 'changed-meanwhile' });
    if (!last) return undefined;
    const saved = this.#savedBy(last);
    const entry: ReviewEntry = { ...last, id: randomUUID(), at: this.#now().toISOString(), reviewer, answer: 'undo', undoes: last.id };
    this.#append(entry, () => takeBack(saved));
    rmSync(this.#noteOf(last.id), { force: true });
    return last;
  }

  #savedBy({ id, draft, file }: ReviewEntry): SavedChange[] {
    const note = this.#noteOf(id);
    const parsed = existsSync(note) ? savedSchema.safeParse(jsonOf(readFileSync(note, 'utf8'))) : undefined;
    if (parsed?.success) return parsed.data.map((change) => ({ ...change, file: this.#inside(change.file) }));
    throw new DocketError(
      `Your answer about ${draft ?? file} was given in another checkout, or its record in ${this.#shown(this.#folder)} was removed. Take it back with git, in ${file}.`,
    );
  }

  /** Appends a line, then acts; a line of what did not happen is taken away again. */
  #append(entry: ReviewEntry, act: () => void): void {
    const descriptor = noted(() => {
      mkdirSync(dirname(this.#file), { recursive: true });
      return openSync(this.#file, 'a+');
    });
    try {
      const { size } = fstatSync(descriptor);
      const line = Buffer.from(`${endsOpen(descriptor, size) ? '\n' : ''}${visibleText(JSON.stringify(entry))}\n`);
      const takeAway = () => {
        // Somebody else's line behind it stays.
        if (fstatSync(descriptor).size <= size + line.length) ftruncateSync(descriptor, size);
      };
      try {
        noted(() => {
          const written = writeSync(descriptor, line);
          if (written < line.length) throw new Error('there is no room for it');
        });
        act();
      } catch (error) {
        try {
          takeAway();
        } catch {
          // What keeps a line from being taken away is told by the first error.
        }
        throw error;
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #noteOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  #shown(file: string): string {
    return relative(this.#root, file).split(sep).join('/');
  }

  /** The cases may lie beside the project's folder; what a record names elsewhere is not touched. */
  #inside(file: string): string {
    const path = resolve(this.#root, file);
    const way = relative(dirname(this.#file), path);
    if (way !== '' && !way.startsWith('..') && !isAbsolute(way)) return path;
    throw new DocketError(`The record of this answer names ${file}, which is no file of a case or a draft. Nothing was taken back.`);
  }
}

/** @throws {DocketError} in the place of what the disk said */
function noted<Result>(write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    throw new DocketError(`It could not be saved (${(cause as Error).message}). Nothing was changed; try again.`, { cause });
  }
}

/** True when the last line was left without its end: a process that was killed in the middle, or an editor. */
function endsOpen(descriptor: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== 0x0a;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
