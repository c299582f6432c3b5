import { rankOfFinding } from '../contracts/finding-rank.ts';
import type { ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import type { ComparedReport } from '../contracts/verdict.ts';
import { count, counted, ratio, statistic } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';
import { accusedCaseId, changeNames, type sideNames } from './words.ts';

/**
 * How a test tool that only knows pass and fail should show a case. A case that is merely unsteady stays `passed`: the verdict is
 * the gate's, and a page of red beside a passing gate would teach people to look away.
 */
export type CaseStatus = 'passed' | 'failed' | 'incomplete' | 'skipped';

export function caseStatus(report: ComparedReport, { id, change, candidate }: ReportedCase): CaseStatus {
  const accused = accusedCaseId(report) === id && report.kind === 'verdict' && report.verdict !== 'waived';
  if (change === 'flipped-to-fail' || accused) return 'failed';
  if (change === 'incomplete') return 'incomplete';
  // Not a regression, and no silent green either.
  if (change === 'new' && candidate.passes < candidate.runs) return 'skipped';
  return 'passed';
}

/** The case in a line: `worse: main 10 of 10, candidate 4 of 10, evidence 120`. */
export function caseLine({ change, baseline, candidate, eValue }: ReportedCase, names: ReturnType<typeof sideNames>): string {
  const evidence = eValue === undefined ? '' : `, evidence ${statistic(eValue)}`;
  return `${changeNames[change].name}: ${names.baseline} ${ratio(baseline)}, ${names.candidate} ${ratio(candidate)}${evidence}`;
}

/**
 * What is wrong with trials, wrong decisions first, then the most frequent: one line for each code, with an example.
 * @param trials the candidate's; to ask a case for them may read them from a file
 */
export function findingLines(trials: readonly ReportedTrial[]): string[] {
  const byCode = new Map<string, { message: string; showing: number }>();
  for (const { findings } of trials) {
    for (const { code, message } of new Map(findings.map((finding) => [finding.code, finding])).values()) {
      const known = byCode.get(code) ?? { message, showing: 0 };
      known.showing += 1;
      byCode.set(code, known);
    }
  }
  return [...byCode]
    .sort(([one, { showing }], [other, more]) => rankOfFinding(one) - rankOfFinding(other) || more.showing - showing)
    .map(([code, { message, showing }]) => `${code} (${count(showing)} of ${counted(trials.length, 'trial')}): ${visibleLine(message)}`);
}
