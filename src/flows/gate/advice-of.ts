import { inTurns, Turns } from '../../contracts/turns.ts';
import { advising } from '../../gate/advice.ts';
import { parseGateState } from '../../gate/gate-state.ts';
import type { InconclusiveVerdict } from '../../gate/verdict.ts';
import { seededRandom } from '../../stats/random.ts';
import { counted, money } from '../../text/figures.ts';
import type { RoundsEnd } from './3-run-rounds.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/** What would change a verdict without an answer, in words. Simulated with a fixed seed, so that the same verdict always gives the same advice. */
export async function adviceOf(
  context: GateContext,
  ledgers: readonly CaseLedger[],
  end: RoundsEnd,
  verdict?: InconclusiveVerdict,
): Promise<string> {
  const { gate, suite } = context;
  const { cases } = parseGateState({ cases: ledgers.map((ledger) => ledger.state()) });
  const had = verdict ? counted(verdict.runs.budget, 'model run') : dollarsText(context);
  const open = {
    gate,
    cases,
    budget: verdict?.runs.budget ?? end.spent.trials,
    had,
    verdict: verdict ?? ({ cause: 'budget', caseId: undefined } as const),
    added: suite.added,
  };
  return (await inTurns(advising(open, seededRandom(1)), new Turns(context.request.signal))).message;
}

function dollarsText({ request: { budget } }: GateContext): string {
  return budget?.kind === 'dollars' ? money(budget.dollars) : 'fewer';
}
