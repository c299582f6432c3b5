import type { RecordedComparison, SideRuns } from '../../../contracts/recorded-comparison.ts';
import { leftOutSentence, recordedSentence } from '../../../reporters/recorded-words.ts';
import { estimatedShare } from '../../../text/figures.ts';
import { plainLine } from '../../../text/hostile-text.ts';
import { type Cell, tableLines } from '../../terminal/table.ts';
import type { Output } from '../../terminal/terminal.ts';

/** The verdict, the two sides, and a row a task. */
export function comparisonLines(comparison: RecordedComparison, out: Output): string[] {
  const { by, group, tasks, sides } = comparison;
  const names = group.values.map(plainLine);
  const header = [plainLine(by), ...names].map((text): Cell => [{ text, style: 'dim' }]);
  const rows = tasks.map(({ task, sides: ofTask }) => [plainLine(task), ...ofTask.map(sideText)].map((text): Cell => [{ text }]));
  const whole = ['all', ...sides.map(sideText)].map((text): Cell => [{ text }]);
  const left = leftOutSentence(comparison);
  return [
    ` ${recordedSentence(comparison)}`,
    ...(left === undefined ? [] : [out.style('yellow', ` ${left}`)]),
    '',
    ...tableLines({ header, groups: [rows, [whole]] }, out),
  ];
}

function sideText({ passes, runs, interval: of }: SideRuns): string {
  return runs === 0 ? '–' : `${passes}/${runs}  ${estimatedShare(of)}`;
}
