import type { VersionTry } from '../../contracts/version-try.ts';
import {
  effectMarks,
  effectText,
  inOrder,
  promiseEnd,
  promiseMarks,
  promiseText,
  tallyText,
  triedSentence,
  tryHeadline,
} from '../../reporters/version-try-words.ts';
import type { Headline } from '../../reporters/words.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { shownPath } from '../command/report-files.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output, Style } from '../terminal/terminal.ts';

const styles: Readonly<Record<Headline['tone'], Style>> = { good: 'green', bad: 'red', warn: 'yellow', calm: 'dim' };

/** A tried draft as a person wants it: what it comes to, each promise, the gate, each change. */
export function tryLines(result: VersionTry, files: readonly string[], output: Output): string[] {
  const { promises, effects, verdict, notices, agent, mode, version, from } = result;
  const { mark, name, tone } = tryHeadline(result);
  const cell = (text: string, style?: Style) => [{ text: plainLine(text), ...(style ? { style } : {}) }];
  return [
    '',
    ` ${output.style([styles[tone], 'bold'].flat() as Style, `${mark} ${name.toUpperCase()}`)} · ${plainLine(agent)} · ${mode} model`,
    ` ${plainLine(result.reason)}`,
    '',
    ` ${plainLine(triedSentence(result))}`,
    ...notices.map((notice) => output.style('yellow', ` ! ${plainLine(notice)}`)),
    ...(promises.length === 0
      ? []
      : [
          '',
          ...tableLines(
            {
              header: ['promise', 'by', from, version, 'result'].map((text) => cell(text, 'dim')),
              groups: [
                inOrder(promises).map((each) => [
                  cell(promiseText(each)),
                  cell(each.changes.join(' ')),
                  cell(tallyText(each.before)),
                  cell(tallyText(each.after)),
                  cell(`${promiseMarks[each.result].mark} ${promiseEnd(each)}`, styles[promiseMarks[each.result].tone]),
                ]),
              ],
            },
            output,
          ),
        ]),
    '',
    ` gate  ${verdict.verdict}: ${plainLine(verdict.reason)}`,
    ...(effects.length === 0
      ? []
      : [
          '',
          ...tableLines(
            {
              header: ['change', 'what it does to the pass rate'].map((text) => cell(text, 'dim')),
              groups: [
                effects.map((each) => [
                  cell(each.id),
                  cell(`${effectMarks[each.result].mark} ${effectText(each)}`, styles[effectMarks[each.result].tone]),
                ]),
              ],
            },
            output,
          ),
        ]),
    '',
    ...files.map((file) => ` ${shownPath(file)}`),
    '',
  ];
}
