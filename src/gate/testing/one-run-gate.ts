import type { Gate } from '../create-gate.ts';
import { type Evidence, type WeighedCase, weighEvidence } from '../evidence.ts';
import { resolveGateOptions } from '../gate-options.ts';
import type { Verdict } from '../verdict.ts';
import { pass, regressed } from '../write-verdict.ts';

/** The simplest gate there can be, for what is played through one: it runs the candidate once on each case, and blocks when that fails, or does what is said. */
export function oneRunGate(
  failed: (evidence: Evidence, accused: WeighedCase) => Verdict = (evidence, accused) => regressed(evidence, { cause: 'case', accused }),
): Gate {
  const resolved = resolveGateOptions({});
  return {
    options: resolved,
    accused: () => [],
    next(state) {
      const evidence = weighEvidence(resolved, state);
      if (evidence.round === 0) {
        return { kind: 'sample', wanted: evidence.cases.map(({ id }) => ({ caseId: id, arm: 'candidate', purpose: 'screen', runs: 1 })) };
      }
      const accused = evidence.cases.find(({ candidate }) => candidate.passes < candidate.runs);
      return accused ? failed(evidence, accused) : pass(evidence);
    },
  };
}
