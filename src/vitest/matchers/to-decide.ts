import { ownField } from '../../contracts/own-field.ts';
import { decisionOf } from '../../scorers/score.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { subjectOf, trialsIn } from './subject.ts';

/** The trial decided, and every field that is named has that value; values may be `expect.closeTo(…)` and the like. */
export function toDecide(this: MatcherState, received: unknown, expected: Readonly<Record<string, unknown>>): SyncExpectationResult {
  const trials = trialsIn('toDecide', received);
  const fields = Object.entries(expected);
  if (fields.length === 0) throw new TypeError('toDecide() was given no fields, so any decision would pass. Name at least one.');
  const show = (value: unknown) => this.utils.stringify(value);
  const look = ({ outcome }: JudgedTrial) => {
    const read = decisionOf(outcome);
    if ('missing' in read) return { holds: false, came: read.missing.message };
    const { decision } = read;
    const different = fields.filter(([field, value]) => !this.equals(ownField(decision, field), value, this.customTesters));
    const shown = different.length > 0 ? different : fields;
    return {
      holds: different.length === 0,
      came: shown
        .map(([field, value]) => `${field} is ${show(ownField(decision, field))}${different.length > 0 ? `, expected ${show(value)}` : ''}`)
        .join('; '),
    };
  };
  const expectation = `decide ${fields.map(([field, value]) => `${field} ${show(value)}`).join(', ')}`;
  return allHold(
    this.isNot,
    expectation,
    trials.map((trial) => ({ ...subjectOf(trial), ...look(trial) })),
  );
}
