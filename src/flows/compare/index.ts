import { rulesOf } from '../../agent/rules-of.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import { decisionDifferences, sharedFields } from '../../contracts/differing-fields.ts';
import type { CaseArm, ReportedCase } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { type Evaluated, type EvaluateOptions, evaluate } from '../evaluate/index.ts';
import { caseHead, changeOf, confusionOfArms, reportedVersion } from '../reported-case.ts';
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
  const runs = new ReportedRuns(session);
  const { evaluation, unwritten, listPrice } = await evaluate(session, runs.collecting(options));
  const [from, to = from] = runs.versions;
  if (!from || !to) throw new TypeError('a comparison needs two versions');
  const fields = sharedFields(runs.trialsOf(from), runs.trialsOf(to));
  const compared = { fields, planned: evaluation.trialsPerCase };
  const loaded = runs.cases;
  const cases = loaded.map((each) => reportedCase(session, each, compared, runs.armsOf(each)));
  const confusionOn = (side: 'baseline' | 'candidate') =>
    confusionOfArms(
      session.agent,
      cases.flatMap((each, index) => (loaded[index] ? [{ loaded: loaded[index], arm: each[side] }] : [])),
    );
  const comparison: Comparison = {
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
    baseline: reportedVersion(
      from.identity,
      cases.map(({ baseline }) => baseline),
      confusionOn('baseline'),
    ),
    candidate: reportedVersion(
      to.identity,
      cases.map(({ candidate }) => candidate),
      confusionOn('candidate'),
    ),
    cases,
    spending: {
      trials: { spent: evaluation.trials.run, saved: 0, reused: evaluation.trials.reused },
      ...(listPrice === undefined ? {} : { dollars: listPrice }),
    },
  };
  // What could not be written of the evaluation is in the same folder.
  return {
    evaluation,
    comparison,
    ...(listPrice === undefined ? {} : { listPrice }),
    ...(unwritten === undefined ? {} : { unwritten }),
    ...writeAllReports(session.config.root, comparison),
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
