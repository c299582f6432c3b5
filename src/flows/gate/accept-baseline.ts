import { modelsOf } from '../../contracts/answered-by.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { ReportedTrial } from '../../contracts/reported-case.ts';
import type { Baseline, BaselineCase } from '../../gate/baseline-file.ts';
import { type Drift, findDrift } from '../../gate/drift.ts';
import { isQuarantined } from '../../gate/quarantine.ts';
import { statistic } from '../../text/figures.ts';
import { withGatedFamilies } from '../cases/gated-families.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { countWanted, trialsIn } from '../judging/family-places.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { isFalseApproval, isHarmful, isWrongDecision, reportedTrial } from '../reported-trial.ts';
import { judgingHash } from '../scorer-hash.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { baselineSeries } from './2-load-baseline.ts';
import { readableBaseline, readBaseline, writeBaseline } from './baseline-store.ts';
import { labelHash } from './label-hash.ts';
import { isUnjudged, unjudgedCases } from './require-judged.ts';
import { faultOf } from './who-answered.ts';

export interface AcceptOptions {
  /** Runs a case that are added. */
  readonly trials: number;
  /** Most runs a case that are kept; nothing is added beyond. */
  readonly most: number;
  /** Starts a new epoch: nothing of the old counts is kept. */
  readonly refresh: boolean;
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
}

/**
 * Runs the current version and writes its counts to `reports/baseline.json`. While version, scorers, label and input of a case are unchanged the
 * counts grow, once an exact test finds the new runs like the stored ones; otherwise they begin anew.
 * @throws {DocketError} when a trial ended as an infra error (nothing is written then), or the committed baseline is damaged
 */
export function acceptBaseline(session: Session, options: AcceptOptions): Promise<AcceptedBaseline> {
  return accept(session, options, undefined);
}

/** @param drift why an epoch is started that nobody asked for: its runs are new ones, because those that showed the drift are extreme by chance too */
async function accept(session: Session, options: AcceptOptions, drift: Drift | undefined): Promise<AcceptedBaseline> {
  const { config, agent, mode, clock } = session;
  const cases = withGatedFamilies(config, loadCases(config.cases, agent));
  const version = await session.prepare(config.current);
  const { served } = version.version;
  if (served?.version === null)
    throw new DocketError(
      `Nobody knows which version of the agent answers: ${served.address} ${served.why}. So its runs could be compared with nothing. Name where the server says its version ("versionFrom"), or have the agent start its own server ("serve").`,
    );
  const scorers = await judgingHash(config);
  // A damaged file is what a refresh is for.
  const earlier = options.refresh ? readableBaseline(config.root) : readBaseline(config.root);
  const begunAnew = drift
    ? movedText(drift)
    : options.refresh
      ? 'a new epoch was requested'
      : differenceOf(earlier, version, session, scorers);
  const epoch =
    begunAnew === undefined && earlier ? earlier.epoch : await newEpoch(session, version, cases, earlier?.epoch ?? 0, options.refresh);
  const rows: BaselineCase[] = [];
  const quarantine: { entered: string[]; left: string[] } = { entered: [], left: [] };
  const known = new Map(begunAnew === undefined ? earlier?.cases.map((row) => [row.id, row]) : []);
  const plans = cases.map((loaded) => planOf(loaded, known.get(loaded.case.id), options));
  const { counted, answerers } = await runPlans(session, version, epoch, plans, options);
  const moved = findDrift(
    plans.flatMap(({ loaded, kept }) => {
      const { passes, runs } = counted.get(loaded) ?? new Counted();
      const added = { passes, runs };
      return kept ? [{ id: loaded.case.id, stored: { passes: kept.passes, runs: kept.runs }, added }] : [];
    }),
  );
  if (moved) return accept(session, { ...options, refresh: true }, moved);
  const answeredBy =
    mode === 'live' && !agent.own ? whoAnswered(version, answerers, begunAnew === undefined ? earlier?.answeredBy : undefined) : undefined;
  const blind = plans.filter(({ loaded }) => counted.get(loaded)?.isUnjudged);
  if (blind.length > 0) throw unjudgedCases(blind.map(({ loaded }) => loaded.case.id));
  for (const { loaded, kept } of plans) {
    const added = counted.get(loaded) ?? new Counted();
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
  return { baseline, file: writeBaseline(config.root, baseline), begunAnew, drift, quarantine };
}

/** Where nothing else is said, all harm is a false approval or a wrong decision. */
function falseApprovalsOf(row: BaselineCase | undefined): number {
  return row ? (row.falseApprovals ?? row.harm - (row.wrongDecisions ?? 0)) : 0;
}

function movedText({ caseId, pValue }: Drift): string {
  return `main itself has moved: ${caseId === undefined ? 'the suite does' : `the case ${caseId} does`} not pass as its stored runs say (p = ${statistic(pValue)})`;
}

/** The epoch after the last; one that no trial of this version is stored under when a refresh wants new runs, though the file was lost. */
async function newEpoch(
  { store }: Session,
  { identity }: PreparedVersion,
  cases: readonly LoadedCase[],
  last: number,
  unused: boolean,
): Promise<number> {
  const first = (epoch: number, { fingerprint, case: { id } }: LoadedCase) =>
    store.find({
      versionFingerprint: identity.fingerprint,
      caseFingerprint: fingerprint,
      series: baselineSeries(epoch, id),
      number: 1,
    });
  const isUsed = async (epoch: number) => (await Promise.all(cases.map((loaded) => first(epoch, loaded)))).some((trial) => trial);
  let epoch = last + 1;
  while (unused && (await isUsed(epoch))) epoch += 1;
  return epoch;
}

function differenceOf(
  earlier: Baseline | undefined,
  { identity }: PreparedVersion,
  { agent, mode }: Session,
  scorers: string,
): string | undefined {
  if (!earlier) return 'there was no baseline';
  if (earlier.agent !== agent.name) return `the agent changed from ${earlier.agent} to ${agent.name}`;
  if (earlier.mode !== mode) return `the mode changed from ${earlier.mode} to ${mode}`;
  if (earlier.version.fingerprint !== identity.fingerprint) return 'the version changed';
  if (earlier.scorerHash !== scorers) return 'the scorers changed';
  return undefined;
}

interface CasePlan {
  readonly loaded: LoadedCase;
  /** Counts that stay. */
  readonly kept: BaselineCase | undefined;
  /** The numbers of the trials that are added. */
  readonly numbers: { readonly first: number; readonly last: number };
}

function isSameCase({ caseFingerprint, labelHash: label }: BaselineCase, { fingerprint, case: found }: LoadedCase): boolean {
  return caseFingerprint === fingerprint && label === labelHash(found);
}

function planOf(loaded: LoadedCase, row: BaselineCase | undefined, { trials, most }: AcceptOptions): CasePlan {
  const kept = row && isSameCase(row, loaded) ? row : undefined;
  const first = (kept?.runs ?? 0) + 1;
  const count = Math.max(0, Math.min(trials, most - (first - 1)));
  return { loaded, kept, numbers: { first, last: first + count - 1 } };
}

/** What counts of the trials of a case. */
class Counted {
  passes = 0;
  runs = 0;
  harm = 0;
  wrongDecisions = 0;
  falseApprovals = 0;
  #judged = 0;

  add(trial: Pick<ReportedTrial, 'pass' | 'findings'>): void {
    this.runs += 1;
    if (trial.pass) this.passes += 1;
    if (isHarmful(trial)) this.harm += 1;
    if (isWrongDecision(trial)) this.wrongDecisions += 1;
    if (isFalseApproval(trial)) this.falseApprovals += 1;
    if (!isUnjudged([trial])) this.#judged += 1;
  }

  /** No hard scorer had anything to say of any of them, or could have failed one. */
  get isUnjudged(): boolean {
    return this.runs > 0 && this.#judged === 0;
  }
}

interface Answerers {
  readonly models: Set<string>;
  /** The first that was no live model. */
  standIn: ModelMode | undefined;
}

async function runPlans(session: Session, prepared: PreparedVersion, epoch: number, plans: readonly CasePlan[], options: AcceptOptions) {
  function* wanted() {
    for (const { loaded, numbers } of plans) {
      const place = { loaded };
      const series = baselineSeries(epoch, loaded.case.id);
      for (let number = numbers.first; number <= numbers.last; number += 1)
        yield { request: trialRequest(prepared, loaded, series, number), place };
    }
  }
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
  const counted = new Map(plans.map(({ loaded }) => [loaded, new Counted()]));
  const answerers: Answerers = { models: new Set(), standIn: undefined };
  const { failure } = await judgeTrials(wanted(), {
    session,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    onEnd({ place, trial, scored, twins }) {
      const { loaded } = place;
      for (let each = 0; each < trialsIn({ place, twins }); each += 1) options.onTrial?.();
      if (!scored) return;
      for (const model of modelsOf(trial.transcript)) answerers.models.add(model);
      if (trial.mode !== 'live') answerers.standIn ??= trial.mode;
      counted.get(loaded)?.add(reportedTrial(trial, scored, 'stored'));
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
