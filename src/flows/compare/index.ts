import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import { decisionDifferences, sharedFields } from '../../contracts/differing-fields.ts';
import type { InfraErrorResult } from '../../contracts/evaluation.ts';
import type { CaseArm, ReportedCase, ReportedTrial } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { type Evaluated, type EvaluateOptions, evaluate } from '../evaluate/index.ts';
import { caseArm, caseHead, changeOf, confusionOfArms, reportedVersion } from '../reported-case.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { Shelf } from '../shelf.ts';
import { writeAllReports } from '../write-reports.ts';
import { ComparedRuns } from './compared-runs.ts';

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
  const collected = new Map<PreparedVersion, Map<LoadedCase, Side>>();
  const shelf = new Shelf(session.config.store);
  const { evaluation, unwritten, listPrice } = await evaluate(session, {
    ...options,
    onPlan(plan) {
      for (const version of plan.versions) {
        collected.set(
          version,
          new Map(plan.cases.map((loaded) => [loaded, { runs: new ComparedRuns(session.store, shelf), infraErrors: [] }])),
        );
      }
      options.onPlan?.(plan);
    },
    onTrial(step) {
      const { result, ended } = step;
      const { place, trial, scored } = ended;
      const side = collected.get(place.version)?.get(place.loaded);
      if ('error' in result) side?.infraErrors.push(result);
      else if (scored) side?.runs.add(trial, reportedTrial(trial, scored, 'compare'));
      options.onTrial?.(step);
    },
  });
  const [from, to = from] = [...collected];
  if (!from || !to) throw new TypeError('a comparison needs two versions');
  const fields = sharedFields(decisionsOf(from[1]), decisionsOf(to[1]));
  const compared = { fields, planned: evaluation.trialsPerCase };
  const cases = [...from[1].keys()].map((loaded) => reportedCase(session, loaded, compared, [from[1].get(loaded), to[1].get(loaded)]));
  const loaded = [...from[1].keys()];
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
      from[0].identity,
      cases.map(({ baseline }) => baseline),
      confusionOn('baseline'),
    ),
    candidate: reportedVersion(
      to[0].identity,
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

interface Side {
  readonly runs: ComparedRuns;
  readonly infraErrors: InfraErrorResult[];
}

function* decisionsOf(sides: ReadonlyMap<LoadedCase, Side>): Generator<Pick<ReportedTrial, 'decision'>> {
  for (const { runs } of sides.values()) yield* runs.reported();
}

function reportedCase(
  { agent }: Session,
  loaded: LoadedCase,
  { fields, planned }: { readonly fields: readonly string[]; readonly planned: number },
  sides: readonly (Side | undefined)[],
): ReportedCase {
  const [baseline, candidate] = [armOf(agent, loaded, sides[0]), armOf(agent, loaded, sides[1])];
  const comparators = comparatorsFor(rulesOf(agent), loaded.case);
  const differences = decisionDifferences(fields, baseline.trials, candidate.trials, comparators);
  return { ...caseHead(loaded), change: changeOf(baseline, candidate, { planned, differences }), differences, baseline, candidate };
}

/** Its trials are read whenever they are asked for, so that those of one case at a time are in memory. */
function armOf(agent: Agent, loaded: LoadedCase, side: Side | undefined): CaseArm {
  side?.runs.sort();
  const {
    trials: _,
    infraErrors,
    ...counts
  } = caseArm(agent, loaded, side?.runs.withTrials() ?? [], { infraErrors: side?.infraErrors ?? [] });
  return {
    ...counts,
    get trials() {
      return [...(side?.runs.reported() ?? [])];
    },
    infraErrors,
  };
}
