import type { Finding, JsonObject, Scorer } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { type Assessment, assess } from './policy.ts';
import { type Figures, readFigures } from './simulated/figures.ts';

/** A figure that a tool may tell: what the policy makes it, and how far a printed one may be off; dollars by what is left out of them. */
type Told = readonly [name: string, policy: number, tolerance: number | 'dollars'];

const figures = ({ tier, monthlyIncome, existingMonthlyDebt, payment, postLoanDti, maximumLoan }: Assessment, score: number) =>
  ({
    existingDebt: ['existing monthly debt', existingMonthlyDebt, 'dollars'],
    totalDebt: ['total monthly debt', existingMonthlyDebt + payment, 'dollars'],
    monthlyIncome: ['monthly income', monthlyIncome, 'dollars'],
    proposedPayment: ["the loan's payment", payment, 'dollars'],
    postLoanDti: ['post-loan DTI', postLoanDti, 0.05],
    maximumDti: ['maximum DTI', tier.maximumDti, 0.001],
    maximumLoan: ['maximum loan', maximumLoan, 'dollars'],
    creditScore: ['credit score', score, 0],
    rate: ['rate', tier.rate, 0.001],
  }) satisfies Partial<Record<keyof Figures, Told>>;

/**
 * Holds what each tool said against the policy, and the decision against what it must not lose of it: a tool that is wrong where it does not matter for one decision is wrong all the same. A figure that a tool
 * does not tell, or calls by no name that is known, is not judged.
 */
export const toolResults: Scorer = {
  scope: 'trial',
  name: 'tool-results',
  needs: ['input'],
  score({ input, trial }) {
    const application = input as unknown as LoanApplication & JsonObject;
    const right = Object.entries(figures(assess(application), application.credit_score));
    let postLoanDti: number | undefined;
    const wrong = trial.transcript.steps.flatMap((step): Finding[] => {
      if (step.kind !== 'tool-call' || step.isError) return [];
      const told = readFigures([step.result]);
      postLoanDti ??= told.postLoanDti;
      return right.flatMap(([key, [name, policy, tolerance]]) => {
        const said = told[key as keyof Figures];
        if (typeof said !== 'number' || Math.abs(said - policy) <= toleranceOf(tolerance, said) + 1e-9) return [];
        return [
          { code: 'wrong-tool-result', message: `${step.tool} gives ${said} as ${name}; by the policy it is ${Number(policy.toFixed(2))}` },
        ];
      });
    });
    const { outcome } = trial;
    const isLost = postLoanDti !== undefined && outcome.kind === 'decided' && typeof outcome.decision.post_loan_dti !== 'number';
    const findings = isLost
      ? [...wrong, { code: 'lost-post-loan-dti', message: 'a tool gave the post-loan DTI, and the decision has none' }]
      : wrong;
    return {
      name: 'tool-results',
      pass: findings.length === 0,
      value: findings.length === 0 ? 1 : 0,
      hard: true,
      findings,
      reason: findings.length === 0 ? 'what the tools said is right' : `${findings[0]?.message}`,
    };
  },
};

/** Whole dollars may be rounded ones. */
function toleranceOf(tolerance: number | 'dollars', said: number): number {
  if (tolerance !== 'dollars') return tolerance;
  return Number.isInteger(said) ? 1 : 0.011;
}
