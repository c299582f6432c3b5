import type { VersionTry } from '../contracts/version-try.ts';
import { inertCode, inertMarkdown, markdownTable } from './markdown-text.ts';
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
} from './version-try-words.ts';

/** Rows that stand in a pull request; the page and the JSON have all. */
const most = 60;

/** A tried draft as the text of its pull request. What plans and commits say is shown and does nothing. */
export function versionTryMarkdown(result: VersionTry): string {
  const { version, from, promises, effects, verdict, notices, rerun } = result;
  const { mark, name } = tryHeadline(result);
  const shown = inOrder(promises);
  return `${[
    `## ${mark} ${inertMarkdown(`${version} after ${from}: ${name}`)}`,
    '',
    inertMarkdown(result.reason, 1200),
    '',
    inertMarkdown(triedSentence(result), 600),
    ...notices.flatMap((notice) => ['', `- ${inertMarkdown(notice)}`]),
    '',
    '### Promises',
    '',
    ...markdownTable(
      ['', 'promise', 'by', from, version, ''].map((text) => inertMarkdown(text)),
      shown
        .slice(0, most)
        .map((each) => [
          promiseMarks[each.result].mark,
          inertCode(promiseText(each)),
          inertMarkdown(each.changes.join(', ')),
          tallyText(each.before),
          tallyText(each.after),
          inertMarkdown(promiseEnd(each)),
        ]),
    ),
    ...(shown.length > most ? ['', `and ${shown.length - most} more in reports/version-try.json`] : []),
    '',
    '### The gate',
    '',
    `${inertMarkdown(verdict.verdict)}: ${inertMarkdown(verdict.reason, 1200)}`,
    ...(effects.length === 0
      ? []
      : [
          '',
          '### What each change does',
          '',
          ...markdownTable(
            ['', 'change', 'pass rate'],
            effects.map((each) => [
              effectMarks[each.result].mark,
              `${inertMarkdown(each.id)} ${inertCode(each.what)}`,
              inertMarkdown(effectText(each)),
            ]),
          ),
        ]),
    '',
    `Rerun: ${inertCode(rerun)}`,
  ].join('\n')}\n`;
}
