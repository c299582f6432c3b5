import { count, ratio } from '../../text/figures.ts';
import type { CaseLedger } from './ledger.ts';

/** Cases that main does not have and that this agent does not always pass, with what a verdict says of them. */
export interface FailingNewCases {
  readonly ids: readonly string[];
  /** Empty when there is none. */
  readonly sentence: string;
}

/** More than this many are counted, not named. */
const mostNamed = 5;

/** A new case is judged by nobody's past, so failing it is no regression; it is told all the same, wherever a verdict would be green. */
export function failingNewCases(added: ReadonlySet<string>, ledgers: readonly CaseLedger[]): FailingNewCases {
  const failing = ledgers
    .filter(({ loaded }) => added.has(loaded.case.id))
    .map(({ loaded, runs }) => ({ id: loaded.case.id, candidate: runs.candidate.counts(), main: runs.baseline.counts() }))
    .filter(({ candidate }) => candidate.passes < candidate.runs);
  const named = failing
    .slice(0, mostNamed)
    .map(({ id, candidate, main }) => `${id} (${ratio(candidate)} runs pass${main.runs > 0 ? `, main's ${ratio(main)}` : ''})`);
  const more = failing.length - named.length;
  return {
    ids: failing.map(({ id }) => id),
    sentence:
      failing.length === 0
        ? ''
        : ` ${failing.length === 1 ? 'A new case fails' : `${count(failing.length)} new cases fail`}: ${named.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}. That is not a regression, since main has no such case.`,
  };
}
