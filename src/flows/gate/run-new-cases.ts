import { type GateOptions, resolveGateOptions } from '../../gate/gate-options.ts';
import type { SpendingTally } from '../judging/spending.ts';
import { type GateArm, type RoundsPlan, runArm } from './3-run-rounds.ts';
import type { GateContext } from './gate-context.ts';
import { CaseLedger } from './ledger.ts';
import { wrongAnswerer } from './who-answered.ts';

/** What running the new cases came to. */
export interface NewCases {
  readonly ledgers: readonly CaseLedger[];
  /** Why not all of it could be run. */
  readonly stopped?: { readonly kind: 'incomplete' | 'budget'; readonly reason: string; readonly because?: 'answerer' };
}

/**
 * Runs the cases that main does not have where the agent is main's: as often as a case is screened, so that the pull request shows whether the
 * agent passes them. Both sides are the same agent, so there is nothing to compare; what they fail is told.
 */
export async function runNewCases(context: GateContext, arm: GateArm, spending: SpendingTally): Promise<NewCases> {
  const { request, mainConfig, gate, suite } = context;
  const ledgers = suite.cases.filter((loaded) => suite.added.has(loaded.case.id)).map((loaded) => new CaseLedger(loaded, context.shelves));
  const byId = new Map(ledgers.map((ledger) => [ledger.loaded.case.id, ledger]));
  const plan: RoundsPlan = {
    gate,
    ledgers,
    arms: { candidate: arm, baseline: arm },
    budget: undefined,
    dollars: undefined,
    concurrency: request.concurrency ?? mainConfig.concurrency,
    spending,
    signal: request.signal,
  };
  let spent = 0;
  let dollars = 0;
  for (let round = 1; round <= resolveGateOptions(mainConfig.gate as GateOptions).depth; round += 1) {
    const next = dollars + dollars / Math.max(1, round - 1);
    const { budget } = request;
    if (budget?.kind === 'runs' ? spent + ledgers.length > budget.runs : budget !== undefined && next > budget.dollars) {
      return { ledgers, stopped: { kind: 'budget', reason: `The budget leaves no runs for round ${round} of the new cases.` } };
    }
    const wanted = ledgers.map(({ loaded }) => ({ caseId: loaded.case.id, arm: 'candidate', purpose: 'screen', runs: 1 }) as const);
    request.onStep?.({ spent, wanted });
    const end = await runArm(plan, 'candidate', wanted, byId);
    spent += end.spent;
    dollars += end.dollars;
    if (end.failure !== undefined) return { ledgers, stopped: { kind: 'incomplete', reason: end.failure } };
    const refused = wrongAnswerer(context, ledgers);
    if (refused !== undefined) return { ledgers, stopped: { kind: 'incomplete', reason: refused, because: 'answerer' } };
  }
  return { ledgers };
}
