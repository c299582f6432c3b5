import type { JsonObject } from '../../contracts/json.ts';
import type { Gate } from '../../gate/create-gate.ts';
import type { Verdict, WantedRuns } from '../../gate/verdict.ts';
import { money } from '../../text/figures.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { DescribedConfig } from '../described-config.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import type { SpendingTally } from '../judging/spending.ts';
import { reckonedDollars, total, trialDollars } from '../judging/trial-dollars.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { RoundShare } from '../shards/round-share.ts';
import { owedFields } from './decision-change.ts';
import type { Arm, CaseLedger } from './ledger.ts';

/** One side of the comparison: an agent with its version, and the series its trials are stored under. */
export interface GateArm {
  /** With whose model and key it is run; it is main's docket that judges, on both sides. */
  readonly session: Session;
  readonly config: DescribedConfig;
  readonly prepared: PreparedVersion;
  readonly series: string;
  /** The case's input as this side's agent parses it, with its fingerprint. */
  inputOf(loaded: LoadedCase): { readonly input: JsonObject; readonly fingerprint: string };
  /** In whose turn trials are run, where several machines go through the same rounds. */
  readonly share?: RoundShare;
}

export interface RoundsPlan {
  readonly gate: Gate;
  readonly ledgers: readonly CaseLedger[];
  readonly arms: Readonly<Record<Arm, GateArm>>;
  /** Looks at the runs made so far and says why there can be no verdict from them; undefined when there can. */
  readonly refuse?: () => string | undefined;
  /** Most model runs; the gate's own default when absent. */
  readonly budget: number | undefined;
  /** Most dollars, by list price. A round that is likely to cost more than what is left is not started. */
  readonly dollars: number | undefined;
  readonly concurrency: number;
  readonly spending: SpendingTally;
  readonly signal: AbortSignal;
  readonly onStep?: (progress: RoundsProgress) => void;
  /** Makes and judges the runs of one side; by main's docket, in this process, when not given. */
  readonly runArm?: typeof runArm;
}

/** What was done so far. */
export interface RoundsProgress {
  readonly spent: number;
  readonly wanted: readonly WantedRuns[];
}

export type RoundsEnd = (
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'incomplete'; readonly reason: string; readonly because?: 'answerer' }
  | { readonly kind: 'out-of-dollars'; readonly reason: string }
) & {
  readonly spent: RoundsSpending;
};

/** What the verdict rests on, run now or taken from the store: what a budget counts, so that a re-run ends where the first run did. */
export interface RoundsSpending {
  /** Trials, both arms. */
  readonly trials: number;
  /** By list price. */
  readonly dollars: number;
}

/**
 * Makes the runs that the gate wants, round by round, stored trials first, until it has a verdict. Infra errors end it as incomplete: what did
 * not run proves nothing.
 */
export async function runRounds(plan: RoundsPlan): Promise<RoundsEnd> {
  const byId = new Map(plan.ledgers.map((ledger) => [ledger.loaded.case.id, ledger]));
  const spent = { trials: 0, dollars: 0 };
  for (;;) {
    const step = plan.gate.next({
      ...(plan.budget === undefined ? {} : { budget: plan.budget }),
      cases: plan.ledgers.map((ledger) => ledger.state()),
    });
    if (step.kind === 'verdict') return { kind: 'verdict', verdict: step, spent };
    const cost = plan.dollars === undefined ? 0 : meanDollars(plan.ledgers) * totalRuns(step.wanted);
    if (plan.dollars !== undefined && spent.dollars + cost > plan.dollars) {
      const reason = `The budget is spent (${money(spent.dollars)} of ${money(plan.dollars)}) and the next round would cost about ${money(cost)}.`;
      return { kind: 'out-of-dollars', reason, spent };
    }
    plan.onStep?.({ spent: spent.trials, wanted: step.wanted });
    const ended = await Promise.all(
      (['candidate', 'baseline'] as const).map((arm) =>
        (plan.runArm ?? runArm)(
          plan,
          arm,
          step.wanted.filter((wanted) => wanted.arm === arm),
          byId,
        ),
      ),
    );
    for (const end of ended) {
      spent.trials += end.spent;
      spent.dollars += end.dollars;
    }
    const failure = ended.find((end) => end.failure !== undefined)?.failure;
    if (failure !== undefined) return { kind: 'incomplete', reason: failure, spent };
    const refused = plan.refuse?.();
    if (refused !== undefined) return { kind: 'incomplete', reason: refused, because: 'answerer', spent };
  }
}

function totalRuns(wanted: readonly WantedRuns[]): number {
  return wanted.reduce((total, { runs }) => total + runs, 0);
}

/** What a trial of these cases cost so far, main's stored ones included; 0 when none is known. */
function meanDollars(ledgers: readonly CaseLedger[]): number {
  const known = { dollars: 0, trials: 0 };
  for (const { stored, runs } of ledgers)
    for (const { dollars, priced } of [stored.judged, runs.candidate, runs.baseline]) {
      known.dollars += dollars;
      known.trials += priced;
    }
  return known.trials === 0 ? 0 : known.dollars / known.trials;
}

export interface ArmEnd {
  readonly spent: number;
  readonly dollars: number;
  readonly failure: string | undefined;
}

/** Makes some runs of one side, stored ones first, and puts them into the ledgers. */
export async function runArm(
  plan: RoundsPlan,
  armName: Arm,
  wanted: readonly WantedRuns[],
  ledgers: ReadonlyMap<string, CaseLedger>,
): Promise<ArmEnd> {
  const arm = plan.arms[armName];
  const wantedTrials = trialsOf(plan, armName, wanted, ledgers);
  let dollars = 0;
  const { failure } = await judgeTrials(wantedTrials, {
    session: arm.session,
    owed: owedFields(plan.arms.baseline.prepared),
    concurrency: plan.concurrency,
    signal: plan.signal,
    spending: plan.spending,
    inputOf: (twin) => arm.inputOf(twin),
    onEnd({ place: { ledger, purpose }, trial, scored, twins }) {
      if (!scored) return ledger.addFailure(armName, trial);
      const { prices } = arm.session.config;
      // A family's trial is one run, and costs what all of it cost.
      const family = [trial, ...twins.map((each) => each.trial)];
      dollars += family.reduce((sum, each) => sum + reckonedDollars(prices, each, arm.prepared.version.model), 0);
      const cost = total([scored.dollars, ...twins.map((each) => trialDollars(prices, each.trial))]);
      ledger.runs[armName].add({ trial, reported: reportedTrial(trial, { ...scored, dollars: cost }, purpose) });
    },
  });
  return { spent: wantedTrials.length, dollars, failure };
}

/** The trials of one side that are wanted, each with the ledger that it goes into. */
export function trialsOf(
  { arms }: Pick<RoundsPlan, 'arms'>,
  armName: Arm,
  wanted: readonly WantedRuns[],
  ledgers: ReadonlyMap<string, CaseLedger>,
) {
  const arm = arms[armName];
  const trials = wanted.flatMap(({ caseId, purpose, runs }) => {
    const ledger = ledgers.get(caseId);
    if (!ledger) return [];
    const { loaded } = ledger;
    const tried = { case: loaded.case, ...arm.inputOf(loaded) };
    // Cases with equal inputs must not share trials: the gate takes their runs as independent.
    const series = `${arm.series}:${caseId}`;
    const place = { loaded, ledger, purpose };
    return ledger.takeNumbers(armName, runs).map((number) => ({ request: trialRequest(arm.prepared, tried, series, number), place }));
  });
  return arm.share ? arm.share.inTurn(trials) : trials;
}
