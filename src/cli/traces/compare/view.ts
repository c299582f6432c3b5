import type { RecordedComparison, SideRuns } from '../../../flows/compare-recorded/index.ts';
import { count, counted, estimatedShare, statistic } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { type Cell, tableLines } from '../../terminal/table.ts';
import type { Output } from '../../terminal/terminal.ts';

/** The verdict, the two sides, and a row a task. */
export function comparisonLines(comparison: RecordedComparison, out: Output): string[] {
  const { by, group, tasks, sides, leftOut } = comparison;
  const names = group.values.map(plainLine);
  const header = [plainLine(by), ...names].map((text): Cell => [{ text, style: 'dim' }]);
  const rows = tasks.map(({ task, sides: ofTask }) => [plainLine(task), ...ofTask.map(sideText)].map((text): Cell => [{ text }]));
  const whole = ['all', ...sides.map(sideText)].map((text): Cell => [{ text }]);
  const left = [
    ...(leftOut.otherRuns > 0 ? [`${counted(leftOut.otherRuns, 'run')} of neither side`] : []),
    ...(leftOut.withoutTask > 0 ? [`${count(leftOut.withoutTask)} without a task`] : []),
    ...(leftOut.withoutScore > 0 ? [`${count(leftOut.withoutScore)} without the score ${plainLine(comparison.score)}`] : []),
  ];
  return [
    ` ${verdictWords(comparison)}`,
    ...(left.length > 0 ? [out.style('yellow', ` Left out: ${left.join(', ')}.`)] : []),
    '',
    ...tableLines({ header, groups: [rows, [whole]] }, out),
  ];
}

function verdictWords({ group, by, drop, pWorse, pBetter, verdict, informativeTasks, tasks }: RecordedComparison): string {
  const [one = '', other = ''] = group.values.map(plainLine);
  if (drop === null) return `Nothing can be compared: no ${plainLine(by)} was run by both ${one} and ${other}.`;
  const p = `exact test stratified by ${plainLine(by)}, p = ${statistic(Math.min(1, 2 * Math.min(pWorse, pBetter)))}`;
  const of = `${count(informativeTasks)} of ${counted(tasks.length, 'task')} can tell them apart`;
  const by95 = `95 % interval ${interval(drop)} points`;
  if (verdict === 'no-difference-shown') {
    const seen = drop.value === 0 ? 'as often as' : `${size(drop.value)} points ${drop.value > 0 ? 'less' : 'more'} often than`;
    return `No difference is shown: ${other} passed ${seen} ${one} (${by95}; ${p}; ${of}). That is no proof that they are equal.`;
  }
  const word = verdict === 'worse' ? 'less' : 'more';
  return `${other} passes ${word} often than ${one} on these tasks: by ${size(drop.value)} points (${by95}; ${p}; ${of}).`;
}

function size(share: number): string {
  return (Math.abs(share) * 100).toFixed(1);
}

/** Of the change from the first side to the second. */
function interval({ low, high }: { readonly low: number; readonly high: number }): string {
  const [from, to] = [-high, -low].map((share) => `${share > 0 ? '+' : share < 0 ? '−' : ''}${size(share)}`);
  return `${from} to ${to}`;
}

function sideText({ passes, runs, interval: of }: SideRuns): string {
  return runs === 0 ? '–' : `${passes}/${runs}  ${estimatedShare(of)}`;
}
