/** Whole numbers, kept as ranges: a million neighbours cost what two numbers cost. */
export class NumberSet {
  #firsts: number[] = [];
  #lasts: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    const index = this.#rangeUpTo(number);
    return index >= 0 && number <= (this.#lasts[index] as number);
  }

  /** False when it is there already. */
  add(number: number): boolean {
    if (this.#size === 0) {
      // Lists as long as they need be: there may be tens of thousands of sets of one range.
      [this.#firsts, this.#lasts, this.#size] = [[number], [number], 1];
      return true;
    }
    const before = this.#rangeUpTo(number);
    const last = this.#lasts[before];
    if (last !== undefined && number <= last) return false;
    this.#size += 1;
    const next = before + 1;
    const joinsNext = this.#firsts[next] === number + 1;
    if (last === number - 1) {
      this.#lasts[before] = joinsNext ? (this.#lasts[next] as number) : number;
      if (joinsNext) this.#remove(next);
    } else if (joinsNext) this.#firsts[next] = number;
    else {
      this.#firsts.splice(next, 0, number);
      this.#lasts.splice(next, 0, number);
    }
    return true;
  }

  /** The ranges, smallest numbers first. */
  *ranges(): Generator<{ readonly first: number; readonly last: number }> {
    for (const [index, first] of this.#firsts.entries()) yield { first, last: this.#lasts[index] as number };
  }

  #remove(index: number): void {
    this.#firsts.splice(index, 1);
    this.#lasts.splice(index, 1);
  }

  /** Index of the last range that begins at the number or below it; -1 where there is none. */
  #rangeUpTo(number: number): number {
    let [low, high] = [0, this.#firsts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#firsts[middle] as number) <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
