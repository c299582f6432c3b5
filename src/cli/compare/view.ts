import type { DecisionDifference, FieldValues } from '../../contracts/decision-difference.ts';
import type { CaseResult, Evaluation } from '../../contracts/evaluation.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { ReportedCase } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import { changeCounts, changeNames, inReadingOrder, type Tone } from '../../reporters/words.ts';
import { amount, count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { mostShown } from '../eval/shown-cases.ts';
import { answerNotes, versionNote } from '../eval/version-notes.ts';
import { caseCell, caseHeadline, shownAnswerNote } from '../eval/view.ts';
import { type Cell, tableLines } from '../terminal/table.ts';
import type { Output, Style } from '../terminal/terminal.ts';

const styles: Readonly<Record<Tone, Style>> = { good: 'green', bad: 'red', warn: 'yellow', calm: 'dim' };

/** Both versions side by side, the cases that differ first, with the decision fields that differ. */
export function comparisonLines(comparison: Comparison, evaluation: Evaluation, output: Output): string[] {
  const { cases, mode } = comparison;
  const [from, to] = [comparison.baseline.version, comparison.candidate.version];
  const counts = changeCounts(cases);
  const summary = counts
    .map(([change, number]) =>
      output.style(styles[changeNames[change].tone], `${changeNames[change].mark} ${count(number)} ${changeNames[change].name}`),
    )
    .join(', ');
  const results = evaluation.versions.map((version) => new Map(version.cases.map((result) => [result.caseId, result])));
  // Those that differ come first.
  const sorted = inReadingOrder(cases).slice(0, mostShown);
  const left = cases.length - sorted.length;
  const table = tableLines(
    {
      header: [
        [{ text: 'case', style: 'dim' }],
        [{ text: 'change', style: 'dim' }],
        [{ text: from.name, style: 'bold' }],
        [{ text: to.name, style: 'bold' }],
        [{ text: 'decision fields that differ', style: 'dim' }],
      ],
      groups: counts.map(([change]) =>
        sorted
          .filter((each) => each.change === change)
          .map((each) =>
            caseRow(each, [results[0]?.get(each.id), results[1]?.get(each.id)], {
              columns: output.columns,
              wanted: evaluation.trialsPerCase,
            }),
          ),
      ),
    },
    output,
  );
  const title = `${output.style('bold', `${from.name} → ${to.name}`)} · ${counted(cases.length, 'case')} · ${mode} model`;
  const notes = [
    left > 0
      ? `${counted(left, 'more case')} ${left === 1 ? 'is' : 'are'} not shown; the page and comparison.json have all ${count(cases.length)}.`
      : undefined,
    versionNote(from),
    versionNote(to),
  ].filter((note) => note !== undefined);
  const answered = evaluation.versions.flatMap(answerNotes).map((note) => shownAnswerNote(note, output));
  return ['', ` ${title} · ${summary}`, '', ...table, '', ...answered, ...notes.map((note) => output.style('dim', ` ${plainLine(note)}`))];
}

/** Narrower than this, the findings would crowd out the fields that differ, in columns. */
const roomForFindings = 110;

function caseRow(
  { id, change, differences = [] }: ReportedCase,
  results: readonly (CaseResult | undefined)[],
  { columns, wanted }: { readonly columns: number; readonly wanted: number },
): Cell[] {
  const { mark, name, tone } = changeNames[change];
  return [
    [{ text: plainLine(id) }],
    [{ text: `${mark} ${name}`, style: styles[tone] }],
    ...results.map((result) => (result && columns < roomForFindings ? [caseHeadline(result, wanted)] : caseCell(result, wanted))),
    differences.map(differenceText),
  ];
}

function differenceText({ field, baseline, candidate }: DecisionDifference): { readonly text: string } {
  return { text: `${plainLine(field)}: ${valuesText(baseline)} → ${valuesText(candidate)}` };
}

/** The most frequent value, with how often it came when there are several, and the second when there are just two. */
function valuesText(values: FieldValues): string {
  const [only, ...rest] = values;
  if (!only) return 'none';
  if (rest.length === 0) return valueText(only.value);
  if (rest.length > 1) return `${valueText(only.value)} ${count(only.trials)}× or ${count(rest.length)} other values`;
  return values.map(({ value, trials }) => `${valueText(value)} ${count(trials)}×`).join(' or ');
}

function valueText(value: JsonValue): string {
  if (typeof value === 'number') return amount(value);
  return plainLine(JSON.stringify(value)).slice(0, 60);
}
