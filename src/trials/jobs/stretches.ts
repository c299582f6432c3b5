import type { TrialRequest } from '../run-trial.ts';

/** Neighbouring trials that differ in their number only. */
export interface Stretch {
  readonly like: TrialRequest;
  readonly first: number;
  readonly last: number;
}

/** Requests in stretches of neighbours, none longer than `most`, in the order they came. */
export function* stretchesOf(requests: Iterable<TrialRequest>, most: number): Generator<Stretch> {
  let open: { like: TrialRequest; first: number; last: number } | undefined;
  for (const request of requests) {
    if (open && open.last + 1 === request.number && request.number - open.first < most && isLike(open.like, request)) open.last += 1;
    else {
      if (open) yield open;
      open = { like: request, first: request.number, last: request.number };
    }
  }
  if (open) yield open;
}

function isLike(one: TrialRequest, other: TrialRequest): boolean {
  return (
    one.versionFingerprint === other.versionFingerprint &&
    one.caseFingerprint === other.caseFingerprint &&
    one.series === other.series &&
    one.caseId === other.caseId
  );
}

/** The same for each of its numbers by itself. */
export function oneByOne<Range extends { readonly first: number; readonly last: number }>(range: Range): Range[] {
  return Array.from({ length: range.last - range.first + 1 }, (_, index) => ({
    ...range,
    first: range.first + index,
    last: range.first + index,
  }));
}

/** The numbers of a stretch without those that are done, as stretches. */
export function* restOf({ like, first, last }: Stretch, done: ReadonlySet<number>): Generator<Stretch> {
  let start = first;
  for (let number = first; number <= last + 1; number += 1) {
    if (number <= last && !done.has(number)) continue;
    if (number > start) yield { like, first: start, last: number - 1 };
    start = number + 1;
  }
}
