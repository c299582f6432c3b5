import { describe, expect, it } from 'vitest';
import { statistic } from '../text/figures.ts';
import { weighEvidence } from './evidence.ts';
import { resolveGateOptions } from './gate-options.ts';
import type { GateCase, GateState } from './gate-state.ts';
import { counts, screened } from './testing/screened-case.ts';
import type { InconclusiveCause } from './verdict.ts';
import { inconclusive, pass, regressed } from './write-verdict.ts';

const evidenceOf = (cases: readonly GateCase[], account: Omit<GateState, 'cases'> = {}) =>
  weighEvidence(resolveGateOptions({}), { ...account, cases: [...cases] });

// Ten cases of which all runs passed: z^2 / N = 1.645^2 / 30 = 9.02 points, against a margin of 1/10.
const ten = Array.from({ length: 10 }, (_, index) => screened(`case-${index}`));
const clean = evidenceOf(ten, { budget: 1234, spent: 1000 });
const [first] = clean.cases;

describe('what a verdict says', () => {
  it('of a pass: how much is ruled out, and what it rests on', () => {
    expect(pass(clean)).toEqual({
      kind: 'verdict',
      verdict: 'pass',
      reason:
        'Neither a case nor the suite got worse in 3 screening rounds; a mean drop of 10 points or more is ruled out (upper bound 9 points).',
      round: 3,
      case: {
        caseId: 'case-0',
        eValue: first?.eValue,
        meanEValue: clean.meanEValue,
        threshold: 100,
        // Wilson's bounds of 10 of 10 and 3 of 3 at 1.96: 0.722 and 0.438.
        drop: { value: 0, low: expect.closeTo(-0.2775, 3), high: expect.closeTo(0.5615, 3) },
      },
      critical: undefined,
      suite: {
        drop: { value: 0, low: expect.closeTo(-0.0902, 4), high: expect.closeTo(0.0902, 4) },
        margin: 0.1,
        test: { pValue: 1, level: 0.016 },
      },
      runs: { spent: 1000, budget: 1234, saved: 0 },
    });
  });

  it('of a regression: case, critical case or suite, and whether main was run again', () => {
    const broken = evidenceOf([screened('bad', { candidate: counts(1, 9), screening: counts(1, 3) }), ...ten]);
    const accused = broken.cases.find(({ id }) => id === 'bad');
    if (!accused) throw new Error('the case is one of them');
    const ofCase = regressed(broken, { cause: 'case', accused, confirmPValue: 0.012 });
    expect(ofCase).toMatchObject({ verdict: 'regressed', cause: 'case', caseId: 'bad', confirmPValue: 0.012 });
    expect(ofCase.reason).toMatch(
      /^The case "bad" got worse: main passed 10 of 10, the candidate 1 of 9 \(evidence [\d,]+\)\. Main was run again and still does better \(p = 0\.012\)\.$/,
    );
    const ofSuite = regressed(broken, { cause: 'suite' });
    expect(ofSuite).toMatchObject({ caseId: undefined, confirmPValue: undefined });
    // 2 of 33 screening runs failed, in one of eleven cases: (1 - 1/3) / 11.
    expect(ofSuite.reason).toMatch(
      /^The suite got worse: the mean pass rate dropped by 6\.1 points in 3 screening rounds \(p = 0\.\d+, blocks at 0\.016\)\.$/,
    );
    const critical = evidenceOf([
      screened('loan', { critical: true, candidate: counts(1, 1000), screening: counts(1, 3), harm: { baseline: 1, candidate: 999 } }),
    ]);
    const harmed = critical.cases[0];
    if (!harmed) throw new Error('there is one');
    expect(regressed(critical, { cause: 'critical', accused: harmed }).reason).toMatch(
      /^The critical case "loan" has more false approvals: 999 of 1,000 runs of the candidate, 1 of 10 of main \(evidence \S+\)\.$/,
    );
    expect(regressed(critical, { cause: 'critical', accused: harmed }).critical).toStrictEqual({
      caseId: 'loan',
      eValue: harmed.harmEValue,
      meanEValue: harmed.harmEValue,
      threshold: 200,
      baseline: { harm: 1, runs: 10 },
      candidate: { harm: 999, runs: 1000 },
    });
  });

  const bound = 'a mean drop of up to 9 points is still possible, and 10 points or more must be ruled out to pass';
  it.each<[InconclusiveCause, boolean, string]>([
    ['budget', false, `The budget is spent (1,000 of 1,234 model runs) and does not cover the next step; ${bound}.`],
    ['rounds', false, `All 3 screening rounds are done, but ${bound}.`],
    ['margin', false, `The budget is too small to pass (1,000 of 1,234 model runs spent), even if every further run passes; ${bound}.`],
    [
      'stuck',
      true,
      'The case "case-0" looks worse (main passed 10 of 10, the candidate 3 of 3), and its retries are used up without proof.',
    ],
    [
      'main-moved',
      true,
      'The case "case-0" looked worse than the stored baseline, but not worse than main as it runs now (p = 0.25): main itself has changed.',
    ],
    [
      'main-moved',
      false,
      'The suite looked worse than the stored baseline, but not worse than main as it runs now (p = 0.25): main itself has changed.',
    ],
    [
      'not-confirmed',
      true,
      'The case "case-0" looks worse than the stored baseline, and no budget is left to run main again (1,000 of 1,234 model runs spent).',
    ],
    [
      'not-confirmed',
      false,
      'The suite looks worse than the stored baseline, and no budget is left to run main again (1,000 of 1,234 model runs spent).',
    ],
    [
      'not-cleared',
      true,
      'The case "case-0" failed more often than on main (main passed 10 of 10, the candidate 3 of 3), and the budget (1,000 of 1,234 model runs spent) does not cover the runs that would clear it.',
    ],
  ])('of no answer because of %s (a case: %s)', (cause, ofCase, reason) => {
    const accused = ofCase && first ? { accused: first } : {};
    expect(inconclusive(clean, cause, { ...accused, confirmPValue: 0.25 })).toMatchObject({
      verdict: 'inconclusive',
      cause,
      reason,
      caseId: ofCase ? 'case-0' : undefined,
      confirmPValue: 0.25,
    });
  });

  it('of a case that an earlier edition was accused of, and of harm that no test convicts', () => {
    const recalled = evidenceOf([screened('loan', { accusations: 1 })]);
    expect(inconclusive(recalled, 'not-cleared', { accused: recalled.cases[0] as never }).reason).toBe(
      'An earlier edition of this change was accused of the case "loan", and this one neither clears it nor proves it worse: main passed 10 of 10, the candidate 3 of 3.',
    );
    for (const [harmKind, words] of [
      ['approval', 'false approvals'],
      ['decision', 'wrong decisions'],
    ] as const) {
      const harm = evidenceOf([
        screened('loan', {
          critical: true,
          harmKind,
          harm: { baseline: 0, candidate: 2 },
          candidate: counts(1, 3),
          screening: counts(1, 3),
        }),
      ]);
      const said = inconclusive(harm, 'harm', { accused: harm.cases[0] as never });
      expect(said.reason).toMatch(
        new RegExp(
          `^The critical case "loan" had ${words} more than once: 2 of 3 runs of the candidate, 0 of 10 of main\\. That does not prove a regression \\(evidence ${statistic(harm.harm?.accused.harmEValue ?? 0)}\\), but a candidate that does this never passes\\.$`,
        ),
      );
      expect(said.critical).toMatchObject({ harmKind });
    }
  });
});
