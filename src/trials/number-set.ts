/** Ranges behind one another, smallest numbers first. */
interface Ranges {
  readonly firsts: number[];
  readonly lasts: number[];
}

/** Whole numbers, kept as ranges: a million neighbours cost what two numbers cost, and there may be tens of thousands of sets of one range. */
export class NumberSet {
  /** The only range; none where it ends before it begins. */
  #first = 1;
  #last = 0;
  /** All of them, once there are several. */
  #ranges: Ranges | undefined;

  get size(): number {
    if (!this.#ranges) return this.#last - this.#first + 1;
    const { firsts, lasts } = this.#ranges;
    return firsts.reduce((sum, first, index) => sum + (lasts[index] as number) - first + 1, 0);
  }

  has(number: number): boolean {
    if (!this.#ranges) return number >= this.#first && number <= this.#last;
    const index = rangeUpTo(this.#ranges, number);
    return index >= 0 && number <= (this.#ranges.lasts[index] as number);
  }

  /** False when it is there already. */
  add(number: number): boolean {
    if (this.has(number)) return false;
    if (this.#ranges) addTo(this.#ranges, number);
    else if (this.#last < this.#first) [this.#first, this.#last] = [number, number];
    else if (number === this.#last + 1) this.#last = number;
    else if (number === this.#first - 1) this.#first = number;
    else {
      this.#ranges = { firsts: [this.#first], lasts: [this.#last] };
      addTo(this.#ranges, number);
    }
    return true;
  }

  /** The ranges, smallest numbers first. */
  *ranges(): Generator<{ readonly first: number; readonly last: number }> {
    if (this.#ranges)
      for (const [index, first] of this.#ranges.firsts.entries()) yield { first, last: this.#ranges.lasts[index] as number };
    else if (this.size > 0) yield { first: this.#first, last: this.#last };
  }
}

/** @param number is in none of them */
function addTo(ranges: Ranges, number: number): void {
  const { firsts, lasts } = ranges;
  const before = rangeUpTo(ranges, number);
  const next = before + 1;
  const joinsNext = firsts[next] === number + 1;
  if (lasts[before] === number - 1) {
    lasts[before] = joinsNext ? (lasts[next] as number) : number;
    if (joinsNext) for (const list of [firsts, lasts]) list.splice(next, 1);
  } else if (joinsNext) firsts[next] = number;
  else for (const list of [firsts, lasts]) list.splice(next, 0, number);
}

/** Index of the last range that begins at the number or below it; -1 where there is none. */
function rangeUpTo({ firsts }: Ranges, number: number): number {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] as number) <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
