import { expect, it } from 'vitest';
import type { Problem } from '../contracts/improvement-plan.ts';
import { coreFinding } from './core-finding.ts';

const problem = (detector: string, kind: Problem['kind'], what: string): Problem => ({
  ...{ id: detector, detector, kind, what, severity: 'serious', about: {}, cause: 'model', because: '' },
  seen: { runs: 6, of: 9, share: { value: 0.67, low: 0.35, high: 0.88 } },
  ...{ runs: [], cases: [], examples: [], findings: [] },
});

it('says what is worst once, and what else there is', () => {
  const numbers = problem('untraced-number', 'inconsistency', 'reasons with numbers of its own making');
  expect(coreFinding([numbers], 9)).toEqual([
    'Reasons with numbers of its own making in 6 of 9 runs.',
    '1 problem in all, 0 of them a wrong result.',
  ]);
  const varies = problem('method-varies', 'inconsistency', 'amount is arrived at in 2 ways');
  expect(coreFinding([numbers, varies], 9)[1]).toBe('Beside that: amount is arrived at in 2 ways (6).');
  expect(coreFinding([], 1)[0]).toBe('Nothing that is looked for was found in 1 run.');
});
