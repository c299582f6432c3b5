import { scheduleFor } from '../../gate/schedule.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { trialsPerRun } from '../cases/gated-families.ts';
import { estimateCost } from '../estimate-cost.ts';
import type { GateContext } from './gate-context.ts';
import type { GateCost, GateStart } from './gate-request.ts';

/** What is about to be compared, on so many cases. */
export async function gateStart(context: GateContext, store: TrialStore, cases: number): Promise<GateStart> {
  const { config, mode, base, baseline, candidate, main, suite } = context;
  return {
    agent: config.agent.name,
    mode,
    base,
    epoch: baseline.epoch,
    candidate: candidate.identity.name,
    main: main.identity.name,
    cases: suite.cases.length,
    cost: await gateCost(context, store, cases),
  };
}

/** Undefined where nobody pays, or it is the agent that does. */
async function gateCost(
  { mainConfig, gate, candidate, main, baseline, mode, request, described, suite }: GateContext,
  store: TrialStore,
  cases: number,
): Promise<GateCost | undefined> {
  if (mode !== 'live' || described.agent.own) return undefined;
  const { depth } = gate.options;
  const isMains = baseline.version.fingerprint === main.identity.fingerprint;
  const { runsPerCase } = scheduleFor(gate.options, isMains ? baseline.cases.map(({ runs }) => runs) : []);
  const each = trialsPerRun(suite.cases);
  const estimate = (runs: number) =>
    estimateCost({ store, prices: mainConfig.prices }, [{ version: candidate, trials: Math.ceil(runs * each) }]);
  const most = request.budget?.kind === 'runs' ? request.budget.runs : Math.floor(runsPerCase * cases);
  return {
    fewest: await estimate(depth * cases),
    most: request.budget?.kind === 'dollars' ? { limit: request.budget.dollars } : await estimate(most),
  };
}
