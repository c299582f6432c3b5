import { rulesOf } from '../../agent/rules-of.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import { decisionDifferences } from '../../contracts/differing-fields.ts';
import type { CaseArm, ReportedCase } from '../../contracts/reported-case.ts';
import { Turns } from '../../contracts/turns.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { type Evaluated, type EvaluateOptions, evaluate } from '../evaluate/index.ts';
import { caseHead, changeOf } from '../reported-case.ts';
import { comparisonWithHistory } from '../runs/with-history.ts';
import type { Session } from '../session.ts';
import { writeAllReports } from '../write-reports.ts';
import { ReportedRuns } from './reported-runs.ts';

/** What `docket compare` is asked: `versions` names two, the one of before first. */
export interface CompareOptions extends EvaluateOptions {
  readonly versions: readonly [string, string];
  /** The command that shows the comparison again. */
  readonly rerun: string;
}

/** The comparison as counts, and the page with every transcript. */
export interface Compared extends Evaluated, WrittenReports {
  readonly comparison: Comparison;
}

/**
 * Evaluates two versions and writes them side by side below `reports/`, with what happened in each trial. It informs: there is no verdict.
 * @throws {DocketError} as evaluate does
 */
export async function compare(session: Session, options: CompareOptions): Promise<Compared> {
  const runs = new ReportedRuns(session, 'every transcript');
  const { evaluation, unwritten, listPrice } = await evaluate(session, runs.collecting(options));
  const [from, to = from] = runs.versions;
  if (!from || !to) throw new TypeError('a comparison needs two versions');
  const compared = { fields: runs.sharedFields(from, to), planned: evaluation.trialsPerCase };
  const turns = new Turns(options.signal);
  const cases: ReportedCase[] = [];
  for (const loaded of runs.cases) {
    cases.push(reportedCase(session, loaded, compared, runs.armsOf(loaded, evaluation)));
    await turns.give();
  }
  const confusionOn = (place: number) => {
    const { confusion } = evaluation.versions[place] ?? {};
    return confusion ? { confusion } : {};
  };
  const comparison = comparisonWithHistory(session.config.root, {
    kind: 'comparison',
    schemaVersion: 1,
    createdAt: session.clock.date().toISOString(),
    rerun: options.rerun,
    notices: [
      ...(evaluation.stopped === undefined ? [] : [{ kind: 'not-run' as const, message: evaluation.stopped }]),
      ...evaluation.versions.flatMap(({ version, notCompared = [] }) =>
        notCompared.map((field) => ({
          kind: 'decision-changed' as const,
          message: `${version.name}'s decision has no ${field}, which labels expect; it is not compared there.`,
        })),
      ),
    ],
    agent: evaluation.agent,
    mode: evaluation.mode,
    baseline: runs.reportedVersion(
      from,
      cases.map(({ baseline }) => baseline),
      confusionOn(0),
    ),
    candidate: runs.reportedVersion(
      to,
      cases.map(({ candidate }) => candidate),
      confusionOn(runs.versions.indexOf(to)),
    ),
    cases,
    spending: {
      trials: { spent: evaluation.trials.run, saved: 0, reused: evaluation.trials.reused },
      ...(listPrice === undefined ? {} : { dollars: listPrice }),
    },
  });
  // What could not be written of the evaluation is in the same folder.
  return {
    evaluation,
    comparison,
    ...(listPrice === undefined ? {} : { listPrice }),
    ...(unwritten === undefined ? {} : { unwritten }),
    ...(await writeAllReports(session.config.root, comparison, turns)),
  };
}

function reportedCase(
  { agent }: Session,
  loaded: LoadedCase,
  { fields, planned }: { readonly fields: readonly string[]; readonly planned: number },
  [baseline = noArm, candidate = baseline]: readonly CaseArm[],
): ReportedCase {
  const comparators = comparatorsFor(rulesOf(agent), loaded.case);
  const differences = decisionDifferences(fields, baseline.trials, candidate.trials, comparators);
  return { ...caseHead(loaded), change: changeOf(baseline, candidate, { planned, differences }), differences, baseline, candidate };
}

const noArm: CaseArm = { passes: 0, runs: 0, falseApprovals: 0, falseDenials: 0, trials: [], infraErrors: [] };
