import { sumOfConfusions } from '../contracts/confusion-of.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { rankedNotices } from '../contracts/notice.ts';
import type { ReportedCase } from '../contracts/reported-case.ts';
import type { ComparedReport, Comparison, ReportedVersion, Spending } from '../contracts/verdict.ts';

/**
 * Joins comparisons of the same two versions, each over some of the cases, into one: the shards of a run become one report.
 *
 * Only comparisons are joined. A verdict rests on all cases of a suite at once, so verdicts of parts cannot be added up: run the parts as
 * comparisons, and let one gate judge their stored trials.
 * @throws {DocketError} when there is nothing to join, or when agent, mode or versions differ, or a case stands in two reports
 */
export function mergeComparisons(reports: readonly ComparedReport[]): Comparison {
  const [first, ...others] = reports;
  if (!first) throw new DocketError('There is no report to merge. Name the comparison.json files of the shards.');
  for (const [index, report] of reports.entries()) {
    if (report.kind !== 'comparison')
      throw new DocketError(
        `Report ${index + 1} is a verdict (${report.verdict}), and a verdict rests on the whole suite: verdicts of parts cannot be added up. Merge comparisons, or run the gate over all cases; stored trials are reused.`,
      );
  }
  for (const [index, report] of others.entries()) refuseMixture(first, report, index + 2);
  const cases = reports.flatMap((report) => report.cases);
  refuseTwins(cases);
  const sorted = cases.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return {
    kind: 'comparison',
    schemaVersion: first.schemaVersion,
    createdAt: reports.map(({ createdAt }) => createdAt).reduce((latest, at) => (Date.parse(at) > Date.parse(latest) ? at : latest)),
    rerun: [...new Set(reports.map(({ rerun }) => rerun))].join(' && '),
    agent: first.agent,
    mode: first.mode,
    notices: rankedNotices([
      ...new Map(reports.flatMap(({ notices }) => notices).map((notice) => [JSON.stringify(notice), notice])).values(),
    ]),
    baseline: sumVersions(
      reports.map(({ baseline }) => baseline),
      sorted.map(({ baseline }) => baseline),
    ),
    candidate: sumVersions(
      reports.map(({ candidate }) => candidate),
      sorted.map(({ candidate }) => candidate),
    ),
    cases: sorted,
    spending: sumSpending(reports.map(({ spending }) => spending)),
  };
}

function refuseMixture(first: ComparedReport, other: ComparedReport, number: number): void {
  const sides = (report: ComparedReport) => ({
    agent: report.agent,
    'model mode': report.mode,
    'baseline fingerprint': report.baseline.version.fingerprint,
    'baseline epoch': report.baseline.epoch ?? 'none',
    'candidate fingerprint': report.candidate.version.fingerprint,
  });
  const expected = sides(first);
  for (const [what, came] of Object.entries(sides(other))) {
    const wanted = expected[what as keyof typeof expected];
    if (came !== wanted)
      throw new DocketError(
        `Report ${number} cannot be merged: its ${what} is ${came}, that of the first is ${wanted}. Merge only shards of one run; run the others again with the same versions and mode.`,
      );
  }
}

function refuseTwins(cases: readonly ReportedCase[]): void {
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) throw new DocketError(`The case "${id}" appears in two of the reports. Shards share no cases; leave one report out.`);
    seen.add(id);
  }
}

/** Counts add up; means are weighted by the runs they were taken over, and missing as soon as one part lacks them. */
function sumVersions(parts: readonly ReportedVersion[], arms: readonly ReportedCase['baseline'][]): ReportedVersion {
  const [first] = parts as [ReportedVersion, ...ReportedVersion[]];
  const sum = (value: (totals: ReportedVersion['totals']) => number) => parts.reduce((total, { totals }) => total + value(totals), 0);
  const runs = sum((totals) => totals.runs);
  const mean = (value: (totals: ReportedVersion['totals']) => number | undefined) => {
    const ran = parts.filter(({ totals }) => totals.runs > 0);
    if (runs === 0 || ran.some(({ totals }) => value(totals) === undefined)) return undefined;
    return sum((totals) => (value(totals) ?? 0) * totals.runs) / runs;
  };
  const agreements = arms.flatMap(({ agreement }) => agreement ?? []);
  return {
    ...first,
    confusion: sumOfConfusions(parts.map(({ confusion }) => confusion)),
    totals: {
      passes: sum((totals) => totals.passes),
      runs,
      falseApprovals: sum((totals) => totals.falseApprovals),
      falseDenials: sum((totals) => totals.falseDenials),
      wrongDecisions: sum((totals) => totals.wrongDecisions ?? 0) || undefined,
      agreement: agreements.length === 0 ? undefined : agreements.reduce((total, value) => total + value, 0) / agreements.length,
      meanTokens: mean((totals) => totals.meanTokens),
      meanDollars: mean((totals) => totals.meanDollars),
      meanDurationMs: mean((totals) => totals.meanDurationMs),
    },
  };
}

function sumSpending(parts: readonly Spending[]): Spending {
  const sum = (value: (spending: Spending) => number) => parts.reduce((total, part) => total + value(part), 0);
  const priced = parts.every(({ dollars }) => dollars !== undefined);
  return {
    trials: {
      spent: sum(({ trials }) => trials.spent),
      saved: sum(({ trials }) => trials.saved),
      reused: sum(({ trials }) => trials.reused),
    },
    ...(priced ? { dollars: sum(({ dollars }) => dollars ?? 0) } : {}),
  };
}
