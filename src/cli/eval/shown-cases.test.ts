import { expect, test } from 'vitest';
import type { VersionResult } from '../../contracts/evaluation.ts';
import { notShownText, shownCases } from './shown-cases.ts';

/** A version that passed so many of four trials of each case. */
function version(passes: readonly number[], infraErrorAt?: number): Pick<VersionResult, 'cases'> {
  const infraErrors = [{ number: 1, error: 'connection' as const, message: 'gone' }];
  return {
    cases: passes.map((passed, place) => ({
      caseId: `case-${place}`,
      title: '',
      passes: passed,
      runs: 4,
      trials: [],
      scores: [],
      findings: [],
      infraErrors: place === infraErrorAt ? infraErrors : [],
    })),
  };
}

test('all cases are shown while there is room, and then those first that some version did not simply pass', () => {
  const few = [version([4, 0, 4])];
  expect(shownCases(few, 3)).toEqual([0, 1, 2]);
  expect(notShownText(few, [0, 1, 2])).toBeUndefined();
  const many = [version([4, 4, 4, 4, 0, 4]), version([4, 4, 4, 3, 0, 4], 5)];
  expect(shownCases(many, 4)).toEqual([0, 3, 4, 5]);
  expect(notShownText(many, [0, 3, 4, 5])).toBe(
    '2 more cases, every trial of which passed, are not shown; reports/evaluation.json has all 6.',
  );
  expect(shownCases(many, 2)).toEqual([3, 4]);
  expect(notShownText(many, [3, 4])).toBe('4 more cases, 1 of them not simply passed, are not shown; reports/evaluation.json has all 6.');
});
