import { budget, expectedDecision, type Scorer, selfConsistency, trajectory, trialConsistency } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { validateDecision } from './decision.ts';
import { figures, ground, steadyGround } from './reasons.ts';
import { toolResults } from './tool-results.ts';
import type { Decision } from './tool-variants/v2.generated.ts';

/** Largest differences that still count as equal: dollars, dollars a month, percentage points. */
const tolerances = { max_loan: 1, monthly_payment: 0.01, post_loan_dti: 0.01 } satisfies Partial<Record<keyof Decision, number>>;

/** How the underwriter's trials are judged. */
export const scorers: readonly Scorer[] = [
  expectedDecision({ approvalField: 'approved' satisfies keyof Decision, tolerances }),
  selfConsistency((decision, input) => validateDecision(decision, input as LoanApplication)),
  trialConsistency({ fields: ['approved', 'max_loan', 'monthly_payment'] satisfies (keyof Decision)[], tolerances }),
  toolResults,
  figures,
  ground,
  steadyGround,
  trajectory({ required: 'all', hard: true }),
  budget({ maxDollars: 0.05, maxDurationMs: 60_000, hard: true }),
];
