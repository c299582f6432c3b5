import type { EvaluatedCase, EvaluationReport } from '../../contracts/evaluation-report.ts';
import type { KeptRun } from '../../contracts/kept-run.ts';
import type { CaseArm, ReportedCase } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import { readCases } from './read-cases.ts';
import { readRun, runIds } from './read-runs.ts';

type Point = NonNullable<ReportedCase['history']>[number];

/** Most earlier runs that a case shows, and most points of all cases: each is some fifty bytes of a page. */
const mostRuns = 30;
const mostPoints = 10_000;

/** The evaluation with what became of each case in earlier kept runs of the judged version, and in this one. */
export function evaluationWithHistory(root: string, report: EvaluationReport): EvaluationReport {
  const version = report.versions[report.judged]?.version;
  if (!version) return report;
  const historyOf = historiesOf(root, report, version, report.cases.length);
  return {
    ...report,
    cases: report.cases.map((each): EvaluatedCase => ({ ...each, ...historyOf(each.id, each.arms[report.judged]) })),
  };
}

/** The comparison with what became of each case in earlier kept runs of the later version, and in this one. */
export function comparisonWithHistory(root: string, report: Comparison): Comparison {
  const historyOf = historiesOf(root, report, report.candidate.version, report.cases.length);
  return { ...report, cases: report.cases.map((each): ReportedCase => ({ ...each, ...historyOf(each.id, each.candidate) })) };
}

function historiesOf(
  root: string,
  { agent, mode, createdAt }: Pick<Comparison, 'agent' | 'mode' | 'createdAt'>,
  version: VersionIdentity,
  cases: number,
): (caseId: string, now: CaseArm | undefined) => { readonly history?: Point[] } {
  const most = Math.min(mostRuns, Math.floor(mostPoints / Math.max(1, cases)));
  const earlier = new Map<string, Point[]>();
  for (const run of most < 2 ? [] : earlierRuns(root, { agent, mode }, version, most - 1)) {
    const place = run.versions.findIndex((each) => isSame(each, version));
    for (const [caseId, counts] of readCases(root, run.id)) {
      const [passes, runs] = counts[place] ?? [0, 0];
      if (runs === 0) continue;
      const points = earlier.get(caseId) ?? [];
      points.push({ at: run.startedAt, ...(run.commit === undefined ? {} : { commit: run.commit }), passes, runs });
      earlier.set(caseId, points);
    }
  }
  return (caseId, now) => {
    const points = earlier.get(caseId);
    if (!points) return {};
    const { passes, runs } = now ?? { passes: 0, runs: 0 };
    return { history: [...points, ...(runs === 0 ? [] : [{ at: createdAt, passes, runs }])] };
  };
}

/** Those that came to their end, oldest first. */
function earlierRuns(root: string, of: Pick<KeptRun, 'agent' | 'mode'>, version: VersionIdentity, most: number): KeptRun[] {
  const found: KeptRun[] = [];
  for (const id of runIds(root)) {
    if (found.length === most) break;
    const run = readRun(root, id);
    if (run?.state !== 'done' || run.agent !== of.agent || run.mode !== of.mode) continue;
    if (run.versions.some((each) => isSame(each, version))) found.push(run);
  }
  return found.toReversed();
}

/** By its name, whatever it was then; a gate's sides have names of their own. */
function isSame({ name, fingerprint }: KeptRun['versions'][number], version: VersionIdentity): boolean {
  return name === version.name || fingerprint === version.fingerprint;
}
