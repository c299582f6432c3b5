import { describe } from 'vitest';
import { alwaysSimulated, describeCases, expect, test } from '../src/vitest/index.ts';

// The stand-in reproduces what version 1 was seen to do; another model has its own faults.
test.override('evalsMode', alwaysSimulated);

/** What it approved of the ten cases of the published account. */
const approves = [
  '01-dti-exactly-at-cap',
  '03-score-exactly-740',
  '06-excellent-credit-loan-5-times-income',
  '08-trivial-loan-no-debt',
  '10-three-borders-at-once',
];
const denies = [
  '02-dti-a-hair-over-cap',
  '04-score-one-below-740',
  '05-high-income-terrible-credit',
  '07-loan-44-times-income',
  '09-score-one-below-fair',
];

describeCases(
  'v1',
  { name: 'version 1, as it was observed', trials: 5, cases: [...approves, ...denies].sort() },
  ({ trials, case: { id } }) => {
    expect(trials).toDecide({ approved: approves.includes(id) });
    expect(trials).toEndAs('decided');
  },
);

describe('what the traces of version 1 showed', () => {
  test('it fails the cases that were added later in the same ways', async ({ docket }) => {
    const added = { denied: ['11-score-exactly-580', '15-score-590'], approved: ['12-mid-fair-over-its-cap', '13-one-cent-over-max-loan'] };
    const denied = await docket.run('v1', { cases: added.denied });
    expect(denied).toShowFinding('false-denial');
    expect(denied).toShowFinding('invented-rule');
    const approved = await docket.run('v1', { cases: [...added.approved, '14-a-third-of-a-point-over-the-cap'] });
    expect(approved).toShowFinding('false-approval');
    expect(approved).toShowFinding('approval-against-dti');
  });

  test('it approves on the DTI of a tool that leaves the loan out', async ({ docket }) => {
    const trials = await docket.run('v1', {
      cases: ['01-dti-exactly-at-cap', '03-score-exactly-740', '10-three-borders-at-once'],
    });
    expect(trials).toDecide({ approved: true });
    expect(trials).toShowFinding('false-approval');
    expect(trials).toShowFinding('approval-against-dti');
    expect(trials).not.toAgreeWithPolicy();
    for (const { evidence } of trials) {
      const dti = evidence.trial.transcript.steps.find((step) => step.kind === 'tool-call' && step.tool === 'calc_dti');
      const withoutLoan = ((Number(evidence.input.total_debt) / Number(evidence.input.annual_income)) * 100).toFixed(1);
      expect(dti).toHaveProperty('result', expect.stringContaining(`DTI: ${withoutLoan}%`));
    }
  });

  test('it approves against its own reasoning, on wrong arithmetic', async ({ docket }) => {
    const trials = await docket.run('v1', { cases: ['06-excellent-credit-loan-5-times-income'] });
    expect(trials).toDecide({ approved: true, max_loan: 139_700, reasoning: expect.stringContaining('64.8%') });
    expect(trials).toShowFinding('contradiction');
    for (const trial of trials) expect(trial).not.toBeConsistent();
  });

  test.for([
    ['01-dti-exactly-at-cap', 'the existing debt', 3750],
    ['10-three-borders-at-once', 'the existing debt', 3950],
    ['08-trivial-loan-no-debt', 'a 5-year payment', 97.83],
  ] as const)('in %s it gives %s as the monthly payment', async ([id, , payment], { docket }) => {
    const trials = await docket.run('v1', { cases: [id] });
    expect(trials).toDecide({ monthly_payment: payment });
    expect(trials).toShowFinding('wrong-monthly-payment');
  });

  test('in one case the monthly payment is right', async ({ docket }) => {
    const trials = await docket.run('v1', { cases: ['03-score-exactly-740'] });
    expect(trials).toDecide({ monthly_payment: 1580.17 });
    expect(trials).not.toShowFinding('wrong-monthly-payment');
  });

  test('max_loan is the amount asked for, a guess or nothing', async ({ docket }) => {
    const trials = await docket.run('v1');
    expect(trials).toShowFinding('wrong-max-loan', { atLeast: 35 });
    const given = trials.map(({ decision, evidence }) => {
      if (decision?.max_loan === 0) return 'nothing';
      return decision?.max_loan === evidence.input.loan_amount ? 'the amount asked for' : 'a guess';
    });
    expect(new Set(given)).toEqual(new Set(['nothing', 'the amount asked for', 'a guess']));
  });

  test('it invents a minimum score, and denies a loan that fits', async ({ docket }) => {
    const belowFair = await docket.run('v1', { cases: ['09-score-one-below-fair'] });
    expect(belowFair).toShowFinding('invented-rule');
    expect(belowFair).toDecide({ max_loan: 0, reasoning: expect.stringMatching(/minimum score.*580-620/i) });
    const terrible = await docket.run('v1', { cases: ['05-high-income-terrible-credit'] });
    expect(terrible).toShowFinding('false-denial');
    expect(terrible).toDecide({ approved: false, reasoning: expect.stringMatching(/terrible credit/i) });
  });

  test('what was fine: both tools in one round trip, and the right tier', async ({ docket }) => {
    const trials = await docket.run('v1');
    expect(trials).toHaveCalledTools(['calc_dti', 'credit_risk']);
    expect(trials).toPassScorer('trajectory');
    for (const { evidence } of trials) {
      const kinds = evidence.trial.transcript.steps.map((step) => step.kind);
      expect(kinds).toEqual(['model-call', 'tool-call', 'tool-call', 'model-call']);
    }
  });
});
