import { count, counted } from '../text/figures.ts';
import type { CaseRecord } from './case-record.ts';

/** How a test ended, with what it ran. */
export interface EndedTest {
  readonly name: string;
  readonly passed: boolean;
  readonly records: readonly CaseRecord[];
}

/** One line of the report. */
export interface CaseLine {
  readonly mark: 'passed' | 'failed' | 'incomplete';
  /** The case, or the test when it ran several. */
  readonly subject: string;
  readonly version: string;
  /** Passes of runs: `5/5`. */
  readonly count: string;
  readonly remark: string;
}

/** Most different faults that one line names. */
const namedFaults = 4;
/** Longest name of a test, in characters; a case's id is rarely that long. */
const longestSubject = 64;

/** One line a case; a test that ran several cases has one a version. The mark is the test's: a suite may expect a version to fail. */
export function caseLines(test: EndedTest): CaseLine[] {
  const versions = Map.groupBy(test.records, ({ version, variation }) => JSON.stringify([version, variation]));
  return [...versions.values()].map((records) => {
    const [first] = records;
    const infraErrors = records.flatMap((record) => record.infraErrors);
    const notRun = sum(records.map(({ trials, runs }) => trials - runs)) - infraErrors.length;
    return {
      mark: infraErrors.length > 0 || notRun > 0 ? 'incomplete' : test.passed ? 'passed' : 'failed',
      subject: shorten(records.length === 1 && first ? first.caseId : test.name),
      version: first?.version ?? '',
      count: `${count(sum(records.map(({ passes }) => passes)))}/${count(sum(records.map(({ runs }) => runs)))}`,
      remark: [
        records.length > 1 ? counted(records.length, 'case') : '',
        faults(records),
        infraErrors.length > 0 ? `${count(infraErrors.length)} stopped by infra errors (${[...new Set(infraErrors)].join(', ')})` : '',
        notRun > 0 ? `${notRun} not run` : '',
        [...new Set(records.flatMap(({ answered }) => answered ?? []))].join('; '),
        verdictAgainstCount(test.passed, records),
      ]
        .filter((part) => part !== '')
        .join('; '),
    };
  });
}

function shorten(subject: string): string {
  return subject.length <= longestSubject ? subject : `${subject.slice(0, longestSubject - 1)}…`;
}

/** "False-denial in 3 of 5" reads at a glance; the test's own message has the rest. */
function faults(records: readonly CaseRecord[]): string {
  const counts = new Map<string, number>();
  for (const { code, trials } of records.flatMap((record) => record.faults)) counts.set(code, (counts.get(code) ?? 0) + trials);
  const sorted = [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  const named = sorted.slice(0, namedFaults).map(([code, trials]) => `${code} ×${count(trials)}`);
  return [...named, ...(sorted.length > namedFaults ? [`${sorted.length - namedFaults} more`] : [])].join(', ');
}

/** Where the mark and the count seem to disagree, says that both are meant. */
function verdictAgainstCount(passed: boolean, records: readonly CaseRecord[]): string {
  const allPass = records.every(({ passes, runs, trials }) => passes === runs && runs === trials);
  if (passed && !allPass) return 'as expected by the suite';
  if (!passed && allPass) return 'not as expected by the suite';
  return '';
}

/** Lines with their columns aligned, as pairs of mark and text. */
export function alignLines(lines: readonly CaseLine[]): { readonly mark: CaseLine['mark']; readonly text: string }[] {
  const width = (column: 'subject' | 'version' | 'count') => Math.max(0, ...lines.map((line) => line[column].length));
  const [subject, version, count] = [width('subject'), width('version'), width('count')];
  return lines.map((line) => ({
    mark: line.mark,
    text: `${line.subject.padEnd(subject)}  ${line.version.padEnd(version)}  ${line.count.padStart(count)}  ${line.remark}`.trimEnd(),
  }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
