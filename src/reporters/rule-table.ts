import type { RuleChange } from '../contracts/rule-change.ts';
import { ruleKinds } from '../contracts/rule-kind.ts';
import type { ReportHead } from '../contracts/verdict.ts';
import { count, counted } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';

/** What a pull request changes of the rules that judge it, ready to be drawn: every reporter draws this. */
export interface RuleTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly RuleRow[];
  /** Rows that were left out. */
  readonly more: number;
}

/** A row as text, one cell a column. */
export interface RuleRow {
  readonly cells: readonly [what: string, where: string, before: string, after: string];
  readonly weighs: boolean;
}

/** Stands where there was or is nothing. */
const nothing = '–';

/**
 * The table of a verdict, or undefined where the rules are main's or were not compared.
 * @param most rows; those that weigh are listed first
 */
export function ruleTable(report: ReportHead, most: number): RuleTable | undefined {
  if (report.kind !== 'verdict' || !report.ruleChanges || report.ruleChanges.length === 0) return undefined;
  const { ruleChanges } = report;
  const weighing = ruleChanges.filter(({ weighs }) => weighs).length;
  const told = ruleChanges.length - weighing;
  return {
    title: [
      ...(weighing > 0 ? [`${counted(weighing, 'rule')} changed`] : []),
      ...(told > 0 ? [`${counted(told, 'change')} that cannot alter a verdict`] : []),
    ].join(', '),
    header: ['what', 'where', 'main', 'this change'],
    rows: ruleChanges.slice(0, most).map(rowOf),
    more: Math.max(0, ruleChanges.length - most),
  };
}

function rowOf({ what, where, field, before, after, weighs }: RuleChange): RuleRow {
  const cell = (text: string | undefined) => (text === undefined ? nothing : visibleLine(text) || '(empty)');
  return {
    cells: [
      `${weighs ? '! ' : ''}${ruleKinds[what]}`,
      [where, field].filter(Boolean).map(visibleLine).join(' '),
      cell(before),
      cell(after),
    ],
    weighs,
  };
}

/** The table as lines of text, for formats that know no tables. */
export function ruleLines(report: ReportHead, most: number): string[] {
  const table = ruleTable(report, most);
  if (!table) return [];
  return [
    `${table.title}:`,
    ...table.rows.map(({ cells: [what, where, before, after] }) => `- ${what}, ${where}: ${before} -> ${after}`),
    ...(table.more > 0 ? [`- and ${count(table.more)} more`] : []),
  ];
}
