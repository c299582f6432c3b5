import { type Notice, noticeKinds } from '../../contracts/notice.ts';
import type { ReportedCase } from '../../contracts/reported-case.ts';
import { type ComparedReport, isCompared, type Verdict } from '../../contracts/verdict.ts';
import { caseLine, findingLines } from '../../reporters/case-status.ts';
import { proposalLines } from '../../reporters/proposal-lines.ts';
import { ruleTable } from '../../reporters/rule-table.ts';
import {
  accusedCaseId,
  changeNames,
  detectableSentence,
  evidenceTexts,
  gitName,
  headlineOf,
  inReadingOrder,
  sideNames,
  spendingSentence,
  versionName,
} from '../../reporters/words.ts';
import { type WrongCount, wrongCounts } from '../../reporters/wrong-counts.ts';
import { cost, counted, percent, ratio } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { cutTo, padTo, wrapTo } from '../terminal/display-width.ts';
import { tableLines } from '../terminal/table.ts';
import type { Output, Style } from '../terminal/terminal.ts';
import { accusedDecisions } from './accused-decisions.ts';
import { accusedFields, causeFields, contrastLines, diffLines, filesField, otherAccusedFields } from './cause-view.ts';

const styles: Readonly<Record<ReturnType<typeof headlineOf>['tone'], Style>> = { good: 'green', bad: 'red', warn: 'yellow', calm: 'dim' };

/** Longest explanation of one thing, in characters; the whole text is on the page. */
const longestText = 600;
/** More notices than this are counted. */
const mostNotices = 12;
/** More changed cases than this are counted. */
const mostCases = 20;
/** More changed rules than this are counted. */
const mostRules = 20;

/** A verdict as a person wants it: the word and why, the accused case, who was compared, what it cost, what it could have missed. */
export function verdictLines(verdict: Verdict, page: string, output: Output): string[] {
  const { mark, name, tone } = headlineOf(verdict);
  const about = ['agent' in verdict ? plainLine(verdict.agent) : '', isCompared(verdict) ? `${verdict.mode} model` : ''].filter(Boolean);
  return [
    '',
    ` ${[output.style([styles[tone], 'bold'].flat() as Style, `${mark} ${name.toUpperCase()}`), ...about].join(' · ')}`,
    ...paragraph(verdict.reason, output, 1),
    ...proposedLines(verdict, output),
    ...ruleLines(verdict, output),
    ...noticeLines(verdict.notices.filter(isFirst), output),
    ...(isCompared(verdict) ? comparedLines(verdict, output) : []),
    ...noticeLines(
      verdict.notices.filter((notice) => !isFirst(notice)),
      output,
    ),
    '',
    ...fields(
      [
        ['page', page],
        ['rerun', plainLine(verdict.rerun)],
      ],
      output,
    ),
    '',
  ];
}

/** What the proposed rules make of it and who stands up for them. */
function proposedLines(verdict: Verdict, output: Output): string[] {
  const lines = proposalLines(verdict);
  return lines.length === 0 ? [] : ['', ...fields(lines, output)];
}

/** What the change alters of the rules that judge it: before everything that rests on them. */
function ruleLines(verdict: Verdict, output: Output): string[] {
  const table = ruleTable(verdict, mostRules);
  if (!table) return [];
  const lines = tableLines(
    {
      header: table.header.map((text) => [{ text, style: 'dim' as const }]),
      groups: [
        table.rows.map(({ cells, weighs }) =>
          cells.map((text) => [{ text: cutTo(plainLine(text), 160), ...(weighs ? {} : { style: 'dim' as const }) }]),
        ),
      ],
    },
    output,
  );
  return [
    '',
    ` ${output.style('bold', table.title)}`,
    ...lines,
    ...(table.more > 0 ? [` and ${counted(table.more, 'more row')} on the page`] : []),
  ];
}

function isFirst({ kind }: Notice): boolean {
  return noticeKinds[kind] === 'changes-the-verdict';
}

function noticeLines(notices: readonly Notice[], output: Output): string[] {
  if (notices.length === 0) return [];
  const shown = notices
    .slice(0, mostNotices)
    .flatMap(({ caseId, message }) => hanging('!', `${caseId === undefined ? '' : `${caseId}: `}${message}`, output));
  return [
    '',
    ...shown,
    ...(notices.length > mostNotices ? [` and ${counted(notices.length - mostNotices, 'more notice')} on the page`] : []),
  ];
}

function comparedLines(report: ComparedReport & Verdict, output: Output): string[] {
  const accusedId = shownCaseId(report);
  const accused = report.cases.find(({ id }) => id === accusedId);
  return [
    ...(accused ? ['', ...accusedLines(report, accused, output), ...accusedPlace(report, accused.id, output)] : []),
    ...causeLines(report, output),
    ...otherAccused(report, accused?.id, output),
    ...otherLines(report, accusedId, output),
    '',
    ...fields(figures(report), output),
  ];
}

/** Where the first accused case is wrong and what to do; what is wrong with it stands above. */
function accusedPlace({ accused = [] }: ComparedReport & Verdict, shownId: string, output: Output): string[] {
  return accused.filter(({ caseId }) => caseId === shownId).flatMap((each) => fields(accusedFields(each), output));
}

function otherAccused({ accused = [] }: ComparedReport & Verdict, shownId: string | undefined, output: Output): string[] {
  return accused.filter(({ caseId }) => caseId !== shownId).flatMap((each) => ['', ...fields(otherAccusedFields(each), output)]);
}

/** What caused it, what that rests on, and how it changed. */
function causeLines({ attribution, changedFiles }: ComparedReport & Verdict, output: Output): string[] {
  const rows = [...(attribution ? causeFields(attribution) : []), ...(changedFiles ? filesField(changedFiles) : [])];
  if (rows.length === 0) return [];
  const table = attribution ? contrastLines(attribution, output) : [];
  const diff = attribution ? diffLines(attribution.diffs, output) : [];
  return ['', ...fields(rows, output), ...(table.length > 0 ? ['', ...table] : []), ...(diff.length > 0 ? ['', ...diff] : [])];
}

/** The accused case; where the suite as a whole is accused, the one that speaks most against it. */
function shownCaseId(report: ComparedReport & Verdict): string | undefined {
  const accused = accusedCaseId(report);
  if (accused !== undefined || (report.verdict !== 'regressed' && report.verdict !== 'waived')) return accused;
  return report.evidence?.case.caseId;
}

function accusedLines(report: ComparedReport, accused: ReportedCase, output: Output): string[] {
  const head = `${plainLine(accused.id)}${accused.critical ? ' (critical)' : ''}`;
  return [
    ` ${output.style('bold', head)}  ${output.style('dim', cutTo(plainLine(accused.title), Math.max(20, output.columns - head.length - 4)))}`,
    ...hanging(' ', caseLine(accused, sideNames(report)), output),
    ...accusedDecisions(accused).flatMap((line) => hanging(' ', line, output)),
    ...findingLines(accused.candidate.trials).flatMap((line) => hanging('✗', line, output)),
  ];
}

/** The other cases in which something changed. */
function otherLines({ cases }: ComparedReport, accusedId: string | undefined, output: Output): string[] {
  const others = inReadingOrder(cases.filter(({ id, change }) => id !== accusedId && change !== 'same'));
  if (others.length === 0) return [];
  const table = tableLines(
    {
      header: ['case', 'change', 'main', 'candidate', 'what is wrong'].map((text) => [{ text, style: 'dim' as const }]),
      groups: [
        others
          .slice(0, mostCases)
          .map((each) => [
            [{ text: plainLine(each.id) }],
            [{ text: `${changeNames[each.change].mark} ${changeNames[each.change].name}`, style: styles[changeNames[each.change].tone] }],
            [{ text: ratio(each.baseline) }],
            [{ text: ratio(each.candidate) }],
            [{ text: whatIsWrong(each) }],
          ]),
      ],
    },
    output,
  );
  const more = others.length - mostCases;
  return ['', ...table, ...(more > 0 ? [` and ${counted(more, 'more case')} on the page`] : [])];
}

function whatIsWrong(each: ReportedCase): string {
  const { candidate } = each;
  const [finding] = findingLines(candidate.trials);
  const errors = candidate.infraErrors.length > 0 ? counted(candidate.infraErrors.length, 'infra error') : undefined;
  return cutTo(
    [errors, finding]
      .filter((part) => part !== undefined)
      .map(plainLine)
      .join('; '),
    160,
  );
}

function figures(report: ComparedReport & Verdict): [string, string][] {
  const { spending, mode } = report;
  const evidence = 'evidence' in report ? report.evidence : undefined;
  const detectable = detectableSentence(report);
  const { budget } = spending.trials;
  const rows: [string, string][] = [];
  const wrong = wrongCounts([report.baseline, report.candidate]);
  const idle = report.verdict === 'pass' ? 'no run needed' : 'not run';
  rows.push(['main', sideText(report.baseline, wrong, idle)], ['candidate', sideText(report.candidate, wrong, idle)]);
  if (evidence) {
    const texts = evidenceTexts(evidence);
    rows.push(['suite', texts.suite], ['strongest', `${evidence.case.caseId}: ${texts.case}`]);
    if (texts.critical !== undefined) rows.push(['critical', `${evidence.critical?.caseId}: ${texts.critical}`]);
  }
  rows.push(['trials', `${spendingSentence(spending)}${budget === undefined ? '' : `; budget ${counted(budget, 'run')}`}`]);
  rows.push(['cost', cost(spending.dollars, mode)]);
  if (detectable !== undefined) rows.push(['sensitivity', detectable]);
  if (report.verdict === 'waived')
    rows.push(['waived', `by ${report.waiver.approver} until ${report.waiver.expires}: ${report.waiver.reason}`]);
  return rows;
}

function sideText(side: ComparedReport['baseline'], wrong: readonly WrongCount[], idle: string): string {
  const { passes, runs } = side.totals;
  const where = gitName(side);
  const epoch = side.epoch === undefined ? undefined : `epoch ${side.epoch}`;
  const place = [where, epoch].filter((part) => part !== undefined).join(', ');
  const counts =
    runs === 0
      ? idle
      : `${ratio({ passes, runs })} passed (${percent(passes / runs)}), ${wrong.map(({ name, of }) => counted(of(side.totals), name)).join(', ')}`;
  return `${counts} · ${versionName(side)}${place === '' ? '' : ` · ${place}`}`;
}

/** Names and values below each other; values wrap. */
function fields(rows: readonly (readonly [string, string])[], output: Output): string[] {
  const column = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.flatMap(([name, value]) => {
    // A command goes on as the shell reads it.
    const end = name === 'rerun' ? ' \\' : '';
    return wrapped(value, output.columns - column - 2 - end.length, name === 'rerun').map(
      (line, index, { length }) => ` ${output.style('dim', padTo(index === 0 ? name : '', column))}${line}${index < length - 1 ? end : ''}`,
    );
  });
}

function hanging(sign: string, text: string, output: Output): string[] {
  return wrapped(text, output.columns - 5).map((line, index) => ` ${index === 0 ? sign : ' '} ${line}`);
}

function paragraph(text: string, output: Output, indent: number): string[] {
  return plainReason(text).flatMap((part) =>
    wrapTo(part, Math.max(20, output.columns - indent - 1)).map((line) => ' '.repeat(indent) + line),
  );
}

/** A reason may list faults, one a line. */
function plainReason(text: string): string[] {
  return text.split('\n').map((line) => cutTo(plainLine(line), 2000));
}

function wrapped(text: string, columns: number, isCommand = false): string[] {
  const lines = wrapTo(cutTo(plainLine(text), longestText), Math.max(20, columns), isCommand);
  return lines.length === 0 ? [''] : lines;
}
