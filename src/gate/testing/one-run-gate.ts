import type { Gate } from '../create-gate.ts';
import { weighEvidence } from '../evidence.ts';
import { type GateOptions, resolveGateOptions } from '../gate-options.ts';
import { pass, regressed } from '../write-verdict.ts';

/** The simplest gate there can be, for what is played through one: it runs the candidate once on each case, and blocks when that fails. */
export function oneRunGate(options: GateOptions = {}): Gate {
  const resolved = resolveGateOptions(options);
  return {
    options: resolved,
    accused: () => [],
    next(state) {
      const evidence = weighEvidence(resolved, state);
      if (evidence.round === 0) {
        return { kind: 'sample', wanted: evidence.cases.map(({ id }) => ({ caseId: id, arm: 'candidate', purpose: 'screen', runs: 1 })) };
      }
      const accused = evidence.cases.find(({ candidate }) => candidate.passes < candidate.runs);
      return accused ? regressed(evidence, { cause: 'case', accused }) : pass(evidence);
    },
  };
}
