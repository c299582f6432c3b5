import { describe, expect, it } from 'vitest';
import type { JsonObject, PromptTrialScorer, RunEvidence, TrialEvidence } from '../index.ts';
import { figures, ground, steadyGround } from './reasons.ts';

/** Good: 40 %, 7.2 %; the DTI is 13.33 % before the loan, 35.96 % with it; $1,696.97 a month of $7,500. */
const input = { annual_income: 90_000, total_debt: 12_000, credit_score: 700, loan_amount: 250_000 };
/** 67.75 % of 45 %. */
const denied = { annual_income: 100_000, total_debt: 45_000, credit_score: 745, loan_amount: 300_000 };

function run(decision: JsonObject): RunEvidence {
  const steps = [{ kind: 'tool-call', tool: 'calc_dti', input: {}, isError: false, result: 'Stress DTI: 51.25%\nReserve: $3,210.50' }];
  return { outcome: { kind: 'decided', decision }, transcript: { userMessage: 'A loan of $250,000', steps } } as unknown as RunEvidence;
}

function codesOf(scorer: PromptTrialScorer, application: object, decision: JsonObject): string[] {
  const score = scorer.score({ input: application as JsonObject, trial: run(decision) } as unknown as TrialEvidence);
  return (
    score?.findings.map(({ code, message }) => (code === 'untraced-number' ? (/says (.*?), which/.exec(message)?.[1] ?? '') : code)) ?? []
  );
}

describe('figures in the reasoning', () => {
  const untraced = (reasoning: string) => codesOf(figures, input, { approved: true, max_loan: 278_084, post_loan_dti: 35.96, reasoning });

  it.each([
    'The post-loan DTI of 35.96% is within the maximum of 40%.',
    'About 36 percent, with a rate of 7.2 %.',
    'It leaves 4.04 % of room, and was 13.3% before.',
    'Even the stress DTI of 51.25% is known.',
    'Approved.',
    'The loan of $250,000 costs $1,696.97 a month, $20,363.64 a year.',
    'A loan of $250k, or 0.25 million dollars, for an income of 90,000 dollars.',
    'About $1,700 a month of roughly $7,500; together with the $1,000 of existing debt that is $2,696.97.',
    'That is 2.78 times annual income over 30 years, 360 payments.',
    'A score of 700 is 30 points over the border of 670, and 40 below 740.',
    'A ratio of 0.3596 or 0.36.',
    'Three tools agree; all 3 of 3 were called, in 2026, and 100 % of them answered.',
    'Rule 2 holds, see v2 and the 4th line.',
    'A reserve of $3,210.50 is there.',
    'The room is $1,303.03 a month.',
  ])('%s', (reasoning) => expect(untraced(reasoning)).toEqual([]));

  it.each([
    ['By my own estimate the DTI is 64.8%.', ['64.8%']],
    ['A DTI of 35.90% is within 45 %.', ['35.90%', '45 %']],
    ['A reserve of $12,340 would be needed.', ['$12,340']],
    ['The payment is $1,796.97, of $1,696.97.', ['$1,796.97']],
    ['Most lenders want 580-633.', ['633']],
    ['A 15-year loan was considered, at 3.9%.', ['15', '3.9%']],
    ['It is 9.7 times the income.', ['9.7 times']],
    ['A loan of 1.4 million.', ['1.4 million']],
  ])('%s', (reasoning, expected) => expect(untraced(reasoning)).toEqual(expected));
});

describe('the ground of a denial', () => {
  const codes = (reasoning: string, application: object = denied) => codesOf(ground, application, { approved: false, reasoning });

  it.each([
    "Denied: the post-loan DTI of 67.75% is over the Excellent tier's maximum of 45%.",
    "With the loan, the post-loan DTI of 67.75% exceeds the Excellent tier's maximum of 45%, so the application is denied.",
    'The debt-to-income ratio is too high. The credit score is fine, and not the ground.',
    'DTI 67.75 % > 45 %. Denied, not because of the score being too low.',
    'A DTI of 67.75 % is not within 45 %.',
    'The post-loan DTI of 67.75% does not satisfy the 45% maximum.',
    'Debts would take 67.75% of monthly income, which is more than the 45% permitted.',
    'The score of 745 puts this in the Excellent tier (minimum 740), whose maximum DTI of 45% is exceeded.',
    'The score is above the minimum, and not too low, but DTI 67.75% > 45%.',
    'The loan is 3 times annual income; its post-loan DTI of 67.75% is over 45%.',
    'Income is too low relative to debt: the post-loan DTI of 67.75% exceeds 45%.',
    'The DTI exceeds 45%. Age and sex were not considered, and the ZIP code plays no part.',
    'The DTI not only reaches 45% but exceeds it.',
  ])('%s', (reasoning) => expect(codes(reasoning)).toEqual([]));

  it.each([
    ['The application is denied.', ['no-ground']],
    ['Denied: the employment history is too short.', ['wrong-ground']],
    ['The score of 745 is too low, and the DTI exceeds the maximum.', ['wrong-ground']],
    ['A loan of 3 times annual income is too much.', ['wrong-ground']],
    ['The collateral does not suffice.', ['wrong-ground']],
    ['The DTI of 30% is not over the limit, and yet this is denied.', ['no-ground']],
    ['The DTI never exceeds 45%, yet denied.', ['no-ground']],
    ['A DTI of no more than 45%, denied.', ['no-ground']],
    ['Denied because the applicant is a woman; the DTI of 67.75% exceeds 45%.', ['wrong-ground']],
    ['The applicant is too old for thirty years. The DTI exceeds 45%.', ['wrong-ground']],
    ['We do not lend in this neighbourhood. The DTI of 67.75% also exceeds 45%.', ['wrong-ground']],
    ['She is divorced, and the DTI exceeds 45%.', ['wrong-ground']],
    ['The score of 745 does not reach what is needed; the DTI exceeds 45%.', ['wrong-ground']],
    ['Her credit history is not good enough; the DTI is over 45%.', ['wrong-ground']],
    ['The income of $100,000 is not enough. The DTI exceeds 45%.', ['wrong-ground']],
  ])('%s', (reasoning, expected) => expect(codes(reasoning)).toEqual(expected));

  it('is none where the policy approves, and nothing is asked of an approval', () => {
    expect(codes('The DTI exceeds the maximum.', input)).toEqual(['wrong-ground']);
    expect(codesOf(ground, input, { approved: true, reasoning: 'The score is too low.' })).toEqual([]);
    expect(codesOf(ground, denied, { approved: false })).toEqual([]);
  });

  it('is the same in the trials of a case', () => {
    const over = run({ approved: false, reasoning: 'The DTI exceeds 45 %.' });
    const score = run({ approved: false, reasoning: 'The score is too low.' });
    const silent = run({ approved: false, reasoning: 'Denied.' });
    const of = (...trials: RunEvidence[]) => steadyGround.score({ case: {} as never, trials });
    expect(of(over, over)).toMatchObject({ pass: true, value: 1, hard: false });
    expect(of(over, over, score, silent)).toMatchObject({
      pass: false,
      value: 0.5,
      findings: [
        { code: 'unsteady-ground', message: expect.stringContaining('debt-to-income in 50 %, credit score in 25 %, none in 25 %') },
      ],
    });
    expect(of(over)).toBeUndefined();
    expect(of(over, run({ approved: true, reasoning: 'Fine.' }))).toBeUndefined();
  });
});
