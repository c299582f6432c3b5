import type { Notice } from '../../contracts/notice.ts';
import type { GateContext } from './gate-context.ts';

/** What a reader must know where the modules of Docket that run a trial differ. */
export function runnerNotices({ main, candidate }: Pick<GateContext, 'main' | 'candidate'>): Notice[] {
  if (main.parts.runner === candidate.parts.runner) return [];
  const message = "The modules of Docket that run a trial changed: main's judged and made main's runs, the change's made the candidate's.";
  return [{ kind: 'runner-changed', message }];
}
