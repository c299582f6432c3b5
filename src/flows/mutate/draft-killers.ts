import type { MutantResult } from '../../contracts/mutation.ts';
import { draftInputs } from '../promote/draft-inputs.ts';
import type { Session } from '../session.ts';

/**
 * Drafts a case of each input that would kill a survivor; an input that a case or a draft has already is left out. A near one is not: what kills may be
 * a cent away from what does not.
 * @returns the files that were written
 */
export function draftKillers(session: Session, mutants: readonly MutantResult[]): readonly string[] {
  const inputs = mutants.flatMap(({ killer }) => (killer?.kills ? [killer.input] : []));
  return draftInputs(session, inputs, {
    word: 'mutation',
    command: 'docket mutate',
    report: 'reports/mutation.json',
    title: 'An input that no case covers',
    leaveOut: 'equal',
  }).files;
}
