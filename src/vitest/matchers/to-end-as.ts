import type { SettledOutcome } from '../../contracts/trial.ts';
import { decisionOf } from '../../scorers/score.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { subjectOf, trialsIn } from './subject.ts';

/** The trial ended with this outcome: `decided`, `refused`, `truncated`, `invalid` or `no-decision`. */
export function toEndAs(this: MatcherState, received: unknown, kind: SettledOutcome['kind']): SyncExpectationResult {
  return allHold(
    this.isNot,
    `end as ${kind}`,
    trialsIn('toEndAs', received).map((trial) => {
      const read = decisionOf(trial.outcome);
      const detail = 'missing' in read ? ` (${read.missing.message})` : '';
      return { ...subjectOf(trial), holds: trial.outcome.kind === kind, came: `it ended as ${trial.outcome.kind}${detail}` };
    }),
  );
}
