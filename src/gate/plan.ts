import { atOnce } from '../contracts/turns.ts';
import { type DetectableDrop, type DetectionSettings, seekingDrop } from '../stats/detectable-drop.ts';
import type { Random } from '../stats/random.ts';
import { count, counted, percent } from '../text/figures.ts';
import { advising } from './advice.ts';
import type { Gate } from './create-gate.ts';
import { type DetectableHarm, seekingCaseDrop, seekingHarm } from './minimum-detectable.ts';
import { type PlayedCase, type PlayedVerdict, playChange } from './play.ts';
import { oftenInconclusive, type RunsNeeded, runsNeeded } from './runs-needed.ts';
import { checkStored, drawUnchanged, type PlayedShare, playMany, type StoredCase, unchanged } from './self-check.ts';
import type { InconclusiveVerdict } from './verdict.ts';

/** What a gate will cost on a suite and what it can see, before a run is paid for. */
export interface GatePlan {
  /** How unchanged agents end: the cost, the chance to end inconclusive, the chance to be blocked. */
  readonly unchanged: PlayedShare;
  /** The drop of one case (0..1) that is seen with `detectionPower`; undefined when even a case that always fails is not. */
  readonly oneCase: { readonly caseId: string; readonly drop: number } | undefined;
  /** The share of false approvals of a critical case that is seen with `detectionPower`; undefined without such a case, or when not even all of them are. */
  readonly harm: DetectableHarm | undefined;
  /** The drop spread over the suite that is seen with `detectionPower` at `depth`, if main's stored runs stay as they are; undefined when none is. */
  readonly suite: DetectableDrop | undefined;
  /** What main's counts are short of. */
  readonly storedRuns: RunsNeeded;
  /** What a person should know before relying on this gate. */
  readonly warnings: readonly PlanWarning[];
}

/** One thing to know, with a code that stays the same when the wording changes. */
export interface PlanWarning {
  readonly code:
    | 'could-never-pass'
    | 'could-never-block'
    | 'often-inconclusive'
    | 'few-baseline-runs'
    | 'new-cases'
    | 'harmful-main'
    | 'quarantine'
    | 'too-flaky';
  readonly message: string;
}

/** How the plan is simulated. */
export interface PlanSettings {
  readonly random: Random;
  /** Changes that are played; 200 by default. */
  readonly repetitions?: number;
  /** Model runs a verdict may use; the options' own by default. */
  readonly budget?: number;
  /** False where `budget` is what the gate would take by itself: then more stored runs allow it more. True by default. */
  readonly isBudgetGiven?: boolean;
}

/** The guarantee averages over baselines of about this many runs a case. */
const enoughBaselineRuns = 10;

/**
 * Plays the gate on the stored counts without a model call.
 * @param cases stored runs of main, one or more; a case without runs is new, both arms will be run on it
 * @throws {DocketError} when the counts cannot be judged
 */
export function planGate(
  gate: Gate,
  cases: readonly StoredCase[],
  { random, repetitions = 200, budget, isBudgetGiven = true }: PlanSettings,
): GatePlan {
  checkStored(cases);
  const played = playMany(gate, cases, unchanged, { random, repetitions, budget });
  const settings = { random, repetitions: Math.max(20, Math.floor(repetitions / 4)) };
  const oneCase = atOnce(seekingCaseDrop(gate, cases, settings, budget));
  return {
    unchanged: played,
    oneCase,
    harm: atOnce(seekingHarm(gate, cases, settings, budget)),
    suite: suiteDrop(gate, cases, settings),
    storedRuns: runsNeeded(gate, cases, { random, repetitions }, isBudgetGiven ? budget : undefined),
    warnings: [...extremes(gate, cases, random, budget), ...weaknesses(cases, played, () => commonAdvice(gate, cases, random, budget))],
  };
}

function suiteDrop(
  { options: { depth, spendByRound, alphaSuite } }: Gate,
  cases: readonly StoredCase[],
  settings: DetectionSettings,
): DetectableDrop | undefined {
  const share = spendByRound.get(depth);
  if (share === undefined) return undefined;
  return atOnce(
    seekingDrop(
      cases.map(({ baseline }) => ({ baseline, candidateRuns: depth })),
      share * alphaSuite,
      settings,
    ),
  );
}

/** The best and the worst candidate there can be: when even they do not pass or block, nobody does. */
function extremes(gate: Gate, cases: readonly StoredCase[], random: Random, budget: number | undefined): PlanWarning[] {
  const play = (candidateRate: number) =>
    playChange(
      gate,
      cases.map((each): PlayedCase => ({ ...each, mainRate: each.baseline.passes === 0 && each.baseline.runs > 0 ? 0 : 1, candidateRate })),
      random,
      budget,
    );
  const best = play(1);
  const worst = play(0);
  const warnings: PlanWarning[] = [];
  // A candidate that never fails is blocked by no test.
  if (best.verdict.verdict === 'inconclusive') {
    const advice = adviceFor(gate, best.state, best.verdict, random);
    warnings.push({
      code: 'could-never-pass',
      message: `No candidate could pass, not even one without a single failure. ${best.verdict.reason} ${advice}`,
    });
  }
  if (worst.verdict.verdict !== 'regressed') {
    warnings.push({
      code: 'could-never-block',
      message: `No candidate could be blocked, not even one that always fails. ${worst.verdict.reason}`,
    });
  }
  return warnings;
}

function adviceFor(gate: Gate, cases: PlayedVerdict['state'], verdict: InconclusiveVerdict, random: Random): string {
  const { budget } = verdict.runs;
  return atOnce(advising({ gate, cases, budget, had: counted(budget, 'model run'), verdict, added: new Set() }, random)).message;
}

/** What would help the commonest kind of unchanged agent that ends inconclusive; nothing where none of these does. */
function commonAdvice(gate: Gate, cases: readonly StoredCase[], random: Random, budget: number | undefined): string {
  const ends = Array.from({ length: 40 }, () => playChange(gate, drawUnchanged(cases, random), random, budget)).flatMap(
    ({ verdict, state }) => (verdict.verdict === 'inconclusive' ? [{ verdict, state }] : []),
  );
  const [commonest] = [...Map.groupBy(ends, ({ verdict }) => verdict.cause).values()].sort((one, other) => other.length - one.length);
  const end = commonest?.[0];
  return end ? ` In the usual such case: ${adviceFor(gate, end.state, end.verdict, random)}` : '';
}

function weaknesses(cases: readonly StoredCase[], { inconclusive }: PlayedShare, advice: () => string): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (inconclusive.value > oftenInconclusive) {
    warnings.push({
      code: 'often-inconclusive',
      message: `About ${percent(inconclusive.value)} of unchanged agents will end inconclusive.${advice()}`,
    });
  }
  const harmful = cases.filter(({ critical, harm = 0 }) => critical && harm > 0);
  if (harmful.length > 0) {
    warnings.push({
      code: 'harmful-main',
      message: `Main itself gives false approvals in ${harmful.length === 1 ? `the critical case ${harmful[0]?.id}` : `${count(harmful.length)} critical cases (${harmful.map(({ id }) => id).join(', ')})`}. A candidate that gives two of them never passes, changed or not: fix that on main first.`,
    });
  }
  const fresh = cases.filter(({ baseline }) => baseline.runs === 0);
  if (fresh.length > 0) {
    warnings.push({
      code: 'new-cases',
      message: `${count(fresh.length)} of ${counted(cases.length, 'case')} have no baseline: both versions are run on them, at twice the cost.`,
    });
  }
  const few = cases.filter(({ baseline }) => baseline.runs > 0 && baseline.runs < enoughBaselineRuns);
  if (few.length > 0) {
    warnings.push({
      code: 'few-baseline-runs',
      message: `${count(few.length)} of ${counted(cases.length, 'case')} have fewer than ${enoughBaselineRuns} stored runs. With so few, false blocks may be more frequent than promised: add runs on main (docket baseline accept) until each case has ${enoughBaselineRuns}.`,
    });
  }
  return warnings;
}
