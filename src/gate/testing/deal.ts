import type { Counts } from '../../stats/counts.ts';
import type { Gate } from '../create-gate.ts';
import type { GateCase, GateState } from '../gate-state.ts';
import type { Verdict, WantedRuns } from '../verdict.ts';

/** Whether run `number` (from 1) of an arm passes, or fails by a false approval (`harm`). `main` deals fresh and confirming runs, each numbered by itself. */
export type Outcomes = (caseId: string, arm: 'candidate' | 'baseline', purpose: WantedRuns['purpose'], number: number) => boolean | 'harm';

/** Every step of one verdict. */
export interface Dealt {
  readonly verdict: Verdict;
  /** The states the gate was asked with, the last one gave the verdict. */
  readonly states: readonly GateState[];
  readonly batches: readonly (readonly WantedRuns[])[];
}

type MutableCounts = { -readonly [Key in keyof Counts]: Counts[Key] };

/**
 * Answers the gate from outcomes that are fixed beforehand, as a trial store would. Throws when the gate does not end within its own budget.
 * @param start counts of main, and whatever ran already
 */
export function deal(gate: Gate, start: GateState, outcomes: Outcomes, mostBatches = 10_000): Dealt {
  const states: GateState[] = [];
  const batches: (readonly WantedRuns[])[] = [];
  let state = start;
  for (let batch = 0; batch <= mostBatches; batch += 1) {
    states.push(state);
    const step = gate.next(state);
    if (step.kind === 'verdict') return { verdict: step, states, batches };
    batches.push(step.wanted);
    state = { ...state, cases: state.cases.map((each) => withRuns(each, step.wanted, outcomes)) };
  }
  throw new Error(`No verdict after ${mostBatches} batches.`);
}

function withRuns(each: GateCase, wanted: readonly WantedRuns[], outcomes: Outcomes): GateCase {
  const fresh: MutableCounts = { ...(each.fresh ?? { passes: 0, runs: 0 }) };
  const confirm: MutableCounts = { ...(each.confirm ?? { passes: 0, runs: 0 }) };
  const candidate: MutableCounts = { ...each.candidate };
  const screening: MutableCounts = { ...each.screening };
  const harm = { baseline: each.harm?.baseline ?? 0, confirm: each.harm?.confirm ?? 0, candidate: each.harm?.candidate ?? 0 };
  for (const { caseId, arm, purpose, runs } of wanted) {
    if (caseId !== each.id) continue;
    for (let run = 0; run < runs; run += 1) {
      const target = arm === 'candidate' ? candidate : purpose === 'confirm' ? confirm : fresh;
      const outcome = outcomes(caseId, arm, purpose, target.runs + 1);
      const passes = outcome === true ? 1 : 0;
      if (outcome === 'harm') harm[arm === 'baseline' && purpose === 'confirm' ? 'confirm' : arm] += 1;
      for (const counts of purpose === 'screen' && arm === 'candidate' ? [target, screening] : [target]) {
        counts.runs += 1;
        counts.passes += passes;
      }
    }
  }
  return { ...each, fresh, confirm, candidate, screening, harm };
}

/** Model runs a state shows. */
export function runsOf(state: GateState): number {
  return state.cases.reduce((sum, { candidate, fresh, confirm }) => sum + candidate.runs + (fresh?.runs ?? 0) + (confirm?.runs ?? 0), 0);
}
