import { expect, it } from 'vitest';
import { variedInputs } from './varied-inputs.ts';

it('changes one figure at a time, by its place, and leaves the input itself', () => {
  const input = { income: 100, terms: { years: 30, rates: [6.5] }, fixed: true, name: 'x', debt: 0, none: null };
  const varied = variedInputs(input);
  expect(varied).toHaveLength(4 + 4 + 4 + 1 + 1);
  expect(varied[0]).toEqual({ ...input, income: 40 });
  expect(varied[4]).toEqual({ ...input, terms: { years: 12, rates: [6.5] } });
  expect(varied[8]).toEqual({ ...input, terms: { years: 30, rates: [2.6] } });
  expect(varied.slice(-2)).toEqual([
    { ...input, fixed: false },
    { ...input, debt: 1 },
  ]);
  expect(input.terms.rates).toEqual([6.5]);
});
