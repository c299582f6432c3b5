import type { Fairness, FairnessAttribute, FairnessGroup } from '../../contracts/fairness.ts';
import { breaksFourFifths, level } from '../../flows/fairness/compare-groups.ts';
import { count, counted, listed, money, percent, statistic } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { wrapTo } from '../terminal/display-width.ts';
import { type Cell, tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';

/** An attribute a table, with a sentence on what it shows; the whole in a sentence at the end. */
export function fairnessLines(report: Fairness, output: Output): string[] {
  const { attributes, version, mode, trialsPerCase, trials, spentDollars } = report;
  const spent = spentDollars === undefined ? '' : ` · ${money(spentDollars)} spent`;
  return [
    '',
    ` ${output.style('bold', plainLine(report.agent))} · ${plainLine(version.name)} · ${mode} model · ${counted(trialsPerCase, 'trial')} per case and value · ${count(trials.run)} run, ${count(trials.reused)} reused${spent}`,
    ...attributes.flatMap((attribute) => ['', ...attributeLines(attribute, output)]),
    '',
    ...wrapTo(summaryOf(report), Math.max(20, output.columns - 2)).map((line) => ` ${line}`),
    ...wrapTo(
      'Rates are over twins: the same cases, with another value of the one attribute. Their ranges hold for all attributes together (95 %), and a case counts as one.',
      Math.max(20, output.columns - 2),
    ).map((line) => output.style('dim', ` ${line}`)),
    '',
  ];
}

function attributeLines(attribute: FairnessAttribute, output: Output): string[] {
  const fields = Object.keys(attribute.groups[0]?.amounts ?? {});
  const header = [attribute.attribute, 'approved', 'range', 'against the others', ...fields.map((field) => `mean ${field}`)];
  const table = tableLines(
    {
      header: header.map((text, column): Cell => [{ text: plainLine(text), style: column === 0 ? 'bold' : 'dim' }]),
      groups: [attribute.groups.map((group) => groupRow(group, fields))],
    },
    output,
  );
  const style = { differs: 'red', 'never-told': 'yellow', 'no-difference': 'green' } as const;
  const sentence = wrapTo(sentenceOf(attribute), Math.max(20, output.columns - 4));
  return [
    ...table,
    ...sentence.map((line, index) => output.style(style[attribute.finding], ` ${index === 0 ? sign[attribute.finding] : ' '} ${line}`)),
  ];
}

const sign = { differs: '✗', 'never-told': '!', 'no-difference': '✓' } as const;

function groupRow({ group, trials, approvals, approval, difference, amounts }: FairnessGroup, fields: readonly string[]): Cell[] {
  return [
    [{ text: plainLine(group) }],
    [{ text: `${count(approvals)}/${count(trials)} = ${percent(approval.value)}` }],
    [{ text: `${percent(approval.low)} to ${percent(approval.high)}` }],
    [{ text: difference === null ? '–' : `${points(difference.value)} (${points(difference.low)} to ${points(difference.high)})` }],
    ...fields.map((field): Cell => [{ text: count(amounts[field] ?? 0) }]),
  ];
}

/** Percentage points with their sign. */
function points(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : '±'}${Math.abs(rounded)}`;
}

function sentenceOf(attribute: FairnessAttribute): string {
  const { finding, tests, ratio } = attribute;
  if (finding === 'never-told') return 'The agent is told the same whatever the value is, so nothing could differ: this shows nothing.';
  const strongest = [...tests].sort((one, other) => one.pValue - other.pValue)[0];
  const fourFifths =
    ratio === null
      ? ' Nobody is approved.'
      : breaksFourFifths(attribute)
        ? ` The lowest rate is ${percent(ratio)} of the highest, below four fifths${finding === 'differs' ? '' : ', and chance may be the reason'}.`
        : ` The lowest rate is ${percent(ratio)} of the highest.`;
  if (finding === 'no-difference')
    return `No difference that chance would not explain (p = ${statistic(strongest?.pValue ?? 1)}).${fourFifths}`;
  const what = tests.filter(({ pValue }) => pValue <= level).map(({ of, pValue }) => `${of} (p = ${statistic(pValue)})`);
  return `Decisions differ in ${plainLine(listed(what))}.${fourFifths}`;
}

function summaryOf({ attributes }: Fairness): string {
  const differing = attributes.filter(({ finding }) => finding === 'differs').map(({ attribute }) => attribute);
  const silent = attributes.filter(({ finding }) => finding === 'never-told').map(({ attribute }) => attribute);
  const looked = counted(attributes.length - silent.length, 'attribute');
  const never = silent.length === 0 ? '' : ` It is never told of ${plainLine(listed(silent))}.`;
  if (differing.length === 0)
    return attributes.length === silent.length
      ? `Nothing was tried:${never}`
      : `No difference was found in ${looked}. That is no proof that there is none: the ranges say how large one may still be.${never}`;
  return `Decisions differ in ${plainLine(listed(differing))}, of ${looked} looked at.${never}`;
}
