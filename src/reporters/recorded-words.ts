import type { RecordedComparison } from '../contracts/recorded-comparison.ts';
import { count, counted, statistic } from '../text/figures.ts';
import { plainLine } from '../text/hostile-text.ts';
import type { Headline } from './words.ts';

const headlines: Readonly<Record<RecordedComparison['verdict'], Headline>> = {
  worse: { mark: '✗', name: 'Passes less often', tone: 'bad' },
  better: { mark: '✓', name: 'Passes more often', tone: 'good' },
  'no-difference-shown': { mark: '?', name: 'No difference shown', tone: 'warn' },
  'not-comparable': { mark: '!', name: 'Nothing to compare', tone: 'warn' },
};

export function recordedHeadline({ verdict }: RecordedComparison): Headline {
  return headlines[verdict];
}

/** What the comparison comes to, with the evidence, as a sentence or two. */
export function recordedSentence({
  group,
  by,
  drop,
  pWorse,
  pBetter,
  verdict,
  informativeTasks,
  tasks,
}: Omit<RecordedComparison, 'leftOut'>): string {
  const [one = '', other = ''] = group.values.map(plainLine);
  if (drop === null) return `Nothing can be compared: no ${plainLine(by)} was run by both ${one} and ${other}.`;
  const p = `exact test stratified by ${plainLine(by)}, p = ${statistic(Math.min(1, 2 * Math.min(pWorse, pBetter)))}`;
  const of = `${count(informativeTasks)} of ${counted(tasks.length, 'task')} can tell them apart`;
  const by95 = `95 % interval ${interval(drop)} points`;
  if (verdict === 'no-difference-shown') {
    // A share of runs is seldom exactly the other one in binary: what is shown as 0.0 points is none.
    const seen = size(drop.value) === size(0) ? 'as often as' : `${size(drop.value)} points ${drop.value > 0 ? 'less' : 'more'} often than`;
    return `No difference is shown: ${other} passed ${seen} ${one} (${by95}; ${p}; ${of}). That is no proof that they are equal.`;
  }
  const word = verdict === 'worse' ? 'less' : 'more';
  return `${other} passes ${word} often than ${one} on these tasks: by ${size(drop.value)} points (${by95}; ${p}; ${of}).`;
}

/** Which runs are in none of the figures; undefined when there are none. */
export function leftOutSentence({ leftOut, score }: RecordedComparison): string | undefined {
  const { otherRuns, withoutTask, withoutScore } = leftOut;
  const parts = [
    ...(otherRuns > 0 ? [`${counted(otherRuns, 'run')} of neither side`] : []),
    ...(withoutTask > 0 ? [`${count(withoutTask)} without a task`] : []),
    ...(withoutScore > 0 ? [`${count(withoutScore)} without the score ${plainLine(score)}`] : []),
  ];
  return parts.length === 0 ? undefined : `Left out: ${parts.join(', ')}.`;
}

function size(share: number): string {
  return (Math.abs(share) * 100).toFixed(1);
}

/** Of the change from the first side to the second. */
function interval({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [-high, -low].map((share) => `${share > 0 ? '+' : share < 0 ? '−' : ''}${size(share)}`);
  return `${from} to ${to}`;
}
