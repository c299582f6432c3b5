import type { Finding, JsonObject, Scorer } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { assess } from './policy.ts';

const percentage = /(\d[\d,]*(?:\.(\d+))?)\s?(?:%|percent\b)/g;

/**
 * Whether each percentage in the reasoning comes from somewhere: a tool's result, the decision or the policy, as it is, rounded, or as the difference of
 * two of them. One that comes from nowhere is arithmetic of the model's own.
 */
export const tracedPercentages: Scorer = {
  scope: 'trial',
  name: 'traced-percentages',
  needs: ['input'],
  score({ input, trial }) {
    if (trial.outcome.kind !== 'decided' || typeof trial.outcome.decision.reasoning !== 'string') return undefined;
    const { decision } = trial.outcome;
    const { tier, postLoanDti, existingMonthlyDebt, payment, monthlyIncome } = assess(input as unknown as LoanApplication & JsonObject);
    const told = trial.transcript.steps.flatMap((step) =>
      step.kind === 'tool-call' ? percentagesIn(step.result).map(({ value }) => value) : [],
    );
    const ofPolicy = [
      postLoanDti,
      tier.maximumDti,
      tier.rate,
      (100 * existingMonthlyDebt) / monthlyIncome,
      (100 * payment) / monthlyIncome,
      100,
    ];
    const decided = Object.values(decision).filter((value) => typeof value === 'number');
    const sources = [...new Set([...told, ...ofPolicy, ...decided])];
    const differences = sources.flatMap((one) => sources.map((other) => Math.abs(one - other)));
    const known = [...sources, ...differences];
    const findings = percentagesIn(decision.reasoning as string).flatMap(({ text, value, step }): Finding[] =>
      known.some((each) => Math.abs(each - value) <= step / 2 + 1e-6)
        ? []
        : [{ code: 'untraced-percentage', message: `the reasoning says ${text}, which no tool gave and the policy does not either` }],
    );
    return {
      name: 'traced-percentages',
      pass: findings.length === 0,
      value: findings.length === 0 ? 1 : 0,
      hard: true,
      findings,
      reason: findings[0]?.message ?? 'every percentage in the reasoning comes from a tool, the decision or the policy',
    };
  },
};

/** Each with the step of its last digit: 36 % may be 35.96. */
function percentagesIn(text: string): { readonly text: string; readonly value: number; readonly step: number }[] {
  return [...text.matchAll(percentage)].map(([found, digits = '', decimals = '']) => ({
    text: found,
    value: Number(digits.replaceAll(',', '')),
    step: 10 ** -decimals.length,
  }));
}
