import { scheduleFor } from '../../gate/schedule.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import type { GateContext } from './gate-request.ts';

/** What a verdict is likely to cost before anything is known; stored trials make it cheaper. */
export interface GateCost {
  /** The fewest runs that can pass. */
  readonly fewest: CostEstimate;
  /** The most that will be run; dollars where those were given as the limit. */
  readonly most: CostEstimate | { readonly limit: number };
}

/** Undefined where nobody pays. */
export function gateCost(
  { gate, candidate, main, baseline, mode, request }: GateContext,
  store: TrialStore,
  cases: number,
): GateCost | undefined {
  if (mode !== 'live') return undefined;
  const { depth } = gate.options;
  const isMains = baseline.version.fingerprint === main.identity.fingerprint;
  const { runsPerCase } = scheduleFor(gate.options, isMains ? baseline.cases.map(({ runs }) => runs) : []);
  const estimate = (trials: number) => estimateCost(store, [{ version: candidate, trials }]);
  const most = request.budget?.kind === 'runs' ? request.budget.runs : Math.floor(runsPerCase * cases);
  return {
    fewest: estimate(depth * cases),
    most: request.budget?.kind === 'dollars' ? { limit: request.budget.dollars } : estimate(most),
  };
}
