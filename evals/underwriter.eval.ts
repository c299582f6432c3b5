import { describeCases, expect } from '../src/vitest/index.ts';

/**
 * The version that is deployed, on every case. With `npm run evals` and a key this is a real model; without one, and in `npm test`,
 * the offline stand-in.
 */
describeCases('v2', { name: 'version 2', trials: 5 }, ({ trials, case: { label } }) => {
  expect(trials).toHaveLength(5);
  expect(trials).toDecide({ approved: label.decision.approved });
  expect(trials).toAgreeWithPolicy();
  expect(trials).toPass();
  expect(trials).toBeConsistent();
  for (const trial of trials) expect(trial).toBeConsistent();
  expect(trials).toHaveCalledTools(['calc_dti', 'calc_max_loan', 'credit_risk']);
  expect(trials).toStayWithinBudget({ maxDollars: 0.05, maxTokens: 20_000 });
});
