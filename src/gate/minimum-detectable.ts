import { addCounts } from '../stats/counts.ts';
import { type DetectableDrop, type DetectionSettings, seekingDrop } from '../stats/detectable-drop.ts';
import { detectionPower } from '../stats/detection-power.ts';
import { seekingSmallest, tryingOften } from '../stats/seeking-smallest.ts';
import type { Gate } from './create-gate.ts';
import { type GateState, parseGateState } from './gate-state.ts';
import { type PlayedCase, playChange } from './play.ts';
import { scheduleFor } from './schedule.ts';
import type { StoredCase } from './self-check.ts';
import { screenedArms } from './suite-test.ts';

/** The smallest regressions a gate could have seen. */
export interface MinimumDetectableRegression {
  /** In every case alike; undefined when no suite test was taken, or not even a candidate that always fails would have been seen. */
  readonly suite: DetectableDrop | undefined;
  /** In one case: how much its pass rate must drop (0..1); undefined when even a case that always fails is not blocked often enough. */
  readonly oneCase: { readonly caseId: string; readonly drop: number } | undefined;
  /** In one critical case: the share of false approvals (0..1) that is blocked; undefined without a critical case, or when not even all of them are. */
  readonly harm: DetectableHarm | undefined;
}

/** How often a critical case must be falsely approved to be blocked with the power asked for. */
export interface DetectableHarm {
  readonly caseId: string;
  readonly rate: number;
}

/** Steps of the sizes that are tried in one case. */
const step = 0.05;

/**
 * The smallest regression this run could have detected with the given power. Suite-wide: by the exact test at the last
 * scheduled round. In one case, and of false approvals: changes are played through the gate itself, on the case main passes most often. Simulating takes
 * about a second for a thousand cases, so it is a step a simulated change.
 * @throws {DocketError} when the state cannot be judged
 */
export function* seekingDetectable(
  gate: Gate,
  state: GateState,
  settings: DetectionSettings,
): Generator<void, MinimumDetectableRegression> {
  const { cases, budget } = parseGateState(state);
  const round = cases.reduce((smallest, { screening }) => Math.min(smallest, screening.runs), Number.MAX_SAFE_INTEGER);
  const stored = cases.map(({ id, baseline, critical }): StoredCase => ({ id, baseline, critical }));
  const { spendByRound } = scheduleFor(
    gate.options,
    cases.map(({ baseline }) => baseline.runs),
  );
  const taken = [...spendByRound].filter(([scheduled]) => scheduled <= round).sort(([one], [other]) => other - one)[0];
  return {
    suite:
      taken &&
      (yield* seekingDrop(
        cases.map(screenedArms).map(({ baseline, candidate }) => ({ baseline, candidateRuns: candidate.runs })),
        taken[1] * gate.options.alphaSuite,
        settings,
      )),
    oneCase: yield* seekingCaseDrop(gate, stored, settings, budget),
    harm: yield* seekingHarm(gate, stored, settings, budget),
  };
}

/**
 * How much the pass rate of one case must drop to be blocked with the given power, in steps of 5 points, by playing the gate itself.
 * Every other case stays as it is.
 * @param cases stored runs of main
 */
export function* seekingCaseDrop(
  gate: Gate,
  cases: readonly StoredCase[],
  settings: DetectionSettings,
  budget?: number,
): Generator<void, { readonly caseId: string; readonly drop: number } | undefined> {
  const { caseId, mainRate, played } = aimedAt(cases, cases, (rate, tried) => ({ candidateRate: Math.max(0, rate - tried) }));
  const drop = yield* seekingSmallest(mainRate, step, (tried) => trying(gate, played(tried), settings, budget));
  return drop === undefined ? undefined : { caseId, drop };
}

/**
 * How often the candidate must falsely approve a critical case, that main never approves falsely, to be blocked with the given power, in
 * steps of 5 points, by playing the gate itself on the critical case main passes most often.
 * @param cases stored runs of main
 */
export function* seekingHarm(
  gate: Gate,
  cases: readonly StoredCase[],
  settings: DetectionSettings,
  budget?: number,
): Generator<void, DetectableHarm | undefined> {
  const critical = cases.filter((each) => each.critical);
  if (critical.length === 0) return undefined;
  const harmShare = { main: 0, candidate: 1 };
  const { caseId, played } = aimedAt(critical, cases, (rate, tried) => ({ candidateRate: Math.min(rate, 1 - tried), harmShare }));
  const rate = yield* seekingSmallest(1, step, (tried) => trying(gate, played(tried), settings, budget));
  return rate === undefined ? undefined : { caseId, rate };
}

/**
 * The case of these that main passes most often, at (passes + 1/2) / (runs + 1), among all the others at what they did: were each of them taken for a
 * little flakier than it was seen to be, hundreds together would be a suite that got worse, and any change would seem to be seen.
 */
function aimedAt(
  possible: readonly StoredCase[],
  cases: readonly StoredCase[],
  change: (mainRate: number, size: number) => Partial<PlayedCase>,
) {
  const estimated = ({ baseline: { passes, runs } }: StoredCase) => (passes + 0.5) / (runs + 1);
  const target = possible.reduce((best, each) => (estimated(each) > estimated(best) ? each : best));
  const mainRate = estimated(target);
  const all = cases.map(({ baseline }) => baseline).reduce(addCounts);
  const others = cases.map((each): PlayedCase => {
    // Of a case that never ran nothing is known but its suite.
    const { passes, runs } = each.baseline.runs > 0 ? each.baseline : all;
    const rate = runs > 0 ? passes / runs : 1;
    return { ...playedLike(each), mainRate: rate, candidateRate: rate };
  });
  const at = cases.indexOf(target);
  const played = (size: number) => others.with(at, { ...playedLike(target), mainRate, candidateRate: mainRate, ...change(mainRate, size) });
  return { caseId: target.id, mainRate, played };
}

function playedLike({ id, baseline, critical = false }: StoredCase) {
  return { id, critical, baseline };
}

/** Plays a change as often as is said. @returns true where it is blocked often enough */
function trying(
  gate: Gate,
  changed: readonly PlayedCase[],
  { random, power = detectionPower, repetitions = 100 }: DetectionSettings,
  budget: number | undefined,
): Generator<void, boolean> {
  return tryingOften(repetitions, power, () => playChange(gate, changed, random, budget).verdict.verdict === 'regressed');
}
