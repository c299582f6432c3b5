import type { Gate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
import type { Verdict, WantedRuns } from './verdict.ts';

/** How far the gate goes at least. */
export interface FewestRounds {
  /** Screening rounds that it makes where every run passes: no pass needs fewer. */
  readonly rounds: number;
  /** What it then says; where it starts no round at all, why. */
  readonly verdict: Verdict;
}

/**
 * Plays the gate through with runs that all pass.
 * @param cases what is known of main, and nothing of the candidate
 * @param budget most model runs; the gate's own when not given
 */
export function fewestRounds(gate: Gate, cases: readonly GateCase[], budget: number | undefined): FewestRounds {
  const states = new Map(cases.map((each) => [each.id, { ...each }]));
  for (;;) {
    const step = gate.next({ ...(budget === undefined ? {} : { budget }), cases: [...states.values()] });
    if (step.kind === 'verdict') {
      const rounds = Math.max(0, ...[...states.values()].map(({ screening }) => screening.runs));
      return { rounds, verdict: step };
    }
    for (const wanted of step.wanted) {
      const state = states.get(wanted.caseId);
      if (state) states.set(wanted.caseId, afterPassing(state, wanted));
    }
  }
}

function afterPassing(state: GateCase, { arm, purpose, runs }: WantedRuns): GateCase {
  const more = (counts: { readonly passes: number; readonly runs: number } = { passes: 0, runs: 0 }) => ({
    passes: counts.passes + runs,
    runs: counts.runs + runs,
  });
  if (arm === 'candidate')
    return { ...state, candidate: more(state.candidate), ...(purpose === 'screen' ? { screening: more(state.screening) } : {}) };
  return purpose === 'confirm' ? { ...state, confirm: more(state.confirm) } : { ...state, fresh: more(state.fresh) };
}
