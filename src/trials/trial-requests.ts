import type { TrialKey } from '../contracts/trial.ts';
import { NumberSet } from './number-set.ts';
import type { TrialRequest } from './run-trial.ts';
import { SelectionMap } from './selection-map.ts';
import type { TrialRange, TrialSelection } from './trial-store.ts';

/** Requests that differ in their number only, one after the other. */
interface Stretch {
  readonly like: TrialRequest;
  readonly group: Group<unknown>;
  last: number;
}

/** A selection of which something is wanted, and what whoever wants it keeps of it. */
export interface WantedSelection<Kept> {
  kept: Kept | undefined;
}

/** All requests of one selection. */
interface Group<Kept> extends WantedSelection<Kept> {
  readonly selection: TrialSelection;
  readonly wanted: NumberSet;
  /** Made with the first of them. */
  done: NumberSet | undefined;
  /** One by itself, where there is no other. */
  stretches: Stretch | Stretch[] | undefined;
  /** Where the last trial was found: stored ones come in number order. */
  at: number;
}

/** Most stored trials that are read at a time. */
const pageSize = 200;

/** Neighbouring trial numbers of one selection. */
export interface TrialPage extends TrialRange {
  readonly selection: TrialSelection;
}

/** Requests without repeats, in the order they came. Neighbours are kept as one, so that a million trials cost what their cases do. */
export class TrialRequests<Kept = undefined> {
  readonly #groups = new SelectionMap<Group<Kept>>();
  /** The groups in the order they came. */
  readonly #inOrder: Group<Kept>[] = [];
  readonly #stretches: Stretch[] = [];
  #latest: Group<Kept> | undefined;

  constructor(requests: Iterable<TrialRequest> = []) {
    for (const request of requests) this.add(request);
  }

  /** False where the same trial was asked for before. */
  add(request: TrialRequest): boolean {
    const group = this.#groupFor(request);
    if (group.done === group.wanted) throw new TypeError('a trial was wanted after those of its selection were taken');
    if (!group.wanted.add(request.number)) return false;
    const open = this.#stretches.at(-1);
    if (open?.group === group && open.last + 1 === request.number && isLike(open.like, request)) open.last += 1;
    else {
      const stretch = { like: request, group, last: request.number };
      this.#stretches.push(stretch);
      if (!group.stretches) group.stretches = stretch;
      else if (Array.isArray(group.stretches)) group.stretches.push(stretch);
      else group.stretches = [group.stretches, stretch];
    }
    return true;
  }

  *[Symbol.iterator](): Generator<TrialRequest> {
    for (const { like, last } of this.#stretches) for (let number = like.number; number <= last; number += 1) yield { ...like, number };
  }

  /** Neighbouring trial numbers of one selection, a page at a time. */
  *pages(): Generator<TrialPage> {
    for (const { selection, wanted } of this.#inOrder)
      for (const range of wanted.ranges())
        for (let { first } = range; first <= range.last; first += pageSize)
          yield { selection, first, last: Math.min(range.last, first + pageSize - 1) };
  }

  /** The request for a trial that is there, marked as done with. */
  take(key: TrialKey): TrialRequest | undefined {
    const group = this.#groupOf(key);
    const stretch = group && stretchOf(group, key.number);
    if (!stretch) return undefined;
    group.done ??= new NumberSet();
    group.done.add(key.number);
    // Of most selections everything is stored: then one set says both.
    if (group.done.size === group.wanted.size) group.done = group.wanted;
    return { ...stretch.like, number: key.number };
  }

  /** What is left to do. */
  *missing(): Generator<TrialRequest> {
    for (const { like, group, last } of this.#stretches)
      for (let number = like.number; number <= last; number += 1) if (!group.done?.has(number)) yield { ...like, number };
  }

  /** How many requests are left, and of how many different inputs. */
  left(): { readonly requests: number; readonly inputs: number } {
    const open = this.#inOrder.filter(({ wanted, done }) => (done?.size ?? 0) < wanted.size);
    return {
      requests: open.reduce((sum, { wanted, done }) => sum + wanted.size - (done?.size ?? 0), 0),
      inputs: new Set(open.map(({ selection }) => selection.caseFingerprint)).size,
    };
  }

  /** The selection of a request, which is about to be added. */
  selectionFor(request: TrialRequest): WantedSelection<Kept> {
    return this.#groupFor(request);
  }

  /** Undefined where nothing of it was asked for. */
  selectionOf(key: TrialSelection): WantedSelection<Kept> | undefined {
    return this.#groupOf(key);
  }

  #groupFor(request: TrialRequest): Group<Kept> {
    let group = this.#groupOf(request);
    if (!group) {
      group = { selection: request, wanted: new NumberSet(), done: undefined, stretches: undefined, at: 0, kept: undefined };
      this.#groups.set(request, group);
      this.#inOrder.push(group);
    }
    this.#latest = group;
    return group;
  }

  #groupOf(key: TrialSelection): Group<Kept> | undefined {
    return this.#latest && isOf(this.#latest.selection, key) ? this.#latest : this.#groups.get(key);
  }
}

/** Looks from where the last one was found, once around. */
function stretchOf(group: Group<unknown>, number: number): Stretch | undefined {
  const { stretches } = group;
  if (!Array.isArray(stretches)) return stretches && has(stretches, number) ? stretches : undefined;
  for (let looked = 0; looked < stretches.length; looked += 1) {
    const index = (group.at + looked) % stretches.length;
    const stretch = stretches[index];
    if (!stretch || !has(stretch, number)) continue;
    group.at = index;
    return stretch;
  }
  return undefined;
}

function has({ like, last }: Stretch, number: number): boolean {
  return number >= like.number && number <= last;
}

function isOf(one: TrialSelection, other: TrialSelection): boolean {
  return (
    one.caseFingerprint === other.caseFingerprint && one.versionFingerprint === other.versionFingerprint && one.series === other.series
  );
}

function isLike(one: TrialRequest, other: TrialRequest): boolean {
  return one.agent === other.agent && one.caseId === other.caseId && one.input === other.input && one.production === other.production;
}
