import type { AccusedCase } from '../contracts/accused-case.ts';
import type { Attribution } from '../contracts/attribution.ts';
import type { TextDiff } from '../contracts/text-diff.ts';
import { isCompared, type Report, type Verdict } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { count, counted, ratio } from '../text/figures.ts';
import { visibleText } from '../text/hostile-text.ts';
import { inertCode, inertMarkdown, markdownTable } from './markdown-text.ts';
import { causeName, diffMarks, effectText, partNames } from './words.ts';

/** Most lines of all diffs, and longest line, in characters. */
const mostDiffLines = 60;
const longestDiffLine = 240;
/** More changed files than this are counted. */
const mostFiles = 20;

/** What caused it, with the diff of it; for each accused case what, where and what to do; and which files changed. */
export function causeLines(report: Report): string[] {
  if (report.kind !== 'verdict' || !isCompared(report)) return [];
  const { attribution, accused = [], changedFiles } = report as Extract<Verdict, { readonly cases: unknown }>;
  return [
    ...(attribution ? attributionLines(attribution) : []),
    ...accused.flatMap((each, index) => accusedLines(each, index === 0)),
    ...(changedFiles ? fileLines(changedFiles) : []),
  ];
}

function attributionLines(attribution: Attribution): string[] {
  const { reason, contrasts, notDecidable, diffs } = attribution;
  return [
    `### Cause: ${causeName(attribution)}`,
    '',
    inertMarkdown(reason, 2000),
    '',
    ...notDecidable.flatMap((each) => [inertMarkdown(each.reason, 500), '']),
    ...(contrasts.length === 0
      ? []
      : [
          ...markdownTable(
            ['part', 'put into main alone', 'taken out of the candidate', 'effect on the pass rate'],
            contrasts.map((each) => [
              partNames(each.factors),
              `${ratio(each.in.before)} → ${ratio(each.in.after)}`,
              `${ratio(each.out.before)} → ${ratio(each.out.after)}`,
              effectText(each),
            ]),
          ),
          '',
          "Runs of the accused case that passed, with main's part → with the candidate's.",
          '',
        ]),
    ...diffLines(diffs),
  ];
}

function diffLines(diffs: readonly TextDiff[]): string[] {
  const lines: string[] = [];
  let left = 0;
  for (const { title, lines: changed, leftOut } of diffs) {
    left += leftOut;
    const room = mostDiffLines - lines.length;
    const shown = changed.slice(0, Math.max(0, room));
    left += changed.slice(shown.length).filter(({ kind }) => kind === 'added' || kind === 'removed').length;
    if (shown.length > 0)
      lines.push(`@@ ${oneLine(title)} @@`, ...shown.map(({ kind, text }) => `${diffMarks[kind]} ${oneLine(text)}`.trimEnd()));
  }
  if (lines.length === 0)
    return left === 0 ? [] : [`${counted(left, 'changed line')} did not fit here; see the pull request's own diff.`, ''];
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [
    `${fence}diff`,
    ...lines,
    fence,
    '',
    ...(left > 0 ? [`${counted(left, 'more changed line')} did not fit here; see the pull request's own diff.`, ''] : []),
  ];
}

/** Inside a fence nothing is obeyed but the fence itself; a comment of HTML is broken up, because this text is found again by one. */
function oneLine(text: string): string {
  return visibleText(clipText(text, longestDiffLine)).replaceAll('\n', '\\n').replaceAll('<!--', '<!\u200b--');
}

/** What is to be done is said with the first: it is the same change. */
function accusedLines({ caseId, file, findings, fields, step, again, remedy }: AccusedCase, first: boolean): string[] {
  return [
    `#### ${inertCode(caseId)}`,
    '',
    ...findings.map(
      ({ code, message, trials, of }) =>
        `- **Finding:** ${inertMarkdown(message)} (${inertCode(code)}, ${count(trials)} of ${counted(of, 'trial')})`,
    ),
    `- **Where:** ${inertCode(file)}${fields
      .map(
        ({ field, expected, actual }) =>
          `; the field ${inertCode(field)} is ${inertMarkdown(actual)}, the label says ${inertMarkdown(expected)}`,
      )
      .join('')}`,
    ...(step === undefined || !first ? [] : [`- **First difference:** ${inertMarkdown(step, 500)}`]),
    ...(first ? [`- **Fix:** ${inertMarkdown(remedy, 1000)}`] : []),
    `- **Rerun:** ${inertCode(again, 1000)}`,
    '',
  ];
}

function fileLines({ files, leftOut }: NonNullable<Extract<Verdict, { readonly cases: unknown }>['changedFiles']>): string[] {
  if (files.length === 0) return [];
  const more = leftOut + Math.max(0, files.length - mostFiles);
  const names = files.slice(0, mostFiles).map(({ path, change }) => `${inertMarkdown(path)}${change === 'changed' ? '' : ` (${change})`}`);
  return [`Changed since main: ${names.join(', ')}${more > 0 ? ` and ${counted(more, 'more file')}` : ''}.`, ''];
}
