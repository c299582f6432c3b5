import { inTurns, Turns } from '../../contracts/turns.ts';
import type { ReportedEvidence } from '../../contracts/verdict.ts';
import { seekingDetectable } from '../../gate/minimum-detectable.ts';
import type { Verdict as GateVerdict } from '../../gate/verdict.ts';
import { addCounts } from '../../stats/counts.ts';
import { detectionPower } from '../../stats/detection-power.ts';
import { seededRandom } from '../../stats/random.ts';
import type { GateContext } from './gate-context.ts';
import type { CaseLedger } from './ledger.ts';

/** What the gate's tests saw. */
export function evidenceOf(verdict: GateVerdict, ledgers: readonly CaseLedger[]): ReportedEvidence {
  const accused = ledgers.find((ledger) => ledger.loaded.case.id === verdict.case.caseId)?.state();
  const { test, drop, margin } = verdict.suite;
  return {
    round: verdict.round,
    case: {
      ...verdict.case,
      baseline: accused ? addCounts(accused.baseline, accused.fresh ?? { passes: 0, runs: 0 }) : { passes: 0, runs: 0 },
      candidate: accused?.candidate ?? { passes: 0, runs: 0 },
    },
    ...(verdict.critical ? { critical: verdict.critical } : {}),
    suite: { drop, margin, ...(test ? { test } : {}) },
  };
}

/** Of more cases each simulated change takes long, so fewer are played. */
const manyCases = 1000;

/** Simulated with a fixed seed, so that the same verdict always reports the same figure. */
export async function detectable({ gate, request }: GateContext, ledgers: readonly CaseLedger[]) {
  const state = {
    cases: ledgers.map((ledger) => ledger.state()),
    ...(request.budget?.kind === 'runs' ? { budget: request.budget.runs } : {}),
  };
  const seeking = seekingDetectable(gate, state, { random: seededRandom(1), repetitions: ledgers.length > manyCases ? 40 : 100 });
  const smallest = await inTurns(seeking, new Turns(request.signal));
  return {
    power: detectionPower,
    ...(smallest.suite ? { suiteDrop: smallest.suite.drop } : {}),
    ...(smallest.oneCase ? { caseDrop: smallest.oneCase.drop } : {}),
    ...(smallest.harm ? { harmRate: smallest.harm.rate } : {}),
  };
}
