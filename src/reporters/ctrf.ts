import { jsonPieces } from '../contracts/json-pieces.ts';
import type { ReportedCase } from '../contracts/reported-case.ts';
import { type ComparedReport, isCompared, type Report } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { visibleText } from '../text/hostile-text.ts';
import { type CaseStatus, caseLine, caseStatus, findingLines } from './case-status.ts';
import { proposalLines } from './proposal-lines.ts';
import { type Reporter, reporterOf } from './reporter.ts';
import { ruleLines } from './rule-table.ts';
import { headlineOf, modeNotes, sentenceOf, sideNames } from './words.ts';

/** Longest message of one test. */
const longestText = 10_000;
/** Most changed rules in the verdict's test. */
const mostRules = 50;

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

interface Test {
  readonly name: string;
  readonly status: Status;
  /** Milliseconds, whole. */
  readonly duration: number;
  readonly suite: readonly [string, ...string[]];
  readonly message: string;
  readonly rawStatus: string;
  readonly tags?: readonly string[];
  readonly flaky?: boolean;
  readonly extra?: Record<string, unknown>;
}

/** Common Test Report Format, JSON (https://ctrf.io, schema/ctrf.schema.json): one test for the verdict itself, then one a case. */
export const ctrf: Reporter = reporterOf({
  name: 'ctrf',
  file: 'ctrf.json',
  *pieces(report) {
    const tests = [verdictTest(report)];
    if (isCompared(report)) {
      for (const each of report.cases) {
        tests.push(caseTest(report, each));
        yield '';
      }
    }
    const at = Date.parse(report.createdAt);
    const duration = tests.reduce((sum, test) => sum + test.duration, 0);
    const having = (status: Status) => tests.filter((test) => test.status === status).length;
    const document = {
      reportFormat: 'CTRF',
      specVersion: '0.1.0',
      timestamp: report.createdAt,
      generatedBy: 'docket',
      results: {
        tool: { name: 'docket' },
        summary: {
          tests: tests.length,
          passed: having('passed'),
          failed: having('failed'),
          skipped: having('skipped'),
          pending: having('pending'),
          other: having('other'),
          flaky: tests.filter(({ flaky }) => flaky).length,
          start: at,
          stop: at,
          duration,
        },
        tests,
        ...(isCompared(report)
          ? { extra: { mode: report.mode, baseline: report.baseline.version, candidate: report.candidate.version } }
          : {}),
      },
    };
    yield* jsonPieces(document, 1);
    yield '\n';
  },
});

const statuses: Readonly<Record<CaseStatus, Status>> = { passed: 'passed', failed: 'failed', incomplete: 'other', skipped: 'skipped' };

function verdictTest(report: Report): Test {
  const { name } = headlineOf(report);
  const passed = report.kind === 'comparison' || report.exitCode === 0;
  return {
    name: 'verdict',
    status: passed ? 'passed' : report.verdict === 'regressed' ? 'failed' : 'other',
    duration: 0,
    suite: suiteOf(report),
    message: textOf([
      name,
      sentenceOf(report, isCompared(report) ? report.cases : []),
      ...proposalLines(report).map(([name, value]) => `${name}: ${value}`),
      ...ruleLines(report, mostRules),
      ...(isCompared(report) ? [`${report.mode} model: ${modeNotes[report.mode]}`] : []),
      `Rerun: ${report.rerun}`,
    ]),
    rawStatus: report.kind === 'comparison' ? 'comparison' : report.verdict,
  };
}

function caseTest(report: ComparedReport, each: ReportedCase): Test {
  const { id, title, critical, tags = [], change, baseline, candidate, eValue } = each;
  const status = statuses[caseStatus(report, each)];
  const { trials } = candidate;
  return {
    name: textOf([`${id}: ${title}`]),
    status,
    duration: Math.round(trials.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    suite: suiteOf(report),
    message: textOf([caseLine(each, sideNames(report)), ...findingLines(trials)]),
    rawStatus: change,
    tags: [...(critical ? ['critical'] : []), ...tags],
    flaky: status === 'passed' && candidate.passes > 0 && candidate.passes < candidate.runs,
    extra: {
      baseline: { passes: baseline.passes, runs: baseline.runs },
      candidate: { passes: candidate.passes, runs: candidate.runs },
      ...(eValue === undefined ? {} : { eValue }),
    },
  };
}

function suiteOf(report: Report): [string] {
  return [isCompared(report) ? `${report.agent} (${report.mode})` : 'docket'];
}

function textOf(lines: readonly string[]): string {
  return visibleText(clipText(lines.join('\n'), longestText));
}
