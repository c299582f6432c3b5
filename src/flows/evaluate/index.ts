import { exitCodes } from '../../contracts/docket-error.ts';
import type { EvaluatedTrial, Evaluation, InfraErrorResult, VersionResult } from '../../contracts/evaluation.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { Turns } from '../../contracts/turns.ts';
import { isVendors } from '../../model/credentials.ts';
import type { PriceBook } from '../../model/price-book.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { type CostEstimate, estimateCost, type WantedTrials } from '../estimate-cost.ts';
import { type EndedTrial, judgeTrials } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { ModelCallsSeen, muteScorers, ScorersHeard, suiteDoubts, unseenModel } from '../judging/suite-doubts.ts';
import type { VersionOnCase } from '../judging/wanted-trials.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { Shelf } from '../shelf.ts';
import { CaseTally } from './case-tally.ts';
import { planEvaluation, type ToEvaluate, type TriedVersion, wantedOf } from './plan-evaluation.ts';
import { fieldsNotCompared, totalsOf } from './version-totals.ts';
import { writeEvaluation } from './write-evaluation.ts';

/** What to put on trial, and how. */
export interface EvaluateOptions extends ToEvaluate {
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  /** Called once, before the first trial. */
  readonly onPlan?: (plan: {
    readonly versions: readonly PreparedVersion[];
    readonly cases: readonly LoadedCase[];
    readonly trials: number;
    /** How many twins of the cases are run as well, over all versions; 0 where no relation is checked. */
    readonly twins: number;
    /** What it is likely to cost; only where somebody pays. */
    readonly cost?: CostEstimate;
  }) => void;
  readonly onTrial?: (ended: {
    readonly version: string;
    readonly caseId: string;
    readonly result: EvaluatedTrial | InfraErrorResult;
    /** With its transcript, which the evaluation does not keep. */
    readonly ended: EndedTrial<VersionOnCase>;
  }) => void;
}

/** Where a trial counts, with what it is counted in. */
interface TalliedPlace extends VersionOnCase {
  readonly tally: CaseTally;
}

/** What every flow that evaluates gives. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** List price of what was run now, whoever answered; absent when a price is not known. */
  readonly listPrice?: number;
  /** What could not be written below `reports/` and what to do, for a person; absent when all was. */
  readonly unwritten?: string;
}

/**
 * Runs versions on cases, several trials each, and scores them: the first story.
 * @throws {DocketError} for wrong cases, unknown versions or a selection that matches nothing; no model is called then
 */
export async function evaluate(session: Session, options: EvaluateOptions): Promise<Evaluated> {
  const { config, agent } = session;
  const { suite, cases, versions, trials, series, tried } = await planEvaluation(session, options, options.signal);
  const cost =
    session.mode === 'live' && !session.agent.own
      ? await estimateCost(
          { store: session.store, prices: config.prices },
          await missingTrials(session, tried, series, trials),
          session.model.batch ? { batch: session.model.batch } : {},
        )
      : undefined;
  const twins = tried.flatMap((each) => each.cases.flatMap(({ family }) => family?.twins ?? [])).length;
  options.onPlan?.({ versions, cases, trials, twins, ...(cost ? { cost } : {}) });

  const shelf = new Shelf(config.store);
  const tallies = new Map(versions.map((version) => [version, [] as CaseTally[]]));
  const placeOf = (version: PreparedVersion, loaded: LoadedCase): TalliedPlace => {
    const tally = new CaseTally(session.scoring, version.version, loaded, shelf);
    tallies.get(version)?.push(tally);
    return { version, loaded, tally };
  };
  const spending = new SpendingTally(config.prices, 'once');
  let standIn: ModelMode | undefined;
  const seen = new Map(versions.map((version) => [version, new ModelCallsSeen()]));
  const summary = await judgeTrials(wantedOf({ tried, series, trials }, placeOf), {
    session,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    spending,
    onEnd(ended) {
      const { version, loaded, tally } = ended.place;
      if (ended.trial.mode !== session.mode) standIn = ended.trial.mode;
      if (ended.scored) seen.get(version)?.add(ended.trial.transcript);
      const result = ended.scored
        ? tally.addScored(ended.trial, ended.scored, ended.reused, ended.twins)
        : tally.addFailed(ended.trial, ended.twins);
      options.onTrial?.({ version: version.identity.name, caseId: loaded.case.id, result, ended });
    },
  });
  const results: VersionResult[] = [];
  const heard = new ScorersHeard();
  for (const version of versions) {
    const own = tallies.get(version) ?? [];
    const role = roleOf(version, config.current, versions.length);
    const notCompared = fieldsNotCompared(agent, version.version, cases);
    results.push(await totalsOf(version.identity, role, own, cases.length * trials, { notCompared, agent, signal: options.signal, heard }));
  }
  const scoring = session.scoring.total();
  const spentDollars = session.mode === 'live' ? spending.dollars : undefined;

  const spentAtLeastDollars = session.mode === 'live' && !agent.own ? spending.knownDollars : undefined;
  const priceSources = session.mode === 'live' ? sourcesOf(config.prices, results) : [];
  const doubts = [
    ...suiteDoubts(agent, suite),
    ...(cases.length === suite.length ? muteScorers(agent, heard) : []),
    ...[...session.scoring.advisory].map(([judge, why]) => `The judge "${judge}" only informs: ${why}.`),
    ...[...seen].flatMap(([{ identity }, calls]) => unseenModel(agent, identity.name, calls)),
  ];
  const evaluation: Evaluation = {
    kind: 'evaluation',
    mode: standIn ?? session.mode,
    ...(session.model.endpoint === undefined || isVendors(session.model.endpoint) ? {} : { endpoint: session.model.endpoint }),
    agent: agent.name,
    current: config.current,
    trialsPerCase: trials,
    versions: results,
    trials: { run: summary.run, reused: summary.reused, failed: summary.failed },
    ...(session.workers ? { ranBy: 'workers' } : {}),
    ...(spentDollars === undefined ? {} : { spentDollars }),
    ...(spentAtLeastDollars === undefined ? {} : { spentAtLeastDollars }),
    ...(priceSources.length === 0 ? {} : { priceSources }),
    ...(scoring.asked + scoring.reused === 0 ? {} : { scoring }),
    ...(doubts.length === 0 ? {} : { doubts }),
    ...(summary.stopped ? { stopped: summary.stopped.reason } : {}),
  };
  const { unwritten } = await writeEvaluation(config.root, evaluation, new Turns(options.signal));
  const { listPrice } = spending;
  return { evaluation, ...(listPrice === undefined ? {} : { listPrice }), ...(unwritten === undefined ? {} : { unwritten }) };
}

/** Of the models that answered. */
function sourcesOf(prices: PriceBook, versions: Evaluation['versions']): string[] {
  const models = versions.flatMap(({ version, answeredBy }) => answeredBy?.map(({ model }) => model) ?? [version.model]);
  return [...new Set(models.flatMap((model) => prices.sourceOf(model) ?? []))];
}

/** How many trials of each version are not stored, twins' included. Versions that behave alike, and cases with one input, share theirs. */
function missingTrials({ store }: Session, tried: readonly TriedVersion[], series: string, trials: number): Promise<WantedTrials[]> {
  const different = new Map(tried.map((each) => [each.version.identity.fingerprint, each]));
  return Promise.all(
    [...different].map(async ([versionFingerprint, { version, cases }]) => {
      const counts = await Promise.all(
        inputsOf(cases).map((caseFingerprint) => store.count({ versionFingerprint, caseFingerprint, series }, { first: 1, last: trials })),
      );
      return { version, trials: counts.reduce((sum, count) => sum + trials - count, 0) };
    }),
  );
}

function inputsOf(cases: readonly LoadedCase[]): string[] {
  return [...new Set(cases.flatMap(({ fingerprint, family }) => [fingerprint, ...(family?.twins ?? []).map((twin) => twin.fingerprint)]))];
}

/** A version that runs alone is judged, whatever it is called. */
function roleOf(version: PreparedVersion, current: string, count: number): 'current' | 'comparison' {
  return version.identity.name === current || count === 1 ? 'current' : 'comparison';
}

/** Exit code of an evaluation: infra errors first, because what did not run proves nothing; then the current version's trials. */
export function evaluationExitCode(evaluation: Evaluation): number {
  const { versions, stopped } = evaluation;
  if (stopped !== undefined || versions.some(({ totals }) => totals.infraErrors > 0 || totals.notRun > 0)) return exitCodes.incomplete;
  // A relation that finds nothing wrong whatever is decided is no check.
  if (versions.some(({ relations = [] }) => relations.some(({ idle }) => idle))) return exitCodes.usage;
  const judged = versions.filter(({ role }) => role === 'current');
  const failing = judged.length > 0 ? judged : versions;
  return failing.every(({ totals }) => totals.runs > 0 && totals.passes === totals.runs) ? exitCodes.pass : exitCodes.regressed;
}
