import type { Trial } from '../contracts/trial.ts';
import type { Shelf } from './shelf.ts';

/** Numbers that are kept of a trial: its own, where it stands, and the lengths of what it came to and of the trial behind it. */
const width = 4;

/** Trials of a case on a shelf: 32 bytes of each stay in memory. */
export class ShelvedTrials<Result extends { readonly number: number }> {
  readonly #shelf: Shelf;
  #places: number[] = [];

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  get count(): number {
    return this.#places.length / width;
  }

  /** @param trial for scorers of repeats, where there are any */
  add(result: Result, trial: Trial | undefined): void {
    const { offset, length } = this.#shelf.put(result);
    this.#places.push(result.number, offset, length, trial === undefined ? 0 : this.#shelf.put(trial).length);
  }

  /** Puts them in the order of their numbers. */
  sort(): void {
    const rows = Array.from({ length: this.count }, (_, row) => row * width);
    if (rows.every((row) => row === 0 || this.#at(row) >= this.#at(row - width))) return;
    rows.sort((one, other) => this.#at(one) - this.#at(other));
    this.#places = rows.flatMap((row) => this.#places.slice(row, row + width));
  }

  /** What they came to, read one by one. */
  *results(): Generator<Result> {
    for (let row = 0; row < this.#places.length; row += width)
      yield this.#shelf.take({ offset: this.#at(row + 1), length: this.#at(row + 2) }) as Result;
  }

  *trials(): Generator<Trial> {
    for (let row = 0; row < this.#places.length; row += width) {
      const length = this.#at(row + 3);
      if (length > 0) yield this.#shelf.take({ offset: this.#at(row + 1) + this.#at(row + 2), length }) as Trial;
    }
  }

  #at(index: number): number {
    return this.#places[index] as number;
  }
}
