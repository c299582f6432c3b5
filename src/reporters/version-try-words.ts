import type { ChangeEffect, PromiseResult, VersionTry } from '../contracts/version-try.ts';
import { count, counted, percent, points, ratio } from '../text/figures.ts';
import type { Headline } from './words.ts';

/** What a drafted version came to. */
export function tryHeadline({ exitCode, verdict: { verdict } }: VersionTry): Headline {
  if (exitCode === 0) return { mark: '✓', name: 'Kept what it promised', tone: 'good' };
  if (verdict === 'regressed') return { mark: '✗', name: 'Worse than before', tone: 'bad' };
  if (exitCode === 1) return { mark: '✗', name: 'Broke a promise', tone: 'bad' };
  return { mark: '?', name: verdict === 'incomplete' ? 'Incomplete' : 'Not decided', tone: 'warn' };
}

export const promiseMarks: Readonly<Record<PromiseResult['result'], Headline>> = {
  kept: { mark: '✓', name: 'kept', tone: 'good' },
  broken: { mark: '✗', name: 'broken', tone: 'bad' },
  'not-decidable': { mark: '?', name: 'not decidable', tone: 'warn' },
};

export const effectMarks: Readonly<Record<ChangeEffect['result'], Headline>> = {
  gain: { mark: '✓', name: 'gain', tone: 'good' },
  loss: { mark: '✗', name: 'loss', tone: 'bad' },
  'not-decidable': { mark: '?', name: 'not decidable', tone: 'warn' },
  'not-built': { mark: '·', name: 'not built', tone: 'calm' },
  'not-run': { mark: '·', name: 'not run', tone: 'calm' },
};

/** The worst first. */
export function inOrder(promises: readonly PromiseResult[]): PromiseResult[] {
  const ranks = ['broken', 'not-decidable', 'kept'];
  return promises.toSorted((one, other) => ranks.indexOf(one.result) - ranks.indexOf(other.result));
}

/** What was promised, of which runs. */
export function promiseText({ what, name, most, cases, by }: PromiseResult): string {
  const on = cases.length === 0 ? '' : ` on ${counted(cases.length, 'case')}`;
  switch (what) {
    case 'falls':
      return `${name} (${by}) falls to ${percent(most)} of runs${on}`;
    case 'finding':
      return `${name} stays at ${percent(most)} of runs`;
    case 'field':
      return `${name} in ${percent(1 - most)} of runs`;
    case 'cases':
      return `${counted(cases.length, 'case')} that were right stay right`;
    case 'dollars':
      return name;
  }
}

export function tallyText({ runs, of }: PromiseResult['before']): string {
  return `${count(runs)}/${count(of)}`;
}

/** What the runs show, and how many would show it. */
export function promiseEnd({ result, what, needed, before, after: { runs, of } }: PromiseResult): string {
  if (result !== 'not-decidable') return promiseMarks[result].name;
  if (of === 0) return 'not decidable: no run can have it';
  if (what === 'falls' && before.runs === 0 && runs === 0) return 'not decidable: the version before had it in none of these runs';
  return needed == null ? 'not decidable by any number of runs' : `not decidable, ${counted(needed, 'run')} would`;
}

/** What a change does beside all others. */
export function effectText({ result, difference, without, why }: ChangeEffect): string {
  if (why !== undefined) return `${effectMarks[result].name}: ${why}`;
  return `${ratio(without)} without it: ${points(difference.value)} (${points(difference.low)} to ${points(difference.high)})`;
}

/** Both versions in one sentence, and what it took. */
export function triedSentence({ version, from, passes, cases, trialsPerCase, spending, mode }: VersionTry): string {
  const { spent, reused } = spending.trials;
  return `${from} passed ${ratio(passes.before)} trials, ${version} ${ratio(passes.after)} (${counted(cases, 'case')}, ${trialsPerCase} each, ${mode} model). ${counted(spent, 'trial')} run, ${count(reused)} stored ones reused.`;
}
