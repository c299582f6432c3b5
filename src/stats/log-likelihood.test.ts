import { expect, it } from 'vitest';
import { bestLogLikelihood, logLikelihood } from './log-likelihood.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });

it('the log likelihood of counts is that of their runs one after another, and certain ones cost nothing', () => {
  // (1/4)^2 (3/4) = 3/64.
  expect(logLikelihood(counts(2, 3), 0.25)).toBeCloseTo(Math.log(3 / 64), 14);
  expect([logLikelihood(counts(3, 3), 1), Math.abs(logLikelihood(counts(0, 2), 0))]).toEqual([0, 0]);
  expect([logLikelihood(counts(2, 3), 1), logLikelihood(counts(1, 3), 0)]).toEqual([-Infinity, -Infinity]);
});

it('the best rate is the one that was seen, and without runs there is nothing to explain', () => {
  // (2/3)^2 (1/3) = 4/27.
  expect(bestLogLikelihood(counts(2, 3))).toBeCloseTo(Math.log(4 / 27), 14);
  expect(bestLogLikelihood(counts(0, 0))).toBe(0);
});
