import { modelsOf } from '../../contracts/answered-by.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Baseline, BaselineCase } from '../../gate/baseline-file.ts';
import { type Drift, findDrift } from '../../gate/drift.ts';
import { isQuarantined } from '../../gate/quarantine.ts';
import { statistic } from '../../text/figures.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { countWanted, trialsIn } from '../judging/family-places.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { lightTrial } from '../reported-trial.ts';
import { RunCounts } from '../run-counts.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { type AcceptancePlan, acceptedTrials, isSameCase, planAcceptance, type ToAccept } from './acceptance-plan.ts';
import { writeBaseline } from './baseline-store.ts';
import { labelHash } from './label-hash.ts';
import { unjudgedCases } from './require-judged.ts';
import { faultOf } from './who-answered.ts';

export interface AcceptOptions extends ToAccept {
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  /** Called once, before the first trial, with how many are wanted, and what they are likely to cost, or would if they were live. */
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
  readonly onTrial?: () => void;
}

/** What accepting came to. */
export interface AcceptedBaseline {
  readonly baseline: Baseline;
  readonly file: string;
  /** Why counts were started over; undefined when they grew. */
  readonly begunAnew: string | undefined;
  /** Set when the unchanged version no longer passes as its stored runs say: then the new epoch holds new runs only. */
  readonly drift: Drift | undefined;
  /** Cases that no longer judge, because main fails them too often, and cases that judge again. */
  readonly quarantine: { readonly entered: readonly string[]; readonly left: readonly string[] };
  /** List price of the live answers of this run, and where that is not known, the part of it that is. */
  readonly spentDollars?: number;
  readonly spentAtLeastDollars?: number;
}

/**
 * Runs the current version and writes its counts to `reports/baseline.json`. While version, scorers, label and input of a case are unchanged the
 * counts grow, once an exact test finds the new runs like the stored ones; otherwise they begin anew.
 * @throws {DocketError} when a trial ended as an infra error (nothing is written then), or the committed baseline is damaged
 */
export function acceptBaseline(session: Session, options: AcceptOptions): Promise<AcceptedBaseline> {
  return accept(session, options, undefined, new SpendingTally(session.config.prices));
}

/** @param drift why an epoch is started that nobody asked for: its runs are new ones, because those that showed the drift are extreme by chance too */
async function accept(
  session: Session,
  options: AcceptOptions,
  drift: Drift | undefined,
  spending: SpendingTally,
): Promise<AcceptedBaseline> {
  const { config, agent, mode, clock } = session;
  const plan = await planAcceptance(session, options, drift && movedText(drift));
  const { version, scorers, earlier, begunAnew, epoch, cases: plans } = plan;
  const rows: BaselineCase[] = [];
  const quarantine: { entered: string[]; left: string[] } = { entered: [], left: [] };
  const { counted, answerers } = await runPlans(session, plan, options, spending);
  const moved = findDrift(
    plans.flatMap(({ loaded, kept }) => {
      const { passes, runs } = counted.get(loaded) ?? new RunCounts();
      const added = { passes, runs };
      return kept ? [{ id: loaded.case.id, stored: { passes: kept.passes, runs: kept.runs }, added }] : [];
    }),
  );
  if (moved) return accept(session, { ...options, refresh: true }, moved, spending);
  const answeredBy =
    mode === 'live' && !agent.own ? whoAnswered(version, answerers, begunAnew === undefined ? earlier?.answeredBy : undefined) : undefined;
  const blind = plans.filter(({ loaded }) => {
    const { runs, judged } = counted.get(loaded) ?? new RunCounts();
    return runs > 0 && judged === 0;
  });
  if (blind.length > 0) throw unjudgedCases(blind.map(({ loaded }) => loaded.case.id));
  for (const { loaded, kept } of plans) {
    const added = counted.get(loaded) ?? new RunCounts();
    const wrongDecisions = (kept?.wrongDecisions ?? 0) + added.wrongDecisions;
    const harm = (kept?.harm ?? 0) + added.harm;
    const falseApprovals = falseApprovalsOf(kept) + added.falseApprovals;
    const row = {
      id: loaded.case.id,
      caseFingerprint: loaded.fingerprint,
      labelHash: labelHash(loaded.case),
      passes: (kept?.passes ?? 0) + added.passes,
      runs: (kept?.runs ?? 0) + added.runs,
      harm,
      ...(wrongDecisions === 0 ? {} : { wrongDecisions }),
      ...(falseApprovals === harm - wrongDecisions ? {} : { falseApprovals }),
    };
    // A new version begins with new counts, and a case that main fails is the same case.
    const last = earlier?.cases.find(({ id }) => id === row.id);
    const before = last?.quarantined === true && isSameCase(last, loaded);
    const quarantined = isQuarantined(row, { before, critical: loaded.case.critical ?? false });
    if (quarantined !== before) quarantine[quarantined ? 'entered' : 'left'].push(row.id);
    if (row.runs > 0) rows.push(quarantined ? { ...row, quarantined } : row);
  }
  const baseline: Baseline = {
    format: 1,
    agent: agent.name,
    mode,
    version: version.identity,
    ...(answeredBy ? { answeredBy } : {}),
    epoch,
    recordedAt: clock.date().toISOString(),
    scorerHash: scorers,
    cases: rows,
    tombstones: (earlier?.tombstones ?? []).filter(({ id }) => !rows.some((row) => row.id === id)),
  };
  const { dollars, knownDollars } = spending;
  const isPaid = mode === 'live' && !agent.own;
  return {
    ...{ baseline, file: writeBaseline(config.root, baseline), begunAnew, drift, quarantine },
    ...(isPaid && dollars !== undefined ? { spentDollars: dollars } : {}),
    ...(isPaid && knownDollars !== undefined ? { spentAtLeastDollars: knownDollars } : {}),
  };
}

/** Where nothing else is said, all harm is a false approval or a wrong decision. */
function falseApprovalsOf(row: BaselineCase | undefined): number {
  return row ? (row.falseApprovals ?? row.harm - (row.wrongDecisions ?? 0)) : 0;
}

function movedText({ caseId, pValue }: Drift): string {
  return `main itself has moved: ${caseId === undefined ? 'the suite does' : `the case ${caseId} does`} not pass as its stored runs say (p = ${statistic(pValue)})`;
}

interface Answerers {
  readonly models: Set<string>;
  /** The first that was no live model. */
  standIn: ModelMode | undefined;
}

async function runPlans(session: Session, plan: AcceptancePlan, options: AcceptOptions, spending: SpendingTally) {
  const { version: prepared, cases: plans } = plan;
  const wanted = () => acceptedTrials(plan);
  const { all, missing } = await countWanted(wanted(), session.store);
  options.onPlan?.(
    all,
    session.agent.own
      ? undefined
      : await estimateCost({ store: session.store, prices: session.config.prices }, [{ version: prepared, trials: missing }], {
          orRoughly: true,
          ...(session.model.batch ? { batch: session.model.batch } : {}),
        }),
  );
  const counted = new Map(plans.map(({ loaded }) => [loaded, new RunCounts()]));
  const answerers: Answerers = { models: new Set(), standIn: undefined };
  const { failure } = await judgeTrials(wanted(), {
    session,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    spending,
    onEnd({ place, trial, scored, twins }) {
      const { loaded } = place;
      for (let each = 0; each < trialsIn({ place, twins }); each += 1) options.onTrial?.();
      if (!scored) return;
      for (const model of modelsOf(trial.transcript)) answerers.models.add(model);
      if (trial.mode !== 'live') answerers.standIn ??= trial.mode;
      counted.get(loaded)?.add(lightTrial(trial, scored, 'stored'));
    },
  });
  if (failure !== undefined) {
    throw new DocketError(
      `The baseline was not written because a run failed: ${failure} Run the same command again; what is stored is kept.`,
      {
        exitCode: exitCodes.incomplete,
      },
    );
  }
  return { counted, answerers };
}

/**
 * The models that answered a live baseline.
 * @throws {DocketError} when a stand-in did, another model than the one that was asked, or several: such counts are of no version
 */
function whoAnswered({ version }: PreparedVersion, { models, standIn }: Answerers, earlier: readonly string[] = []): string[] {
  const answered = new Set([...earlier, ...models]);
  const fault = standIn
    ? `A server that says it is a ${standIn} model answered.`
    : faultOf({ name: 'the runs of the baseline', model: version.model, answered });
  if (fault === undefined) return [...answered];
  throw new DocketError(
    `The baseline was not written: ${fault} Start a new epoch once only the requested model answers: docket baseline refresh.`,
    { exitCode: exitCodes.incomplete },
  );
}
