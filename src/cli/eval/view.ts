import type { CaseResult, Evaluation, VersionResult } from '../../contracts/evaluation.ts';
import { confusionTable } from '../../reporters/confusion-table.ts';
import { cost, count, counted, duration, listed, money, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { spentText } from '../command/spent-text.ts';
import { scoringLines } from '../terminal/scoring-lines.ts';
import { type Cell, type CellPart, tableLines } from '../terminal/table.ts';
import type { Output } from '../terminal/terminal.ts';
import { findingName, groupFindings } from './findings.ts';
import { relationLines } from './relation-view.ts';
import { notShownText, shownCases } from './shown-cases.ts';
import { type AnswerNote, answerNotes, notComparedNote, roleName, roleNote, versionNote } from './version-notes.ts';

/** The evaluation as a table, a column a version: what became of each case, and the totals below. */
export function evaluationLines(evaluation: Evaluation, output: Output): string[] {
  const { versions, trialsPerCase } = evaluation;
  const cases = versions[0]?.cases ?? [];
  const shown = shownCases(versions);
  const title = [
    output.style('bold', plainLine(evaluation.agent)),
    `${counted(cases.length, 'case')} × ${counted(trialsPerCase, 'trial')}`,
    modeText(evaluation),
  ].join(' · ');
  const table = tableLines(
    {
      header: [[{ text: 'case', style: 'dim' }], ...versions.map(versionHeader)],
      groups: [
        shown.map((place) => [
          [{ text: plainLine(cases[place]?.caseId ?? '') }],
          ...versions.map((version) => caseCell(version.cases[place], trialsPerCase)),
        ]),
        totalRows(evaluation),
        findingRows(versions),
      ],
    },
    output,
  );
  const notes = [
    ...[notShownText(versions, shown)].filter((text) => text !== undefined),
    ...versions.flatMap(({ version }) => versionNote(version) ?? []),
    ...versions.flatMap((version) => notComparedNote(version) ?? []),
    roleNote(evaluation),
  ];
  const answered = versions.flatMap(answerNotes).map((note) => shownAnswerNote(note, output));
  const scoring = scoringLines(evaluation.scoring).map((line) => output.style('dim', ` ${line}`));
  const relations = versions.flatMap((version) => relationLines(version, versions.length, output));
  const confusions = versions.flatMap((version) => confusionLines(version, versions.length, output));
  return [
    '',
    ` ${title}`,
    '',
    ...table,
    '',
    ...relations,
    ...confusions,
    ...answered,
    ...scoring,
    ...(evaluation.priceSources ? [output.style('dim', ` Prices: ${plainLine(listed(evaluation.priceSources))}.`)] : []),
    ...(evaluation.doubts ?? []).map((doubt) => output.style('yellow', ` ! ${plainLine(doubt)}`)),
    ...notes.map((note) => output.style('dim', ` ${plainLine(note)}`)),
  ];
}

const tones = { right: 'green', wrong: 'red', harm: 'red', none: 'dim' } as const;

/** What was decided against what was right, where that says more than the pass rate. */
function confusionLines({ version, confusion }: VersionResult, versions: number, output: Output): string[] {
  const matrix = confusionTable(confusion);
  if (!matrix) return [];
  const whose = versions > 1 ? `${plainLine(version.name)}: ` : '';
  const table = tableLines(
    {
      header: matrix.header.map((text, column) => [{ text, style: column === 0 ? 'dim' : 'bold' }]),
      groups: [
        matrix.rows.map(({ name, cells }) => [
          [{ text: name }],
          ...cells.map(({ text, tone }): Cell => [{ text: text || '·', style: tones[tone] }]),
        ]),
      ],
    },
    output,
  );
  return [` ${whose}${plainLine(matrix.title)}`, '', ...table, ...(matrix.note ? [output.style('dim', ` ${matrix.note}`)] : []), ''];
}

/** How the trials came about; always said when no real model answered. */
export function modeText({ mode, endpoint, trials: { run, reused, failed }, ranBy, ...spending }: Evaluation): string {
  const failures = failed > 0 ? `, ${count(failed)} ended by infra errors` : '';
  const where = endpoint === undefined ? '' : ` at ${plainLine(endpoint)}`;
  // Another run may have asked for the same: who is to have paid cannot be told.
  const by = ranBy === 'workers' && run + failed > 0 ? ' by workers' : '';
  return `${mode} model${where} · ${count(run)} run${by}, ${count(reused)} reused${failures}${spentText(spending, by)}`;
}

/** What makes a row no row of one live model stands out. */
export function shownAnswerNote({ text, alarming }: AnswerNote, output: Output): string {
  return output.style(alarming ? 'yellow' : 'dim', ` ${alarming ? '! ' : ''}${plainLine(text)}`);
}

function versionHeader(result: VersionResult): Cell {
  return [
    { text: result.version.name, style: 'bold' },
    { text: roleName(result), style: 'dim' },
  ];
}

/** Sign, share and word first; below it what is wrong. */
export function caseCell(result: CaseResult | undefined, wanted: number): Cell {
  if (!result) return [{ text: '! not run', style: 'yellow' }];
  const wrong = groupFindings(result).map(({ code, trials }) => `${findingName(code)}${trials < result.runs ? ` ${count(trials)}×` : ''}`);
  return [caseHeadline(result, wanted), ...(wrong.length > 0 ? [{ text: wrong.join(', ') }] : [])];
}

/**
 * `✓ 5/5 pass`, `✗ 3/5 mixed`, `✗ 0/5 fail`, `! 4/4 incomplete`, `! 2/2 of 5`.
 * @param wanted trials that were asked for: a case of which some did not run has not passed
 */
export function caseHeadline({ passes, runs, infraErrors }: CaseResult, wanted: number): CellPart {
  if (infraErrors.length > 0)
    return { text: `! ${count(passes)}/${count(runs)} incomplete, ${counted(infraErrors.length, 'infra error')}`, style: 'yellow' };
  if (runs === 0) return { text: '! not run', style: 'yellow' };
  if (passes < runs) return { text: `✗ ${count(passes)}/${count(runs)} ${passes === 0 ? 'fail' : 'mixed'}`, style: 'red' };
  if (runs < wanted) return { text: `! ${count(passes)}/${count(runs)} incomplete, ${count(wanted - runs)} not run`, style: 'yellow' };
  return { text: `✓ ${count(passes)}/${count(runs)} pass`, style: 'green' };
}

type Totals = VersionResult['totals'];

function totalRows({ versions, mode }: Evaluation): Cell[][] {
  const row = (name: string, show: (totals: Totals) => CellPart): Cell[] => [
    [{ text: name, style: 'dim' }],
    ...versions.map(({ totals }) => [show(totals)]),
  ];
  const unfinished = versions.some(({ totals }) => totals.infraErrors + totals.notRun > 0);
  return [
    row('passed', ({ passes, runs }) => ({ text: `${count(passes)}/${count(runs)} = ${percent(passes / runs)}`, style: 'bold' })),
    ...(unfinished
      ? [
          row('infra errors', ({ infraErrors }) => ({ text: count(infraErrors) })),
          row('not run', ({ notRun }) => ({ text: count(notRun) })),
        ]
      : []),
    row('repeats agree', ({ agreement }) => ({ text: agreement === undefined ? '–' : percent(agreement) })),
    row('tokens per trial', ({ tokens, runs }) => ({ text: count(runs > 0 ? tokens / runs : 0) })),
    row('cost', ({ dollars }) => ({ text: cost(dollars, mode) })),
    ...(versions.some(({ totals }) => totals.cache) ? [row('prompt cache', ({ cache }) => ({ text: cacheText(cache) }))] : []),
    row('time per trial', ({ meanDurationMs }) => ({ text: duration(meanDurationMs) })),
  ];
}

function cacheText(cache: Totals['cache']): string {
  if (!cache) return 'not used';
  const { readTokens, savedDollars } = cache;
  if (savedDollars === undefined) return `${count(readTokens)} tokens read`;
  return `${count(readTokens)} tokens read, ${savedDollars < 0 ? 'cost' : 'saved'} ${money(Math.abs(savedDollars))}`;
}

/**
 * Trials that show each finding, so that a column says what its version cured; false approvals and denials also when there is none, unless
 * decisions are no yes or no.
 */
function findingRows(versions: readonly VersionResult[]): Cell[][] {
  const yesOrNo = versions.every(({ totals }) => totals.wrongDecisions === undefined);
  const shown = versions.map(({ cases, totals }) => {
    const trials = new Map(
      yesOrNo
        ? [
            ['false-approval', totals.falseApprovals],
            ['false-denial', totals.falseDenials],
          ]
        : [],
    );
    for (const group of cases.flatMap(groupFindings)) {
      if (!yesOrNo || !['false-approval', 'false-denial'].includes(group.code))
        trials.set(group.code, (trials.get(group.code) ?? 0) + group.trials);
    }
    return trials;
  });
  const codes = new Set(shown.flatMap((trials) => [...trials.keys()]));
  return [...codes].map((code) => [
    [{ text: findingName(code), style: 'dim' }],
    ...shown.map((trials): Cell => {
      const found = trials.get(code) ?? 0;
      return [found > 0 ? { text: counted(found, 'trial'), style: 'red' } : { text: '0' }];
    }),
  ]);
}
