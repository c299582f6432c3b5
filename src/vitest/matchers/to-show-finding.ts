import { count, counted } from '../../text/figures.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold, explain } from './all-hold.ts';
import { subjectOf, trialsIn } from './subject.ts';

export interface ShowFindingOptions {
  /** How many of the trials must show it; all of them when not given. */
  readonly atLeast?: number;
}

/** A scorer found a fault of this code in the trial. */
export function toShowFinding(
  this: MatcherState,
  received: unknown,
  code: string,
  options: ShowFindingOptions = {},
): SyncExpectationResult {
  const looks = trialsIn('toShowFinding', received).map((trial) => ({ ...subjectOf(trial), ...lookAt(trial, code) }));
  const { atLeast } = options;
  if (atLeast === undefined) return allHold(this.isNot, `show the finding ${code}`, looks);
  if (this.isNot || !Number.isInteger(atLeast) || atLeast < 1 || atLeast > looks.length) {
    throw new TypeError(
      `toShowFinding(): atLeast is ${atLeast}. Expected a whole number from 1 to the number of trials (${looks.length}), and no ".not" before it.`,
    );
  }
  const showing = looks.filter(({ holds }) => holds).length;
  return {
    pass: showing >= atLeast,
    message: () =>
      explain(
        `Expected at least ${count(atLeast)} of ${counted(looks.length, 'trial')} to show the finding ${code}, but ${showing === 0 ? 'none does' : `only ${count(showing)} do`}:`,
        looks.filter(({ holds }) => !holds),
      ),
  };
}

function lookAt({ findings }: JudgedTrial, code: string): { readonly holds: boolean; readonly came: string } {
  const matching = findings.filter((finding) => finding.code === code);
  const shown = matching.length > 0 ? matching : findings;
  return {
    holds: matching.length > 0,
    came: shown.map((finding) => `${finding.code} (${finding.message})`).join('; ') || 'no finding at all',
  };
}
