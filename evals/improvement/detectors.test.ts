import { expect, it } from 'vitest';
import { knownFaults } from './known-faults.ts';
import { caseInputs, problemsOf } from './underwriter-runs.ts';

const inputs = caseInputs();

it('finds every known fault of version 1 in its runs alone, and nothing that is none; told apart by what is to blame', async () => {
  const found = await problemsOf({ version: 'v1', inputs, trials: 2 });
  expect(knownFaults.filter(({ isFound }) => !found.some(isFound)).map(({ fault }) => fault)).toEqual([]);
  expect(found.filter((problem) => !knownFaults.some(({ isFound }) => isFound(problem))).map(({ id }) => id)).toEqual([]);
  const cause = (id: string) => found.find((problem) => problem.id === id)?.cause;
  expect(cause('tool-against-policy/calc_dti/dti')).toBe('tool');
  expect(cause('wrong-source/monthly_payment/calc_dti-s-monthly-debt')).toBe('prompt');
  expect(cause('ambiguous-instruction/monthly_payment')).toBe('schema');
  // By hand: 100,000 a year is 8,333.33 a month, of which 42,000 / 12 = 3,500 are debt and 1,580.17 the loan: 60.96 %, and the tool says 42.0 %.
  const [tool] = found;
  expect(JSON.stringify(tool?.examples)).toContain('DTI: 42.0%');
  expect(JSON.stringify(tool?.examples)).toContain('Post-loan DTI 60.96 %');
});

it('finds nothing in versions 2 and 3', async () => {
  for (const version of ['v2', 'v3']) expect(await problemsOf({ version, inputs, trials: 2 })).toEqual([]);
});

it('tells a single trace of each of the ten cases as well', async () => {
  const found = await problemsOf({ version: 'v1', inputs: inputs.slice(0, 10), trials: 1, kind: 'trace' });
  const ids = found.map(({ id }) => id);
  for (const id of [
    'tool-against-policy/calc_dti/dti',
    'against-reasoning',
    'invented-rule',
    'wrong-source/monthly_payment/calc_dti-s-monthly-debt',
    'method-varies/max_loan',
  ])
    expect(ids).toContain(id);
});
