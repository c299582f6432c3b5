import type { ReportedCase } from '../contracts/reported-case.ts';
import { type ComparedReport, isCompared, type Report } from '../contracts/verdict.ts';
import { cost, count, counted, duration, percent, ratio } from '../text/figures.ts';
import { findingLines } from './case-status.ts';
import { causeLines } from './markdown-cause.ts';
import { confusionMarkdown } from './markdown-confusion.ts';
import { proposalMarkdown } from './markdown-proposal.ts';
import { byteLength, inertCode, inertMarkdown, markdownTable } from './markdown-text.ts';
import { proposalOf } from './proposal-lines.ts';
import { ruleTable } from './rule-table.ts';
import {
  accusedCaseId,
  changeNames,
  costPerTrial,
  detectableSentence,
  evidenceTexts,
  gitName,
  headlineOf,
  inReadingOrder,
  modeNotes,
  sentenceOf,
  sideNames,
  spendingSentence,
  versionName,
} from './words.ts';
import { wrongCounts } from './wrong-counts.ts';

/** How much of a report goes into a Markdown text. */
export interface MarkdownOptions {
  /** Most bytes; cases that do not fit are counted instead of listed. */
  readonly limit: number;
  readonly cases: 'changed' | 'all';
  /** First line, for finding the text again. */
  readonly marker?: string;
}

/** The report as GitHub Markdown: verdict, versions, cases, notices, evidence, and the command that shows it again. */
export function* markdownPieces(report: Report, { limit, cases, marker }: MarkdownOptions): Generator<string> {
  const { mark, name } = headlineOf(report);
  const compared = isCompared(report) ? report : undefined;
  const before = [
    ...(marker === undefined ? [] : [marker]),
    `## ${mark} Docket: ${name}${'agent' in report ? ` · ${inertMarkdown(report.agent)}` : ''}`,
    '',
    ...(compared && compared.mode !== 'live' ? [`> **${compared.mode} model** · ${modeNotes[compared.mode]}`, ''] : []),
    inertMarkdown(sentenceOf(report, isCompared(report) ? report.cases : []), 2000),
    '',
    ...proposalMarkdown(report),
    ...ruleTableLines(report),
    ...(compared ? [...versionLines(compared), ...confusionMarkdown(compared)] : []),
    ...causeLines(report),
  ];
  const after = [...noticeLines(report), ...(compared ? evidenceLines(compared) : []), 'Rerun:', '', inertCode(report.rerun, 2000), ''];
  if (!compared) {
    yield [...before, ...after].join('\n');
    return;
  }
  const room = limit - byteLength([...before, ...after].join('\n')) - 1;
  const lines = yield* caseLines(compared, cases, room);
  yield [...before, ...lines, ...after].join('\n');
}

/** Most rows of changed rules: what weighs comes first, and the page has them all. */
const mostRules = 40;

function ruleTableLines(report: Report): string[] {
  const table = ruleTable(report, mostRules);
  if (!table) return [];
  return [
    `### ${proposalOf(report) ? 'What it proposes: ' : ''}${table.title}`,
    '',
    ...markdownTable(
      table.header,
      table.rows.map(({ cells: [what, ...others], weighs }) => [
        weighs ? `**${inertMarkdown(what)}**` : inertMarkdown(what),
        ...others.map((cell) => inertMarkdown(cell)),
      ]),
    ),
    '',
    ...(table.more > 0 ? [`${counted(table.more, 'more row')} did not fit here; the HTML report has them.`, ''] : []),
  ];
}

function versionLines(report: ComparedReport): string[] {
  const wrong = wrongCounts([report.baseline, report.candidate]);
  const names = sideNames(report);
  const side = (title: string, { totals, ...rest }: ComparedReport['baseline']): string[] => [
    title,
    [inertMarkdown(versionName({ totals, ...rest })), inertMarkdown(gitName({ totals, ...rest }) ?? '')].filter(Boolean).join('<br>'),
    totals.runs === 0 ? 'not run' : `${count(totals.passes)} of ${count(totals.runs)} (${percent(totals.passes / totals.runs)})`,
    ...wrong.map(({ of }) => (totals.runs === 0 ? '–' : count(of(totals)))),
    totals.agreement === undefined ? '–' : percent(totals.agreement),
    inertMarkdown(costPerTrial(totals, report.mode)),
    duration(totals.meanDurationMs),
  ];
  return [
    ...markdownTable(
      ['', 'version', 'passed', ...wrong.map(({ name }) => `${name}s`), 'repeats agree', 'cost per trial', 'time per trial'],
      [side(inertMarkdown(names.baseline), report.baseline), side(`**${inertMarkdown(names.candidate)}**`, report.candidate)],
    ),
    '',
  ];
}

/** As many cases as fit, those first that a reader should look at. */
function* caseLines(report: ComparedReport, wanted: MarkdownOptions['cases'], room: number): Generator<'', string[]> {
  const accused = accusedCaseId(report);
  const names = sideNames(report);
  const listed = inReadingOrder(report.cases.filter(({ change }) => wanted === 'all' || change !== 'same'));
  const title = wanted === 'all' ? `### ${counted(listed.length, 'case')}` : `### ${counted(listed.length, 'case')} changed`;
  if (listed.length === 0 && wanted === 'all') return ['There are no cases.', ''];
  if (listed.length === 0) return [report.candidate.totals.runs === 0 ? 'No case was run.' : 'No case changed.', ''];
  const heading = [
    title,
    '',
    ...markdownTable(['case', 'change', inertMarkdown(names.baseline), inertMarkdown(names.candidate), 'what is wrong'], []),
  ];
  const rows: string[] = [];
  // 200 bytes for the sentence that counts what was left out.
  let left = room - byteLength(heading.join('\n')) - 200;
  for (const each of listed) {
    const row = caseRow(each, each.id === accused);
    left -= byteLength(row) + 1;
    if (left < 0) break;
    rows.push(row);
    yield '';
  }
  const missing = listed.length - rows.length;
  return [
    ...heading,
    ...rows,
    '',
    ...(missing > 0 ? [`${counted(missing, 'more case')} did not fit here; the HTML report has them all.`, ''] : []),
  ];
}

function caseRow(each: ReportedCase, accused: boolean): string {
  const { id, title, critical, change, baseline, candidate } = each;
  const [finding, ...others] = findingLines(candidate.trials);
  const wrong = [
    ...(finding === undefined
      ? []
      : [`${inertMarkdown(finding)}${others.length > 0 ? ` (and ${counted(others.length, 'other finding')})` : ''}`]),
    ...(candidate.infraErrors.length > 0 ? [counted(candidate.infraErrors.length, 'infra error')] : []),
  ];
  return `| ${[
    `${inertCode(id)}${accused ? ' **accused**' : ''}${critical ? ' **critical**' : ''}<br>${inertMarkdown(title)}`,
    `${changeNames[change].mark} ${changeNames[change].name}`,
    ratio(baseline),
    ratio(candidate),
    wrong.join('<br>'),
  ].join(' | ')} |`;
}

function noticeLines({ notices }: Report): string[] {
  if (notices.length === 0) return [];
  const shown = notices
    .slice(0, 20)
    .map(({ message, caseId }) => `- ${caseId === undefined ? '' : `${inertCode(caseId)}: `}${inertMarkdown(message)}`);
  return ['### Notices', '', ...shown, ...(notices.length > 20 ? [`- and ${count(notices.length - 20)} more`] : []), ''];
}

function evidenceLines(report: ComparedReport): string[] {
  const { spending } = report;
  const lines = [
    `${spendingSentence(spending)}${spending.dollars === undefined ? '' : `; ${inertMarkdown(cost(spending.dollars, report.mode))}`}.`,
  ];
  if (report.kind === 'verdict') {
    const { evidence } = report;
    if (evidence) {
      const texts = evidenceTexts(evidence);
      lines.push(`Strongest case: ${inertCode(evidence.case.caseId)}, ${texts.case}.`);
      if (texts.critical !== undefined) lines.push(`Critical case: ${inertCode(evidence.critical?.caseId ?? '')}, ${texts.critical}.`);
      lines.push(`Suite: ${texts.suite}.`);
    }
    if (report.verdict === 'waived')
      lines.push(
        `Waived by ${inertMarkdown(report.waiver.approver)} until ${inertMarkdown(report.waiver.expires)}: ${inertMarkdown(report.waiver.reason, 1000)}`,
      );
    const detectable = detectableSentence(report);
    if (detectable !== undefined) lines.push(detectable);
  }
  return ['<details><summary>Evidence and cost</summary>', '', ...lines.map((line) => `- ${line}`), '', '</details>', ''];
}
