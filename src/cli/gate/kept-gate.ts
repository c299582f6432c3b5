import type { RanVersion } from '../../contracts/kept-run.ts';
import type { CaseArm, ReportedCase } from '../../contracts/reported-case.ts';
import type { ComparedReport, Verdict } from '../../contracts/verdict.ts';
import type { GateStart } from '../../flows/gate/gate-request.ts';
import { isHarmful } from '../../flows/reported-trial.ts';
import type { RunEnd, RunPlan, RunResult } from '../../flows/runs/keep-run.ts';
import { headlineOf } from '../../reporters/words.ts';

const sides = ['baseline', 'candidate'] as const;
const sideNames = { baseline: 'main', candidate: 'candidate' } as const;

/** A gate as its run is kept before the first trial. */
export function gatePlan({ agent, mode, cases }: GateStart): RunPlan {
  return { agent, mode, cases, versions: sides.map((side) => ({ name: sideNames[side] })) };
}

/** What both sides came to. */
export function gateResult({ agent, mode, cases, spending: { trials }, ...report }: ComparedReport): RunResult {
  return {
    agent,
    mode,
    versions: sides.map((side) => sideOf(report[side].version.fingerprint, sideNames[side], side, cases)),
    cases: cases.map(({ id, baseline, candidate }) => [
      id,
      [baseline, candidate].map(({ passes, runs }): [number, number] => [passes, runs]),
    ]),
    trials: { done: trials.spent + trials.reused, reused: trials.reused },
  };
}

function sideOf(fingerprint: string, name: string, side: (typeof sides)[number], cases: readonly ReportedCase[]): RanVersion {
  const sum = (of: (arm: CaseArm, each: ReportedCase) => number) => cases.reduce((total, each) => total + of(each[side], each), 0);
  return {
    name,
    fingerprint,
    passes: sum(({ passes }) => passes),
    runs: sum(({ runs }) => runs),
    harm: sum(({ trials }, { critical }) => (critical ? trials.filter(isHarmful).length : 0)),
    infraErrors: sum(({ infraErrors }) => infraErrors.length),
  };
}

/** How it ended; a verdict that rests on nothing is one, too. */
export function gateEnd(verdict: Verdict): RunEnd {
  const { name, tone } = headlineOf(verdict);
  const dollars = 'spending' in verdict ? verdict.spending.dollars : undefined;
  return {
    state: 'done',
    exitCode: verdict.exitCode,
    verdict: { name, tone, reason: verdict.reason },
    ...(dollars === undefined ? {} : { dollars }),
  };
}
