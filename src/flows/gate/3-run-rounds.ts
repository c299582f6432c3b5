import type { Agent } from '../../agent/define-agent.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Trial } from '../../contracts/trial.ts';
import type { Gate } from '../../gate/create-gate.ts';
import type { Verdict, WantedRuns } from '../../gate/verdict.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { runTrials } from '../../trials/run-trials.ts';
import type { LoadedCase } from '../evaluate/1-load-cases.ts';
import { runnerOf } from '../evaluate/2-run-trials.ts';
import { scoreTrial } from '../evaluate/3-score-trials.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { Arm, CaseLedger } from './ledger.ts';

/** One side of the comparison: an agent with its version, and the series its trials are stored under. */
export interface GateArm {
  readonly session: Session;
  readonly prepared: PreparedVersion;
  readonly series: string;
  /** The case's input as this side's agent parses it, with its fingerprint. */
  inputOf(loaded: LoadedCase): { readonly input: JsonObject; readonly fingerprint: string };
}

export interface RoundsPlan {
  readonly gate: Gate;
  readonly ledgers: readonly CaseLedger[];
  readonly arms: Readonly<Record<Arm, GateArm>>;
  /** Both sides are judged by the candidate's scorers and labels. */
  readonly judge: Agent;
  /** Most model runs; the gate's own default when absent. */
  readonly budget: number | undefined;
  /** Most dollars, by list price. A round that is likely to cost more than what is left is not started. */
  readonly dollars: number | undefined;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onStep?: (progress: RoundsProgress) => void;
}

/** What was done so far. */
export interface RoundsProgress {
  readonly spent: number;
  readonly wanted: readonly WantedRuns[];
}

export type RoundsEnd = (
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'incomplete'; readonly reason: string }
  | { readonly kind: 'out-of-dollars'; readonly reason: string }
) & {
  readonly spent: RoundsSpending;
};

/** What the rounds used. */
export interface RoundsSpending {
  /** Trials, both arms. */
  readonly trials: number;
  /** Those that were taken from the store. */
  readonly reused: number;
  /** By list price. */
  readonly dollars: number;
}

/**
 * Makes the runs that the gate wants, round by round, stored trials first, until it has a verdict. Infra errors end it as incomplete: what did
 * not run proves nothing.
 */
export async function runRounds(plan: RoundsPlan): Promise<RoundsEnd> {
  const byId = new Map(plan.ledgers.map((ledger) => [ledger.loaded.case.id, ledger]));
  const spent = { trials: 0, reused: 0, dollars: 0 };
  for (;;) {
    const step = plan.gate.next({
      ...(plan.budget === undefined ? {} : { budget: plan.budget }),
      cases: plan.ledgers.map((ledger) => ledger.state()),
    });
    if (step.kind === 'verdict') return { kind: 'verdict', verdict: step, spent };
    const cost = plan.dollars === undefined || spent.trials === 0 ? 0 : (spent.dollars / spent.trials) * totalRuns(step.wanted);
    if (plan.dollars !== undefined && spent.dollars + cost > plan.dollars) {
      const reason = `$${spent.dollars.toFixed(2)} of $${plan.dollars.toFixed(2)} are spent, and the next round would cost about $${cost.toFixed(2)}.`;
      return { kind: 'out-of-dollars', reason, spent };
    }
    plan.onStep?.({ spent: spent.trials, wanted: step.wanted });
    const ended = await Promise.all(
      (['candidate', 'baseline'] as const).map((arm) =>
        runArm(
          plan,
          arm,
          step.wanted.filter((wanted) => wanted.arm === arm),
          byId,
        ),
      ),
    );
    for (const end of ended) {
      spent.trials += end.spent;
      spent.reused += end.reused;
      spent.dollars += end.dollars;
    }
    const failure = ended.find((end) => end.failure !== undefined)?.failure;
    if (failure !== undefined) return { kind: 'incomplete', reason: failure, spent };
  }
}

function totalRuns(wanted: readonly WantedRuns[]): number {
  return wanted.reduce((total, { runs }) => total + runs, 0);
}

interface ArmEnd {
  readonly spent: number;
  readonly dollars: number;
  readonly reused: number;
  readonly failure: string | undefined;
}

async function runArm(
  plan: RoundsPlan,
  armName: Arm,
  wanted: readonly WantedRuns[],
  ledgers: ReadonlyMap<string, CaseLedger>,
): Promise<ArmEnd> {
  const arm = plan.arms[armName];
  const { version, identity } = arm.prepared;
  const places = new Map<TrialRequest, { readonly ledger: CaseLedger; readonly purpose: WantedRuns['purpose'] }>();
  for (const { caseId, purpose, runs } of wanted) {
    const ledger = ledgers.get(caseId);
    if (!ledger) continue;
    const { input, fingerprint } = arm.inputOf(ledger.loaded);
    for (const number of ledger.takeNumbers(armName, runs)) {
      const request: TrialRequest = {
        agent: arm.session.agent,
        version,
        versionFingerprint: identity.fingerprint,
        caseId,
        input,
        caseFingerprint: fingerprint,
        // Cases with equal inputs must not share trials: the gate takes their runs as independent.
        series: `${arm.series}:${caseId}`,
        number,
      };
      places.set(request, { ledger, purpose });
    }
  }
  const failures: string[] = [];
  let dollars = 0;
  const summary = await runTrials(places.keys(), {
    ...runnerOf(arm.session, plan.signal),
    concurrency: plan.concurrency,
    onRun({ request, trial }) {
      const place = places.get(request);
      if (!place) return;
      if (trial.outcome.kind === 'infra-error') {
        place.ledger.addFailure(armName, { ...trial, outcome: trial.outcome });
        failures.push(`${request.caseId}, trial ${request.number}: ${trial.outcome.message}`);
        return;
      }
      const settled: Trial = { ...trial, outcome: trial.outcome };
      const scored = scoreTrial(plan.judge, version, place.ledger.loaded, settled);
      dollars += scored.dollars ?? 0;
      place.ledger.runs[armName].push({ trial: settled, reported: reportedTrial(settled, scored, place.purpose) });
    },
  });
  const [first] = failures;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  const failure = summary.stopped?.reason ?? (first === undefined ? undefined : `${first}${more}`);
  return { spent: places.size, dollars, reused: summary.reused, failure };
}
