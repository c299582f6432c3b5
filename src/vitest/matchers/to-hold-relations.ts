import { didYouMean } from '../../text/did-you-mean.ts';
import { listed } from '../../text/figures.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { type Look, subjectOf, trialsIn } from './subject.ts';

/** Relations hold between each trial and the trials of its twins: all that were checked, or these. One that was never judged holds for nobody. */
export function toHoldRelations(this: MatcherState, received: unknown, names?: readonly string[]): SyncExpectationResult {
  const trials = trialsIn('toHoldRelations', received);
  const wanted = names ?? [...new Set(trials.flatMap(checkedIn))];
  for (const name of wanted) requireJudged(trials, name);
  if (wanted.length === 0) throw nothingChecked(trials);
  const looks = trials.flatMap((trial): Look[] => {
    const scores = trial.scores.filter(({ name }) => wanted.includes(name));
    if (scores.length === 0) return [];
    const broken = scores.filter(({ pass }) => !pass);
    const came = broken.map((score) => `${score.name}: ${score.reason}`).join('; ');
    return [
      {
        ...subjectOf(trial),
        holds: broken.length === 0,
        came: broken.length === 0 ? listed(scores.map(({ name, reason }) => `${name} ${reason}`)) : came,
      },
    ];
  });
  return allHold(this.isNot, `hold ${listed([...wanted])}`, looks);
}

/** Names of relations that made a twin of the trial's case. */
function checkedIn({ family }: JudgedTrial): string[] {
  return family?.twins.map(({ relation }) => relation) ?? [];
}

/** Asked for, and silent on this case, is something else than not asked for. */
function nothingChecked(trials: readonly JudgedTrial[]): TypeError {
  const [silent] = trials.flatMap(({ family }) => family?.notJudged ?? []);
  return new TypeError(
    silent
      ? `toHoldRelations(): no relation says anything of these trials ("${silent.relation}": ${silent.why}). Check more relations, or give it trials of cases that they are about.`
      : `toHoldRelations(): no relation was checked in these trials. ${remedy(trials)}`,
  );
}

function requireJudged(trials: readonly JudgedTrial[], name: string): void {
  if (trials.some((trial) => trial.scores.some((score) => score.name === name) && checkedIn(trial).includes(name))) return;
  const [first] = trials;
  const declared = first?.agent.relations?.map((relation) => relation.name) ?? [];
  if (!declared.includes(name))
    throw new TypeError(`toHoldRelations(): the agent "${first?.agent.name}" has no relation "${name}".${didYouMean(name, declared)}`);
  const [why] = trials.flatMap(({ family }) => family?.notJudged.filter(({ relation }) => relation === name) ?? []);
  throw new TypeError(
    `toHoldRelations(): the relation "${name}" was never judged in these trials${why ? `: ${why.why}` : ''}. ${why ? 'Give it trials of cases that it is about.' : remedy(trials)}`,
  );
}

function remedy([first]: readonly JudgedTrial[]): string {
  return `Run them with relations: docket.run('${first?.version.name ?? 'v1'}', { relations: true }).`;
}
