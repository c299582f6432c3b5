import type { Verdict } from '../../contracts/verdict.ts';
import { count, counted, listed } from '../../text/figures.ts';
import type { Suite } from './1-load-suite.ts';
import { noPass } from './no-pass.ts';

/** Most cases that a sentence names. */
const named = 5;

function namesOf(refused: Suite['refused']): string {
  const ids = [...refused.keys()];
  const more = ids.length - named;
  return listed(more > 0 ? [...ids.slice(0, named), `${count(more)} more`] : ids);
}

/** Cases that the candidate does not take could not be run on it, so a pass says nothing of them and is none. */
export function underRefusedInputs(verdict: Verdict, { refused }: Pick<Suite, 'refused'>): Verdict {
  if (refused.size === 0) return verdict;
  const reason = `The candidate does not accept the input of ${counted(refused.size, 'case')} of main's (${namesOf(refused)}), so nothing shows that it did not get worse there; it passes the others. Let its input schema accept these inputs, or change the cases first, in a pull request that leaves the agent alone.`;
  return noPass(verdict, { cause: 'input-refused', reason });
}
