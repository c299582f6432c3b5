/** Something that happens at a time. */
export interface TimedEvent {
  readonly at: number;
  readonly run: () => void;
  /** True for the loss of a worker, which happens to nobody once all is done. */
  readonly isLoss: boolean;
}

/** What is to happen, the earliest first; of two at one time that which was added first. A binary heap. */
export class EventQueue {
  readonly #heap: (TimedEvent & { readonly order: number })[] = [];
  #added = 0;

  add(at: number, run: () => void, isLoss = false): void {
    const heap = this.#heap;
    heap.push({ at, run, isLoss, order: this.#added++ });
    for (let place = heap.length - 1; place > 0; ) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(place, above)) return;
      this.#swap(place, above);
      place = above;
    }
  }

  /** Takes the earliest out; undefined where there is none. */
  next(): TimedEvent | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let earliest = place;
      if (left < heap.length && this.#isBefore(left, earliest)) earliest = left;
      if (right < heap.length && this.#isBefore(right, earliest)) earliest = right;
      if (earliest === place) return first;
      this.#swap(place, earliest);
      place = earliest;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return false;
    return a.at === b.at ? a.order < b.order : a.at < b.at;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a && b) [this.#heap[one], this.#heap[other]] = [b, a];
  }
}
