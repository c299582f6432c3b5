import type { JsonValue } from '../contracts/json.ts';
import type { CaseChange, CaseComparison, Comparison, FieldValues } from './comparison.ts';
import { caseChanges } from './comparison.ts';
import { caseCell, caseHeadline, shownAnswerNote } from './evaluation-view.ts';
import { counted } from './figures.ts';
import { type Cell, tableLines } from './table.ts';
import type { Output, Style } from './terminal.ts';
import { plainLine } from './terminal-text.ts';
import { versionNote } from './version-notes.ts';

const signs: Readonly<Record<CaseChange, { readonly sign: string; readonly style: Style }>> = {
  broken: { sign: '✗', style: 'red' },
  fixed: { sign: '✓', style: 'green' },
  changed: { sign: '~', style: 'yellow' },
  incomplete: { sign: '!', style: 'yellow' },
  same: { sign: '=', style: 'dim' },
};

/** Both versions side by side, the cases that differ first, with the decision fields that differ. */
export function comparisonLines(comparison: Comparison, output: Output): string[] {
  const { from, to, counts, cases } = comparison;
  const summary = caseChanges
    .filter((change) => counts[change] > 0)
    .map((change) => output.style(signs[change].style, `${signs[change].sign} ${counts[change]} ${change}`))
    .join(', ');
  const table = tableLines(
    {
      header: [
        [{ text: 'case', style: 'dim' }],
        [{ text: 'change', style: 'dim' }],
        [{ text: from.name, style: 'bold' }],
        [{ text: to.name, style: 'bold' }],
        [{ text: 'decision fields that differ', style: 'dim' }],
      ],
      groups: caseChanges.map((change) =>
        cases.filter((compared) => compared.change === change).map((compared) => caseRow(compared, output.columns)),
      ),
    },
    output,
  );
  const title = `${output.style('bold', `${from.name} → ${to.name}`)} · ${counted(cases.length, 'case')} · ${comparison.mode} model`;
  const notes = [versionNote(from), versionNote(to)].filter((note) => note !== undefined);
  const answered = comparison.answered.map((note) => shownAnswerNote(note, output));
  return ['', ` ${title} · ${summary}`, '', ...table, '', ...answered, ...notes.map((note) => output.style('dim', ` ${plainLine(note)}`))];
}

/** Narrower than this, the findings would crowd out the fields that differ, in columns. */
const roomForFindings = 110;

function caseRow({ caseId, change, from, to, fields }: CaseComparison, columns: number): Cell[] {
  const { sign, style } = signs[change];
  return [
    [{ text: plainLine(caseId) }],
    [{ text: `${sign} ${change}`, style }],
    columns < roomForFindings ? [caseHeadline(from)] : caseCell(from),
    columns < roomForFindings ? [caseHeadline(to)] : caseCell(to),
    fields.map(({ field, from: before, to: after }) => ({ text: `${plainLine(field)}: ${valuesText(before)} → ${valuesText(after)}` })),
  ];
}

/** The most frequent value, with how often it came when there are several, and the second when there are just two. */
function valuesText(values: FieldValues): string {
  const [only, ...rest] = values;
  if (!only) return 'none';
  if (rest.length === 0) return valueText(only.value);
  if (rest.length > 1) return `${valueText(only.value)} ${only.trials}× or ${rest.length} other values`;
  return values.map(({ value, trials }) => `${valueText(value)} ${trials}×`).join(' or ');
}

function valueText(value: JsonValue): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
  return plainLine(JSON.stringify(value)).slice(0, 60);
}
