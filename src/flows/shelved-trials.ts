import type { Trial } from '../contracts/trial.ts';
import type { Shelf, ShelfPlace } from './shelf.ts';

/** Trials of neighbouring numbers that stand one behind the other: of each a line of what it came to, and one of what is kept beside that. */
interface Stretch extends ShelfPlace {
  readonly first: number;
  last: number;
  length: number;
}

/** Bytes after which another stretch begins: so much of a case is in memory at a time. */
const longestStretch = 64 * 1024;

/** Trials of a case on a shelf, each with what is kept beside it: of those that came in order next to nothing stays in memory. */
export class ShelvedTrials<Result extends { readonly number: number }, Beside = Trial> {
  readonly #shelf: Shelf;
  /** One by itself, where there is no other: so it is of nearly every case. */
  #stretches: Stretch | Stretch[] | undefined;
  #count = 0;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  get count(): number {
    return this.#count;
  }

  add(result: Result, beside: Beside | undefined): void {
    const { offset, length } = this.#shelf.put(`${JSON.stringify(result)}\n${beside === undefined ? '' : JSON.stringify(beside)}\n`);
    const { number } = result;
    this.#count += 1;
    const stretches = this.#stretches;
    const open = Array.isArray(stretches) ? stretches.at(-1) : stretches;
    if (open?.last === number - 1 && open.offset + open.length === offset && open.length < longestStretch) {
      open.last = number;
      open.length += length;
      return;
    }
    const stretch = { first: number, last: number, offset, length };
    if (!stretches) this.#stretches = stretch;
    else if (Array.isArray(stretches)) stretches.push(stretch);
    else this.#stretches = [stretches, stretch];
  }

  /** Puts them in the order of their numbers. */
  sort(): void {
    if (Array.isArray(this.#stretches)) this.#stretches.sort((one, other) => one.first - other.first);
  }

  /** What they came to, read a stretch at a time. */
  *[Symbol.iterator](): Generator<Result> {
    for (const { result } of this.#lines()) yield JSON.parse(result) as Result;
  }

  /** What is kept beside them, of those that have it. */
  *beside(): Generator<Beside> {
    for (const { beside } of this.#lines()) if (beside !== '') yield JSON.parse(beside) as Beside;
  }

  *both(): Generator<{ readonly result: Result; readonly beside: Beside | undefined }> {
    for (const { result, beside } of this.#lines())
      yield { result: JSON.parse(result) as Result, beside: beside === '' ? undefined : (JSON.parse(beside) as Beside) };
  }

  *#lines(): Generator<{ readonly result: string; readonly beside: string }> {
    const stretches = this.#stretches ?? [];
    for (const stretch of Array.isArray(stretches) ? stretches : [stretches]) {
      const lines = this.#shelf.take(stretch).split('\n');
      for (let line = 0; line + 1 < lines.length; line += 2) yield { result: lines[line] as string, beside: lines[line + 1] as string };
    }
  }
}
