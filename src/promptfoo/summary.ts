import { styleText } from 'node:util';
import { remarkOn } from '../contracts/answered-by.ts';
import type { Evaluation, VersionResult } from '../contracts/evaluation.ts';
import { rankOfFinding } from '../contracts/finding-rank.ts';
import { count, counted, percent } from '../text/figures.ts';
import type { Row, RowsVerdict } from './judge-rows.ts';

/** What the summary is made of. */
export interface SummaryInput {
  readonly agent: string;
  readonly mode: Evaluation['mode'];
  /** Name of the current version, whether it ran or not. */
  readonly current: string;
  readonly versions: readonly VersionResult[];
  readonly rows: readonly Row[];
  readonly verdict: RowsVerdict;
  /** Longest line, in characters. */
  readonly width: number;
}

/** The end of a promptfoo run in a few lines: each version's faults by case, and the verdict last. */
export function summarise({ agent, mode, current, versions, rows, verdict, width }: SummaryInput): string {
  const cases = new Set(rows.map(({ caseId }) => caseId)).size;
  const reused = rows.filter((row) => row.reused).length;
  return [
    '',
    `${bold(`Docket: ${agent}`)} on ${counted(cases, 'case')}, ${counted(rows.length, 'row')} (${count(reused)} from the store), ${mode} model`,
    '',
    ...versions.flatMap((version) => [...versionLines(version, current, width), '']),
    ...errorLines(rows),
    verdictLine(verdict),
    ...comparisonLine(versions),
    ...moreLine(versions),
  ].join('\n');
}

function versionLines(
  { version, role, totals, cases, notCompared, answeredBy = [] }: VersionResult,
  current: string,
  width: number,
): string[] {
  const { passes, runs, agreement } = totals;
  const incomplete = runs === 0 || totals.notRun + totals.infraErrors > 0;
  const mark = passes < runs ? styleText('red', '✗') : incomplete ? styleText('yellow', '!') : styleText('green', '✓');
  const repeats = agreement === undefined ? '' : `, repeats agree ${percent(agreement)}`;
  const head = `${mark} ${bold(version.name)} (${roleText(version.name, role, current)}): ${count(passes)} of ${count(runs)} trials passed${repeats}`;
  const faults = faultsByCode(cases);
  const column = Math.max(0, ...[...faults.keys()].map((code) => code.length));
  const remark = remarkOn(version.model, answeredBy);
  return [
    head,
    ...(remark ? [`${indent}${remark.kind === 'snapshot' ? remark.text : styleText('yellow', `! ${remark.text}`)}`] : []),
    ...(notCompared ? [`${indent}not compared, because its decision lacks it: ${notCompared.join(', ')}`] : []),
    ...[...faults].flatMap(([code, places]) =>
      wrapList(places, width - column - indent.length - 2).map(
        (line, index) => `${indent}${(index === 0 ? code : '').padEnd(column)}  ${line}`,
      ),
    ),
  ];
}

const indent = '    ';

/** The items with commas between them, in lines no longer than `width` where an item allows it. */
function wrapList(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item},` : item;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** Codes in a fixed order, what the decision leaves out and wrong decisions first, and what only repeats show last; each with the cases that show it, and how often when repeats differ. */
function faultsByCode(cases: VersionResult['cases']): Map<string, string[]> {
  const codes = new Map<string, string[]>();
  for (const { caseId, trials, scores } of cases) {
    const shown = trials.map(
      (trial) => new Set(trial.scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings.map(({ code }) => code))),
    );
    for (const code of new Set(shown.flatMap((each) => [...each]))) {
      const times = shown.filter((each) => each.has(code)).length;
      add(codes, code, times === trials.length ? caseId : `${caseId} (${count(times)} of ${count(trials.length)})`);
    }
    if (scores.some(({ findings }) => findings.some(({ code }) => code === 'inconsistent'))) add(codes, 'inconsistent', caseId);
  }
  const rank = (code: string) => (code === 'inconsistent' ? Number.POSITIVE_INFINITY : rankOfFinding(code));
  return new Map([...codes].sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other)));
}

function add(codes: Map<string, string[]>, code: string, place: string): void {
  codes.set(code, [...(codes.get(code) ?? []), place]);
}

const shownErrors = 5;

function errorLines(rows: readonly Row[]): string[] {
  const errors = rows.filter(({ state }) => state === 'error');
  if (errors.length === 0) return [];
  const shown = errors.slice(0, shownErrors).map(({ version, caseId, reason }) => `    ${version} on ${caseId}: ${reason.split('\n')[0]}`);
  const more = errors.length > shownErrors ? [`    … and ${count(errors.length - shownErrors)} more`] : [];
  return [`${styleText('yellow', '!')} ${counted(errors.length, 'error')}`, ...shown, ...more, ''];
}

function verdictLine({ verdict, reason }: RowsVerdict): string {
  const colours = { PASS: 'green', FAIL: 'red', INCOMPLETE: 'yellow' } as const;
  return `${styleText([colours[verdict], 'bold'], verdict)}  ${reason}.`;
}

function comparisonLine(versions: readonly VersionResult[]): string[] {
  const names = versions.filter(({ role }) => role === 'comparison').map(({ version }) => version.name);
  return names.length === 0 ? [] : [`What ${names.join(', ')} got wrong is shown for comparison and does not count.`];
}

function moreLine(versions: readonly VersionResult[]): string[] {
  if (versions.length === 0) return [];
  const names = versions.map(({ version }) => version.name);
  const mixed = names.find((name) => name.includes('/'));
  const [prompt, tools] = mixed?.split('/') ?? [];
  return [
    ...(mixed === undefined ? [] : [`${mixed} is the prompt of ${prompt} with the tools of ${tools}.`]),
    `More: npx promptfoo view, or npx docket eval --versions ${names.join(',')}`,
  ];
}

function roleText(name: string, role: VersionResult['role'], current: string): string {
  if (name === current) return 'the current version';
  return role === 'current' ? `counts, because ${current} did not run` : 'for comparison only';
}

function bold(text: string): string {
  return styleText('bold', text);
}
