import type { Counts } from '../stats/counts.ts';
import { type DetectableDrop, detectableDrop } from '../stats/detectable-drop.ts';
import type { Random } from '../stats/random.ts';
import type { Gate } from './create-gate.ts';
import { type GateState, parseGateState } from './gate-state.ts';
import { type PlayedCase, playChange } from './play.ts';
import { screenedArms, suiteCases } from './suite-test.ts';

/** The smallest regressions a gate could have seen. */
export interface MinimumDetectableRegression {
  /** Spread over the suite; undefined when no suite test was taken or no number of failures would have been enough. */
  readonly suite: DetectableDrop | undefined;
  /** In one case: how much its pass rate must drop (0..1); undefined when even a case that always fails is not blocked often enough. */
  readonly oneCase: { readonly caseId: string; readonly drop: number } | undefined;
}

/** How the simulation is run. */
export interface DetectionSettings {
  readonly random: Random;
  /** Chance to be blocked that counts as seen. */
  readonly power?: number;
  /** Changes that are played for each size of drop. */
  readonly repetitions?: number;
}

/** Sizes of drop that are tried in one case. */
const step = 0.05;

/**
 * The smallest regression this run could have detected with 80 % power. Suite-wide: failures are added to clean cases until the exact test at the last
 * scheduled round rejects. In one case: changes are played through the gate itself, on the case main passes most often. Simulating takes
 * about a second for a hundred cases, so the gate does not do it by itself.
 * @throws {DocketError} when the state cannot be judged
 */
export function minimumDetectableRegression(gate: Gate, state: GateState, settings: DetectionSettings): MinimumDetectableRegression {
  const { cases, budget } = parseGateState(state);
  const round = cases.reduce((smallest, { screening }) => Math.min(smallest, screening.runs), Number.MAX_SAFE_INTEGER);
  const taken = [...gate.options.spendByRound].filter(([scheduled]) => scheduled <= round).sort(([one], [other]) => other - one)[0];
  return {
    suite: taken && detectableDrop(suiteCases(cases).map(screenedArms), taken[1] * gate.options.alphaSuite, settings.power),
    oneCase: detectableCaseDrop(
      gate,
      cases.map(({ id, baseline }) => ({ id, baseline })),
      settings,
      budget,
    ),
  };
}

/**
 * How much the pass rate of one case must drop to be blocked with the given power, in steps of 5 points, by playing the gate itself.
 * Pass rates are estimated as (passes + 1/2) / (runs + 1); every other case stays as it is.
 * @param cases stored runs of main
 */
export function detectableCaseDrop(
  gate: Gate,
  cases: readonly { readonly id: string; readonly baseline: Counts }[],
  { random, power = 0.8, repetitions = 100 }: DetectionSettings,
  budget?: number,
): { readonly caseId: string; readonly drop: number } | undefined {
  const main = cases.map(({ id, baseline }): PlayedCase => {
    const rate = (baseline.passes + 0.5) / (baseline.runs + 1);
    return { id, baseline, mainRate: rate, candidateRate: rate };
  });
  const target = main.reduce((best, each) => (each.mainRate > best.mainRate ? each : best));
  const isSeen = (drop: number) => {
    const changed = main.map((each) => (each === target ? { ...each, candidateRate: Math.max(0, each.mainRate - drop) } : each));
    let blocked = 0;
    for (let played = 0; played < repetitions; played += 1) {
      if (playChange(gate, changed, random, budget).verdict.verdict === 'regressed') blocked += 1;
    }
    return blocked >= power * repetitions;
  };
  let low = 0;
  let high = Math.ceil(target.mainRate / step);
  if (!isSeen(high * step)) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isSeen(middle * step)) high = middle;
    else low = middle;
  }
  return { caseId: target.id, drop: Math.min(target.mainRate, Number((high * step).toFixed(2))) };
}
