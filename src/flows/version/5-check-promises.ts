import type { VersionDraft } from '../../contracts/version-draft.ts';
import type { PromiseResult } from '../../contracts/version-try.ts';
import { decidePromises } from '../../improvement/promises/decide-promises.ts';
import { type PromisePart, promiseParts } from '../../improvement/promises/promise-parts.ts';
import type { SeenRuns } from '../../improvement/promises/seen-runs.ts';
import { money } from '../../text/figures.ts';

/** How much more than promised still counts as kept, as a share of runs: the least that the gate's own margin is. */
const margin = 0.05;

/** Reads what every change of a draft promised from the trials of both versions. */
export function checkPromises(
  { changes, known }: Pick<VersionDraft, 'changes' | 'known'>,
  { before, after }: { readonly before: SeenRuns; readonly after: SeenRuns },
): PromiseResult[] {
  const shared = promiseParts(changes);
  const names = new Set([...known, ...before.problems().map(({ id }) => id)]);
  const evidence = shared.map(({ part }) => ({
    most: mostOf(part),
    // A typical run is dearer or not.
    margin: part.what === 'dollars' ? 0 : margin,
    before: before.count(part, names),
    after: after.count(part, names),
    mustFall: part.what === 'falls',
    mustNotRise: part.what !== 'falls' && part.what !== 'dollars',
  }));
  const ends = decidePromises(evidence);
  return shared.map(({ part, changes: ids }, index): PromiseResult => {
    const { most = 0, before: was = none, after: is = none } = evidence[index] ?? {};
    const end = ends[index] ?? { result: 'not-decidable', p: 1, needed: undefined };
    return {
      changes: [...ids],
      what: part.what,
      name: nameOf(part),
      ...(part.what === 'falls' ? { by: part.by } : {}),
      cases: part.what === 'falls' || part.what === 'cases' ? part.cases : [],
      ...{ most, before: was, after: is, result: end.result, p: end.p },
      ...(end.result === 'not-decidable' ? { needed: end.needed ?? null } : {}),
    };
  });
}

const none = { runs: 0, of: 0 };

/** Largest share of runs that may have it, or go wrong, or be dearer. */
function mostOf(part: PromisePart): number {
  switch (part.what) {
    case 'falls':
      return part.to;
    case 'finding':
      return part.share;
    case 'field':
      return 1 - part.share;
    case 'cases':
      return 0;
    case 'dollars':
      return 0.5;
  }
}

function nameOf(part: PromisePart): string {
  switch (part.what) {
    case 'falls':
    case 'finding':
      return part.finding;
    case 'field':
      return `${part.field} stays right`;
    case 'cases':
      return 'cases that were right stay right';
    case 'dollars':
      return `a typical run costs at most ${money(part.perRun)}`;
  }
}
