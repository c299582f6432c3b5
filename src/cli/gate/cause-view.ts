import type { AccusedCase } from '../../contracts/accused-case.ts';
import type { Attribution } from '../../contracts/attribution.ts';
import type { ChangedFile, TextDiff } from '../../contracts/text-diff.ts';
import { causeName, diffMarks, effectText, partNames } from '../../reporters/words.ts';
import { count, counted, ratio } from '../../text/figures.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import { cutTo, wrapTo } from '../terminal/display-width.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output, Style } from '../terminal/terminal.ts';

/** Most lines of all diffs together; the page has more. */
const mostDiffLines = 24;
/** More changed files than this are counted. */
const mostFiles = 8;

/** Name and value, as the verdict's fields are shown. */
export type Field = [name: string, value: string];

export function causeFields(attribution: Attribution): Field[] {
  return [
    ['cause', `${causeName(attribution)}. ${attribution.reason}`],
    ...attribution.notDecidable.map(({ reason }): Field => ['', reason]),
  ];
}

/** Each part put into main, and taken out of the candidate: what the naming rests on. */
export function contrastLines({ contrasts }: Attribution, output: Output): string[] {
  if (contrasts.length === 0) return [];
  return tableLines(
    {
      header: ['part', 'put into main', 'taken from candidate', 'effect on the pass rate'].map((text) => [{ text, style: 'dim' as const }]),
      groups: [
        contrasts.map((each) => [
          [{ text: partNames(each.factors) }],
          [{ text: `${ratio(each.in.before)} → ${ratio(each.in.after)}` }],
          [{ text: `${ratio(each.out.before)} → ${ratio(each.out.after)}` }],
          [{ text: effectText(each), ...(each.effect.low > 0 ? { style: 'red' as const } : {}) }],
        ]),
      ],
    },
    output,
  );
}

const diffStyles: Readonly<Record<TextDiff['lines'][number]['kind'], Style | undefined>> = {
  same: undefined,
  removed: 'red',
  added: 'green',
  gap: 'dim',
};

/** What changed in the parts that are named, line by line; each on one line of the terminal. */
export function diffLines(diffs: readonly TextDiff[], output: Output): string[] {
  const lines: string[] = [];
  let left = 0;
  for (const { title, lines: changed, leftOut } of diffs) {
    const shown = changed.slice(0, Math.max(0, mostDiffLines - lines.length));
    left += leftOut + changed.slice(shown.length).filter(({ kind }) => kind === 'added' || kind === 'removed').length;
    if (shown.length === 0) continue;
    lines.push(` ${output.style('bold', cutTo(plainLine(title), output.columns - 2))}`);
    for (const { kind, text } of shown)
      lines.push(...diffLine(diffMarks[kind], text, output).map((line) => styled(line, diffStyles[kind], output)));
  }
  return left > 0 ? [...lines, `   ${counted(left, 'more changed line')} on the page or in git diff`] : lines;
}

/** A line of a text with its indentation; the rest of a long one stands below. */
function diffLine(mark: string, text: string, output: Output): string[] {
  const plain = plainText(text).replaceAll('\t', '  ').replaceAll('\n', ' ');
  const indent = ' '.repeat(Math.min(plain.length - plain.trimStart().length, 20));
  const wrapped = wrapTo(plain.trim(), Math.max(20, output.columns - 6 - indent.length));
  return (wrapped.length === 0 ? [''] : wrapped).map((line, index) => `   ${index === 0 ? mark : ' '} ${indent}${line}`.trimEnd());
}

function styled(line: string, style: Style | undefined, output: Output): string {
  return style === undefined ? line : output.style(style, line);
}

export function filesField({ files, leftOut }: { readonly files: readonly ChangedFile[]; readonly leftOut: number }): Field[] {
  if (files.length === 0) return [];
  const more = leftOut + Math.max(0, files.length - mostFiles);
  const names = files.slice(0, mostFiles).map(({ path, change }) => `${path}${change === 'changed' ? '' : ` (${change})`}`);
  return [['changed', `${names.join(', ')}${more > 0 ? ` and ${counted(more, 'more file')}` : ''}`]];
}

/** Where an accused case is wrong and what to do; what is wrong stands above it already. */
export function accusedFields({ step, again, remedy, ...accused }: AccusedCase): Field[] {
  return [['where', whereText(accused)], ...(step === undefined ? [] : [['step', step] as Field]), ['fix', remedy], ['rerun', again]];
}

/** Another accused case: what, where and the command; what is to be done is said with the first. */
export function otherAccusedFields({ caseId, findings, again, ...accused }: AccusedCase): Field[] {
  const what = findings.map(({ message, trials, of }) => `${message} (${count(trials)} of ${counted(of, 'trial')})`).join('; ');
  return [
    ['also', caseId],
    ['what', what],
    ['where', whereText(accused)],
    ['rerun', again],
  ];
}

function whereText({ file, fields }: Pick<AccusedCase, 'file' | 'fields'>): string {
  return [file, ...fields.map(({ field, expected, actual }) => `${field} is ${actual}, the label says ${expected}`)].join('; ');
}
