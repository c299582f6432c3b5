import type { ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import { type ComparedReport, isCompared, type Report } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { visibleText } from '../text/hostile-text.ts';
import { caseLine, caseStatus, findingLines } from './case-status.ts';
import { proposalLines } from './proposal-lines.ts';
import { type Reporter, reporterOf } from './reporter.ts';
import { ruleLines } from './rule-table.ts';
import { headlineOf, modeNotes, sentenceOf, sideNames } from './words.ts';

/** Longest text of one element; test viewers choke on megabytes. */
const longestText = 10_000;
/** Most changed rules in the verdict's test. */
const mostRules = 50;

/**
 * JUnit XML: one test for the verdict itself, then one a case. Form: the schema that Jenkins' xUnit plugin publishes (junit-10.xsd).
 * All text is visible text, which leaves only characters that XML 1.0 allows.
 */
export const junit: Reporter = reporterOf({
  name: 'junit',
  file: 'junit.xml',
  *pieces(report) {
    const statuses = isCompared(report) ? report.cases.map((each) => caseStatus(report, each)) : [];
    const tests = [verdictTest(report)];
    let milliseconds = 0;
    if (isCompared(report)) {
      for (const each of report.cases) {
        const { trials } = each.candidate;
        milliseconds += timeOf(trials);
        tests.push(caseTest(report, each, trials));
        yield '';
      }
    }
    const verdictEnd = verdictEndOf(report);
    const counts = attributes({
      tests: tests.length,
      failures: statuses.filter((status) => status === 'failed').length + Number(verdictEnd === 'failure'),
      errors: statuses.filter((status) => status === 'incomplete').length + Number(verdictEnd === 'error'),
      skipped: statuses.filter((status) => status === 'skipped').length,
      time: seconds(milliseconds),
    });
    const suite = attributes({ name: suiteName(report), timestamp: report.createdAt.replace(/\.\d+/, '').replace('Z', '') });
    yield [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: 'docket' })}${counts}>`,
      `<testsuite${suite}${counts}>`,
      '',
    ].join('\n');
    for (const test of tests) yield `${test}\n`;
    yield '</testsuite>\n</testsuites>\n';
  },
});

function suiteName(report: Report): string {
  return isCompared(report) ? `${report.agent} (${report.mode})` : 'docket';
}

/** A verdict that found a regression failed; one that could not be reached is an error. */
function verdictEndOf(report: Report): 'failure' | 'error' | 'success' {
  if (report.kind === 'comparison' || report.exitCode === 0) return 'success';
  return report.verdict === 'regressed' ? 'failure' : 'error';
}

function verdictTest(report: Report): string {
  const { name } = headlineOf(report);
  const notes = [
    ...(isCompared(report) ? [`${report.mode} model: ${modeNotes[report.mode]}`] : []),
    sentenceOf(report, isCompared(report) ? report.cases : []),
    ...proposalLines(report).map(([name, value]) => `${name}: ${value}`),
    ...ruleLines(report, mostRules),
    ...report.notices.map(({ message }) => message),
    `Rerun: ${report.rerun}`,
  ].join('\n');
  const end = verdictEndOf(report);
  const body =
    end === 'success'
      ? element('system-out', {}, notes)
      : element(end, { message: `${name}: ${sentenceOf(report, isCompared(report) ? report.cases : [])}`, type: name }, notes);
  return element('testcase', { classname: suiteName(report), name: 'verdict', time: '0' }, body, 'raw');
}

function caseTest(report: ComparedReport, each: ReportedCase, trials: readonly ReportedTrial[]): string {
  const message = caseLine(each, sideNames(report));
  const text = [each.title, message, ...findingLines(trials), ...each.candidate.infraErrors.map(({ message }) => message)].join('\n');
  const status = caseStatus(report, each);
  const body =
    status === 'failed'
      ? element('failure', { message, type: each.change }, text)
      : status === 'incomplete'
        ? element('error', { message, type: 'infra-error' }, text)
        : status === 'skipped'
          ? element('skipped', { message })
          : element('system-out', {}, text);
  return element(
    'testcase',
    { classname: suiteName(report), name: `${each.id}: ${each.title}`, time: seconds(timeOf(trials)) },
    body,
    'raw',
  );
}

/** In milliseconds. */
function timeOf(trials: readonly ReportedTrial[]): number {
  return trials.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function element(name: string, given: Record<string, string | number>, body?: string, kind: 'text' | 'raw' = 'text'): string {
  if (body === undefined) return `<${name}${attributes(given)}/>`;
  return `<${name}${attributes(given)}>${kind === 'raw' ? body : escapeXml(body)}</${name}>`;
}

function attributes(given: Record<string, string | number>): string {
  return Object.entries(given)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

function escapeXml(text: string): string {
  return visibleText(clipText(text, longestText)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
