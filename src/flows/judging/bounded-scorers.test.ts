import { expect, test } from 'vitest';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import type { TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { askAtOnce } from './ask-scorer.ts';
import { withBoundedScorers } from './bounded-scorers.ts';

const passing = { name: 'fair', pass: true, value: 1, hard: true, reason: 'fair', findings: [] };
const evidence = { case: { id: 'one' }, trial: { key: { number: 2 } } } as unknown as TrialEvidence;

/** @param limitMs long enough for whatever answers at all, on any machine */
function ask(score: () => unknown, limitMs = 10_000) {
  const scorer = { scope: 'trial', name: 'fair', score } as TrialScorer;
  const bounded = withBoundedScorers({ ...refundDesk(), scorers: [scorer] }, limitMs);
  return askAtOnce(bounded, bounded.scorers[0] as TrialScorer, evidence);
}

test.for<[string, () => unknown]>([
  [
    'loops',
    () => {
      for (;;);
    },
  ],
  ['backtracks', () => /^(?:a+)+$/.test(`${'a'.repeat(64)}b`)],
  [
    'loops where it cleans up',
    () => {
      try {
        for (;;);
      } catch {
        return passing;
      } finally {
        for (;;);
      }
    },
  ],
])('a scorer that %s fails by name, and judging goes on', ([, score]) => {
  expect(() => ask(score, 50)).toThrow('The scorer "fair" failed on case one, trial 2: Error: it did not answer within 0.05 s');
  expect(ask(() => passing)).toEqual(passing);
});

test('what a scorer throws and returns is as it was, also where one asks another', () => {
  expect(() => ask(() => JSON.parse('{'))).toThrow(/failed on case one, trial 2: SyntaxError/);
  expect(ask(() => undefined)).toBe(undefined);
  expect(ask(() => ask(() => passing))).toEqual(passing);
});
