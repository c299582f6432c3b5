import { stratifiedTest } from '../stats/stratified-test.ts';
import { type Evidence, harmless, type WeighedCase } from './evidence.ts';
import type { WantedRuns } from './verdict.ts';

/** Fresh runs of main for an accused case. */
const caseRuns = 10;
/** Most fresh rounds of main for an accused suite. */
const suiteRounds = 3;
/** The verdict stands when candidate against main as it runs now gives at most this p. */
const confirmLevel = 0.1;

/** What running main again says about a conviction. */
export type Confirmation =
  | { readonly kind: 'sample'; readonly wanted: readonly WantedRuns[] }
  | { readonly kind: 'stands'; readonly pValue: number }
  | { readonly kind: 'main-moved'; readonly pValue: number }
  /** The budget has no run left for it. */
  | { readonly kind: 'unaffordable' };

/** Does main, run again, still pass the accused case more often than the candidate (retries included)? */
export function confirmCase(evidence: Evidence, accused: WeighedCase): Confirmation {
  return confirm([accused], caseRunsOf(evidence, accused), [{ baseline: accused.confirm, candidate: accused.candidate }]);
}

/** Does main, run again, still approve the accused critical case wrongly less often than the candidate (retries included)? */
export function confirmHarm(evidence: Evidence, accused: WeighedCase): Confirmation {
  const { confirm: main, candidate, harm } = accused;
  return confirm([accused], caseRunsOf(evidence, accused), [
    { baseline: harmless(main.runs, harm.confirm), candidate: harmless(candidate.runs, harm.candidate) },
  ]);
}

function caseRunsOf({ remaining }: Evidence, { confirm: { runs } }: WeighedCase): number {
  return Math.min(caseRuns, Math.floor(remaining) + runs);
}

/** Does main, run again on the whole suite, still pass more often than the candidate's screening runs? */
export function confirmSuite({ cases, remaining }: Evidence): Confirmation {
  const confirmed = cases.reduce((sum, each) => sum + Math.min(each.confirm.runs, suiteRounds), 0);
  const rounds = Math.min(suiteRounds, Math.floor((remaining + confirmed) / cases.length));
  return confirm(
    cases,
    rounds,
    cases.map((each) => ({ baseline: each.confirm, candidate: each.screening })),
  );
}

/** One look, when all runs are there: looking after each of them would confirm too easily. */
function confirm(cases: readonly WeighedCase[], runs: number, strata: Parameters<typeof stratifiedTest>[0]): Confirmation {
  if (runs < 1) return { kind: 'unaffordable' };
  const wanted = cases
    .filter((each) => each.confirm.runs < runs)
    .map((each): WantedRuns => ({ caseId: each.id, arm: 'baseline', purpose: 'confirm', runs: runs - each.confirm.runs }));
  if (wanted.length > 0) return { kind: 'sample', wanted };
  const { pValue } = stratifiedTest(strata);
  return { kind: pValue <= confirmLevel ? 'stands' : 'main-moved', pValue };
}
