import type { OpenVerdict } from '../continuation.ts';
import { createGate } from '../create-gate.ts';
import type { GateOptions } from '../gate-options.ts';
import { type GateCase, parseGateState } from '../gate-state.ts';

/** The verdict without an answer that the gate gives on these counts. `added` are ids of cases that are new in the change. */
export function openVerdict(
  options: GateOptions,
  cases: readonly GateCase[],
  { budget, added = [] }: { readonly budget?: number; readonly added?: readonly string[] } = {},
): OpenVerdict {
  const gate = createGate(options);
  const state = { cases: [...cases], ...(budget === undefined ? {} : { budget }) };
  const verdict = gate.next(state);
  if (verdict.kind !== 'verdict' || verdict.verdict !== 'inconclusive')
    throw new Error(`The gate has an answer or asks for more: ${verdict.kind}.`);
  return { gate, cases: parseGateState(state).cases, budget: verdict.runs.budget, had: 'fewer', verdict, added: new Set(added) };
}
