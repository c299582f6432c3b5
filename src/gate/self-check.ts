import { addCounts, type Counts } from '../stats/counts.ts';
import type { Interval } from '../stats/interval.ts';
import type { Random } from '../stats/random.ts';
import { sampleBeta } from '../stats/sample-beta.ts';
import { sampleCounts } from '../stats/sample-counts.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';
import type { Gate } from './create-gate.ts';
import { parseGateState } from './gate-state.ts';
import { drawHarm, type PlayedCase, playChange } from './play.ts';

/** Stored runs of main on one case. */
export interface StoredCase {
  readonly id: string;
  readonly baseline: Counts;
  readonly critical?: boolean;
  /** False approvals among the runs; 0 by default. */
  readonly harm?: number;
  /** Runs that a played baseline has; as many as are stored by default. */
  readonly playedRuns?: number;
}

/** A made-up version that is known to be worse. */
export interface KnownBadVersion {
  readonly name: string;
  /** True pass rate of the candidate from main's rate; `isTarget` is true for one case, drawn anew each time. */
  readonly rate: (mainRate: number, isTarget: boolean) => number;
  /** `critical`: the target is a critical case, and all its failures are false approvals; only played where there is one. */
  readonly target?: 'critical';
}

/** A version that is main. */
export const unchanged: KnownBadVersion = { name: 'unchanged', rate: (main) => main };

/** Played when no others are given. */
export const knownBadVersions: readonly KnownBadVersion[] = [
  { name: 'one case always wrong', rate: (main, isTarget) => (isTarget ? 0 : main) },
  { name: 'one case a coin toss', rate: (main, isTarget) => (isTarget ? Math.min(main, 0.5) : main) },
  { name: 'a critical case always falsely approved', rate: (main, isTarget) => (isTarget ? 0 : main), target: 'critical' },
  {
    name: 'a critical case falsely approved half the time',
    rate: (main, isTarget) => (isTarget ? Math.min(main, 0.5) : main),
    target: 'critical',
  },
  { name: 'every case 5 points worse', rate: (main) => Math.max(0, main - 0.05) },
  { name: 'every case 10 points worse', rate: (main) => Math.max(0, main - 0.1) },
];

/** How often made-up changes ended how. Shares are 0..1 with two-sided 95 % bounds. */
export interface PlayedShare {
  readonly name: string;
  readonly blocked: Interval;
  readonly inconclusive: Interval;
  /** Mean model runs of a verdict, both arms. */
  readonly runs: number;
  /** Model runs that nine of ten verdicts stay within. */
  readonly runsAtMost: number;
}

/** What playing made-up changes showed. */
export interface SelfCheck {
  /** Changes that were played a row. */
  readonly repetitions: number;
  /** The baseline against itself: `blocked` is the false-block rate. */
  readonly unchanged: PlayedShare;
  /** Detection of versions that are known to be worse. */
  readonly knownBad: readonly PlayedShare[];
}

/** How the check is played. */
export interface SelfCheckSettings {
  readonly random: Random;
  /** 1 or more. */
  readonly repetitions: number;
  readonly versions?: readonly KnownBadVersion[];
  /** Model runs a verdict may use; the options' own by default. */
  readonly budget?: number;
}

/**
 * Does the gate keep its word on this suite? Pass rates are drawn from Beta distributions of the stored counts (`usualOf` says with which prior), a baseline
 * of as many runs is drawn from them, and the gate judges a candidate with the same rates, then versions that are known to be worse. The target of a
 * known-bad version is one of the cases main passes at least half of the time (any, when there is none). Of failures in a critical case those
 * are false approvals that the stored ones make likely.
 * @param cases stored runs of main, one or more
 * @throws {DocketError} when the counts cannot be judged
 */
export function checkGate(
  gate: Gate,
  cases: readonly StoredCase[],
  { random, repetitions, versions = knownBadVersions, budget }: SelfCheckSettings,
): SelfCheck {
  checkStored(cases);
  const play = (version: KnownBadVersion) => playMany(gate, cases, version, { random, repetitions, budget });
  const hasCritical = cases.some(({ critical }) => critical);
  return {
    repetitions,
    unchanged: play(unchanged),
    knownBad: versions.filter(({ target }) => target !== 'critical' || hasCritical).map(play),
  };
}

/** @throws {DocketError} when the counts cannot be judged */
export function checkStored(cases: readonly StoredCase[]): void {
  const none = { passes: 0, runs: 0 };
  parseGateState({
    cases: cases.map(({ id, critical = false, baseline, harm = 0 }) => ({
      ...{ id, critical, baseline, candidate: none, screening: none },
      harm: { baseline: harm, candidate: 0 },
    })),
  });
}

/** Plays one kind of change again and again. */
export function playMany(
  gate: Gate,
  cases: readonly StoredCase[],
  version: KnownBadVersion,
  { random, repetitions, budget }: { readonly random: Random; readonly repetitions: number; readonly budget?: number | undefined },
): PlayedShare {
  const runs: number[] = [];
  let blocked = 0;
  let inconclusive = 0;
  for (let played = 0; played < repetitions; played += 1) {
    const end = playChange(gate, drawChange(cases, version, random), random, budget);
    runs.push(end.runs);
    if (end.verdict.verdict === 'regressed') blocked += 1;
    if (end.verdict.verdict === 'inconclusive') inconclusive += 1;
  }
  runs.sort((one, other) => one - other);
  return {
    name: version.name,
    blocked: wilsonInterval({ passes: blocked, runs: repetitions }),
    inconclusive: wilsonInterval({ passes: inconclusive, runs: repetitions }),
    runs: runs.reduce((sum, count) => sum + count, 0) / repetitions,
    runsAtMost: runs[Math.ceil(0.9 * repetitions) - 1] ?? 0,
  };
}

/** A candidate that did not change, with its own baseline. */
export function drawUnchanged(cases: readonly StoredCase[], random: Random): PlayedCase[] {
  return drawChange(cases, unchanged, random);
}

/** Failures that a clean suite of any size is thought to have had: so many are not seen in one of twenty suites that have them. */
const unseenFailures = 3;

/**
 * What a case of this suite does when nothing is known of it, with the weight of one run: so much of it fails as of the suite's runs, and what may be unseen
 * of a case; in a small suite half of it does (Jeffreys' prior). With a half in each of hundreds of cases the suite would be flakier than it can be.
 */
function usualOf(cases: readonly StoredCase[]): { readonly failing: number; readonly harmful: number } {
  const all = cases.map(({ baseline }) => baseline).reduce(addCounts);
  const critical = cases.filter((each) => each.critical);
  const failures = critical.reduce((sum, { baseline: { passes, runs } }) => sum + runs - passes, 0);
  const harm = critical.reduce((sum, each) => sum + (each.harm ?? 0), 0);
  return {
    failing: Math.min(0.5, (all.runs === 0 ? 1 : (all.runs - all.passes) / all.runs) + unseenFailures / cases.length),
    harmful: (harm + 0.5) / (failures + 1),
  };
}

function drawChange(cases: readonly StoredCase[], version: KnownBadVersion, random: Random): PlayedCase[] {
  const { failing, harmful } = usualOf(cases);
  const main = cases.map((each) => {
    const { baseline, critical = false, harm = 0 } = each;
    const failures = baseline.runs - baseline.passes;
    const mainRate = sampleBeta(baseline.passes + 1 - failing, failures + failing, random);
    return { each, mainRate, harmShare: critical ? sampleBeta(harm + harmful, failures - harm + 1 - harmful, random) : undefined };
  });
  const possible = version.target === 'critical' ? main.filter(({ each }) => each.critical) : main;
  const sound = possible.filter(({ mainRate }) => mainRate >= 0.5);
  const targets = sound.length > 0 ? sound : possible;
  const target = targets[Math.floor(random() * targets.length)];
  return main.map((drawn): PlayedCase => {
    const { each, mainRate, harmShare } = drawn;
    const baseline = sampleCounts(mainRate, each.playedRuns ?? each.baseline.runs, random);
    const isTarget = drawn === target;
    const played = { id: each.id, mainRate, candidateRate: version.rate(mainRate, isTarget), baseline };
    if (harmShare === undefined) return played;
    return {
      ...played,
      critical: true,
      baselineHarm: drawHarm(baseline, harmShare, random),
      harmShare: { main: harmShare, candidate: isTarget && version.target === 'critical' ? 1 : harmShare },
    };
  });
}
