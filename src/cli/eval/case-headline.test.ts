import { expect, it } from 'vitest';
import type { CaseResult } from '../../contracts/evaluation.ts';
import { caseHeadline } from './view.ts';

const error = { number: 3, error: 'network', message: 'gone' } as const;

it.each([
  [{ passes: 5, runs: 5 }, '✓ 5/5 pass', 'green'],
  [{ passes: 3, runs: 5 }, '✗ 3/5 mixed', 'red'],
  [{ passes: 0, runs: 5 }, '✗ 0/5 fail', 'red'],
  [{ passes: 2, runs: 2 }, '! 2/2 incomplete, 3 not run', 'yellow'],
  [{ passes: 1, runs: 2 }, '✗ 1/2 mixed', 'red'],
  [{ passes: 0, runs: 0 }, '! not run', 'yellow'],
  [{ passes: 4, runs: 4, infraErrors: [error] }, '! 4/4 incomplete, 1 infra error', 'yellow'],
] as const)('of five trials that were asked for, %j is %s', (counts, text, style) => {
  expect(caseHeadline({ infraErrors: [], ...counts } as unknown as CaseResult, 5)).toEqual({ text, style });
});
