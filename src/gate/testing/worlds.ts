import type { Random } from '../../stats/random.ts';
import { sampleCounts } from '../../stats/sample-counts.ts';
import { drawHarm, type PlayedCase } from '../play.ts';

/** Pass rates of main's cases, by name; a function of the case's index, so that every suite size has the same mixture. */
export const suites = {
  /** Nearly deterministic. */
  stable: () => 0.995,
  perfect: () => 1,
  /** Mostly right, one in five flaky. */
  mixed: (index: number) => [0.995, 0.995, 0.97, 0.99, 0.8][index % 5] as number,
  /** Some cases main nearly always fails. */
  broken: (index: number) => [0.995, 0.02, 0.97, 0.99, 0.995][index % 5] as number,
  /** Every case fails now and then. */
  mild: (index: number) => [0.95, 0.8, 0.9, 0.85, 0.75][index % 5] as number,
  flaky: (index: number) => [0.6, 0.75, 0.9, 0.5, 0.85][index % 5] as number,
} as const;
export type SuiteName = keyof typeof suites;

/** What a change does to the pass rate of the case with this index. */
export type Change = (rate: number, index: number) => number;

export const changes = {
  nothing: (rate: number) => rate,
  'one case always wrong': (rate: number, index: number) => (index === 0 ? 0 : rate),
  'one case a coin toss': (rate: number, index: number) => (index === 0 ? 0.5 : rate),
  'one case wrong in 40 %': (rate: number, index: number) => (index === 0 ? 0.6 * rate : rate),
  'every case -3 points': (rate: number) => Math.max(0, rate - 0.03),
  'every case -5 points': (rate: number) => Math.max(0, rate - 0.05),
  'every case -10 points': (rate: number) => Math.max(0, rate - 0.1),
} as const satisfies Record<string, Change>;
export type ChangeName = keyof typeof changes;

/** What is played. */
export interface World {
  readonly suite: SuiteName;
  readonly change: ChangeName;
  readonly cases: number;
  /** Stored runs of main a case; 10 by default. */
  readonly baselineRuns?: number;
  /** How much the provider's model got worse (0..1, for both arms) since the baseline was stored; 0 by default. */
  readonly drift?: number;
  /** The first so many cases are critical, main falsely approves them with this chance (0..1), and all their failures are false approvals. */
  readonly critical?: { readonly cases: number; readonly harm: number };
}

/** A change to a suite: true rates, and a baseline drawn anew, because the gate's guarantee averages over baselines. */
export function drawWorld({ suite, change, cases, baselineRuns = 10, drift = 0, critical }: World, random: Random): PlayedCase[] {
  return Array.from({ length: cases }, (_, index) => {
    const isCritical = critical !== undefined && index < critical.cases;
    const storedRate = isCritical ? 1 - critical.harm : suites[suite](index);
    const mainRate = Math.max(0, storedRate - drift);
    const baseline = sampleCounts(storedRate, baselineRuns, random);
    const played = { id: `case-${String(index).padStart(4, '0')}`, mainRate, candidateRate: changes[change](mainRate, index), baseline };
    return isCritical
      ? { ...played, critical: true, baselineHarm: drawHarm(baseline, 1, random), harmShare: { main: 1, candidate: 1 } }
      : played;
  });
}
