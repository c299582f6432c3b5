import type { ChangePromise } from '../../contracts/promise.ts';

/** One thing that changes promise, once, whoever promises it. */
export type PromisePart =
  | (ChangePromise['falls'][number] & { readonly what: 'falls' })
  | Extract<ChangePromise['holds'][number], { what: string }>;

/** A part with the ids of the changes that promise it. */
export interface SharedPart {
  readonly part: PromisePart;
  readonly changes: readonly string[];
}

/** The parts of all promises; what several changes promise alike is looked at once. */
export function promiseParts(changes: readonly { readonly id: string; readonly promise?: ChangePromise | undefined }[]): SharedPart[] {
  const parts = new Map<string, SharedPart>();
  for (const { id, promise } of changes) {
    if (!promise) continue;
    for (const part of [...promise.falls.map((fall): PromisePart => ({ what: 'falls', ...fall })), ...promise.holds]) {
      const known = parts.get(keyOf(part));
      if (known) parts.set(keyOf(part), { part: together(known.part, part), changes: [...known.changes, id] });
      else parts.set(keyOf(part), { part, changes: [id] });
    }
  }
  // What one change brings down, another may not promise to leave as it was.
  const falling = new Set([...parts.values()].flatMap(({ part }) => (part.what === 'falls' ? [part.finding] : [])));
  return [...parts.values()].filter(({ part }) => part.what !== 'finding' || !falling.has(part.finding));
}

function keyOf(part: PromisePart): string {
  switch (part.what) {
    case 'falls':
      return JSON.stringify([part.what, part.by, part.finding, part.to, [...part.cases].sort()]);
    case 'finding':
      return JSON.stringify([part.what, part.finding, part.share]);
    case 'field':
      return JSON.stringify([part.what, part.field, part.share]);
    case 'cases':
      return JSON.stringify([part.what, [...part.cases].sort()]);
    case 'dollars':
      // What one change may add says nothing of what another one may.
      return part.what;
  }
}

/** What a run may cost with both changes: the dearer of the runs as they were, and what both add. */
function together(one: PromisePart, other: PromisePart): PromisePart {
  if (one.what !== 'dollars' || other.what !== 'dollars') return one;
  const adds = one.adds + other.adds;
  return { what: 'dollars', perRun: Math.max(one.perRun - one.adds, other.perRun - other.adds) + adds, adds };
}
