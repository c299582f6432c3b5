import { DocketError } from '../../contracts/docket-error.ts';
import { isSettled, type Trial } from '../../contracts/trial.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { runRequests } from '../judging/run-requests.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import type { Scoring } from '../judging/scoring.ts';
import { SpendingTally } from '../judging/spending.ts';
import { reckonedDollars, trialDollars } from '../judging/trial-dollars.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { reportedTrial } from '../reported-trial.ts';
import { identified } from '../session.ts';
import { type CaseInput, mayJudge, type Suite } from './1-load-suite.ts';
import { baselineSeries } from './2-load-baseline.ts';
import { type ArmEnd, type GateArm, type RoundsPlan, runRounds, trialsOf } from './3-run-rounds.ts';
import type { GateArms } from './arms.ts';
import { startWorker } from './candidate.ts';
import { owedFields } from './decision-change.ts';
import type { GateContext } from './gate-context.ts';
import { KeptRuns } from './kept-runs.ts';
import { labelHash } from './label-hash.ts';
import { type Arm, CaseLedger, noStoredRuns, type StoredRuns, storedRunsOf } from './ledger.ts';
import { requireJudged } from './require-judged.ts';
import { withUnlisted } from './unlisted-changes.ts';

/** What the rules that a pull request proposes say of both sides. */
export interface ProposalJudgement {
  /** True when the candidate passes under them. */
  readonly passes: boolean;
  /** Why, as a sentence. */
  readonly reason: string;
  /** Cases that the candidate mostly fails under them; where it passes, it got no worse than main's agent in them. */
  readonly failing: number;
  /** Cases that count under them. */
  readonly cases: number;
  /** Ids of main's cases that the proposal judges otherwise than main, or not at all. */
  readonly affected: ReadonlySet<string>;
}

/** The same beside what main's rules say. */
export interface Proposed extends ProposalJudgement {
  /** False where main's rules find a regression in cases that the proposal leaves as they are: no new rule makes up for that. */
  readonly elsewhere: boolean;
}

/**
 * Judges both sides by the docket that the pull request proposes: its cases, labels, scorers and options, in a third process, and in simulated mode
 * by its simulated model. Trials that main's docket had run already are scored again, not run again. Its word alone never turns a red into a green.
 * @param out ids of cases that do not judge while the proposal leaves them as they are
 */
export async function judgeProposal(context: GateContext, arms: GateArms, out: ReadonlySet<string>): Promise<ProposalJudgement> {
  const { config, request, suite, mainConfig } = context;
  const worker = await startWorker({ title: 'the proposed rules', directory: config.root }, { root: config.root }, request);
  try {
    const cases = suite.here.filter(
      (loaded) => mayJudge(loaded) && proposedInput(suite, loaded) && mainConfig.agent.input.safeParse(loaded.case.input).success,
    );
    const affected = affectedBy(context, cases);
    const judging = cases.filter(({ case: { id } }) => affected.has(id) || !out.has(id));
    const ledgers = await Promise.all(
      judging.map(async (loaded) => new CaseLedger(loaded, context.shelves, await storedFor(context, arms, worker, loaded))),
    );
    const counts = { failing: 0, cases: ledgers.length };
    if (ledgers.length === 0) return { passes: false, reason: 'The proposed rules leave no case that counts.', affected, ...counts };
    const gate = createGate(config.gate as GateOptions);
    const end = await runRounds({
      gate,
      ledgers,
      arms: await proposedArms(context, arms, worker),
      // Nothing of main is counted yet under these rules, so it is run as well.
      budget: request.budget?.kind === 'runs' ? request.budget.runs : Math.floor(bothSides * gate.options.budget * judging.length),
      dollars: request.budget?.kind === 'dollars' ? request.budget.dollars : undefined,
      concurrency: request.concurrency ?? mainConfig.concurrency,
      spending: new SpendingTally(mainConfig.prices),
      signal: request.signal,
      ...(request.onStep ? { onStep: request.onStep } : {}),
      runArm: (plan, arm, wanted, byId) => runAndScore(plan, arm, trialsOf(plan, arm, wanted, byId), worker),
    });
    for (const id of await judgedOtherwise(context, arms.baseline.session.scoring, ledgers)) affected.add(id);
    requireJudged(ledgers);
    if (end.kind !== 'verdict') return { passes: false, reason: end.reason, affected, ...counts };
    const failing = ledgers.filter(({ runs: { candidate } }) => candidate.counts().passes * 2 < candidate.length).length;
    return { passes: end.verdict.verdict === 'pass', reason: end.verdict.reason, affected, ...counts, failing };
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    return { passes: false, reason: error.message, affected: new Set(suite.before.keys()), failing: 0, cases: 0 };
  } finally {
    worker.close();
  }
}

/** How many times as many runs as usual the proposal may use: main's have to be made too. */
const bothSides = 3;

/**
 * Main's stored runs of a case, scored by the proposed rules. In live mode only, where runs cost money: otherwise the verdict must not hang on what
 * happens to be stored.
 */
async function storedFor(
  { mode, main, mainConfig, baseline, suite, shelves }: GateContext,
  arms: GateArms,
  worker: WorkerAgent,
  loaded: LoadedCase,
): Promise<StoredRuns> {
  const earlier = suite.before.get(loaded.case.id);
  if (mode !== 'live' || earlier?.fingerprint !== loaded.fingerprint) return noStoredRuns;
  const { fingerprint: versionFingerprint } = main.identity;
  const series = baselineSeries(baseline.epoch, loaded.case.id);
  const trials = await arms.baseline.session.store.list({ versionFingerprint, caseFingerprint: loaded.fingerprint, series });
  const scored = await worker.score(
    main.version,
    owedFields(main),
    trials.map((trial) => ({ case: loaded.case, input: loaded.input, trial })),
  );
  const judged = new KeptRuns(shelves);
  for (const [index, trial] of trials.entries()) {
    const scores = scored[index];
    if (scores)
      judged.add({ trial, reported: reportedTrial(trial, { ...scores, dollars: trialDollars(mainConfig.prices, trial) }, 'stored') });
  }
  return storedRunsOf(judged);
}

/** The input of a case as the pull request has it, as the candidate parses it; undefined where the candidate does not take it. */
function proposedInput({ before, candidateInputs }: Suite, loaded: LoadedCase): CaseInput | undefined {
  const { id } = loaded.case;
  // A case of this checkout comes parsed by the candidate. Where its cases do not load, main's stand for them.
  return before.get(id) === loaded ? candidateInputs.get(id) : loaded;
}

/** Both sides with the proposed cases and simulated model. Where that is another model, their trials are others, too. */
async function proposedArms(context: GateContext, arms: GateArms, worker: WorkerAgent): Promise<Record<Arm, GateArm>> {
  const { mode, config, unlisted, suite } = context;
  const { baseline } = arms;
  const candidate: GateArm = { ...arms.candidate, inputOf: (loaded) => proposedInput(suite, loaded) ?? arms.candidate.inputOf(loaded) };
  if (mode !== 'simulated') return { candidate, baseline };
  const { slipRate } = config.simulation;
  const model = worker.simulatedModel(slipRate);
  const proposed = async (arm: GateArm): Promise<GateArm> => {
    const agent = { ...arm.config.agent, simulator: config.agent.simulator };
    const prepared = { ...arm.prepared, ...(await identified(agent, arm.prepared.version, { mode, settings: { slipRate } })) };
    return { ...arm, session: { ...arm.session, model }, prepared };
  };
  const [here, there] = [await proposed(candidate), await proposed(baseline)];
  const judged = { ...here, prepared: withUnlisted(here.prepared, unlisted) };
  const same = judged.prepared.identity.fingerprint === candidate.prepared.identity.fingerprint;
  return same ? { candidate, baseline } : { candidate: judged, baseline: there };
}

/** Cases of main that the proposal has otherwise, or no more. */
function affectedBy({ suite }: GateContext, cases: readonly LoadedCase[]): Set<string> {
  const proposed = new Map(cases.map((loaded) => [loaded.case.id, loaded]));
  return new Set(
    [...suite.before.values()].flatMap((loaded) => {
      const later = proposed.get(loaded.case.id);
      const same = later && later.fingerprint === loaded.fingerprint && labelHash(later.case) === labelHash(loaded.case);
      return same && (later.case.critical ?? false) === (loaded.case.critical ?? false) ? [] : [loaded.case.id];
    }),
  );
}

/** Cases in which main's scorers say otherwise than the proposed ones of the same runs. */
async function judgedOtherwise(
  { suite, candidate, main, request: { signal } }: GateContext,
  scoring: Scoring,
  ledgers: readonly CaseLedger[],
): Promise<string[]> {
  const owed = owedFields(main);
  const otherwise: string[] = [];
  for (const { loaded, runs } of ledgers) {
    const earlier = suite.before.get(loaded.case.id);
    if (!earlier) continue;
    const differs =
      ({ version }: typeof main) =>
      async ({ trial, reported }: TrialWithReport) =>
        (await scoreTrial(scoring, version, earlier, trial, { owed, signal })).pass !== reported.pass;
    const each = await Promise.all([...[...runs.candidate].map(differs(candidate)), ...[...runs.baseline].map(differs(main))]);
    if (each.includes(true)) otherwise.push(loaded.case.id);
  }
  return otherwise;
}

async function runAndScore(plan: RoundsPlan, armName: Arm, wanted: ReturnType<typeof trialsOf>, worker: WorkerAgent): Promise<ArmEnd> {
  const arm = plan.arms[armName];
  const places = new Map(wanted.map(({ request, place }) => [nameOf(request), place]));
  const ended: { readonly trial: Trial; readonly place: (typeof wanted)[number]['place'] }[] = [];
  let failure: string | undefined;
  const summary = await runRequests(
    wanted.map(({ request }) => request),
    {
      session: arm.session,
      concurrency: plan.concurrency,
      signal: plan.signal,
      onRun(run) {
        plan.spending.add(run, arm.session.mode);
        const place = places.get(nameOf(run.request));
        if (!place) throw new TypeError('a trial ended that nobody asked for');
        if (isSettled(run.trial)) ended.push({ trial: run.trial, place });
        else {
          failure ??= `${run.request.caseId}, trial ${run.request.number}: ${run.trial.outcome.message}`;
          place.ledger.addFailure(armName, run.trial);
        }
      },
    },
  );
  const scored = await worker.score(
    arm.prepared.version,
    owedFields(plan.arms.baseline.prepared),
    ended.map(({ trial, place: { loaded } }) => ({ case: loaded.case, input: loaded.input, trial })),
  );
  let dollars = 0;
  for (const [index, { trial, place }] of ended.entries()) {
    const cost = trialDollars(arm.session.config.prices, trial);
    dollars += reckonedDollars(arm.session.config.prices, trial, arm.prepared.version.model);
    const scores = scored[index];
    if (scores) place.ledger.runs[armName].add({ trial, reported: reportedTrial(trial, { ...scores, dollars: cost }, place.purpose) });
  }
  return { spent: wanted.length, dollars, failure: summary.stopped?.reason ?? failure };
}

function nameOf({ series, caseFingerprint, number }: TrialRequest): string {
  return `${caseFingerprint} ${number} ${series}`;
}
