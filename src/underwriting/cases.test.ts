import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { caseSchema } from '../index.ts';
import { loanApplicationSchema } from './application.ts';
import { assess, policyDecision } from './policy.ts';
import { tenApplications } from './testing/run-underwriter.ts';

const directory = new URL('../../cases/', import.meta.url);
const files = readdirSync(directory).filter((file) => /^\d\d-.*\.json$/.test(file));
const cases = files.sort().map((file) => ({ file, case: caseSchema.parse(JSON.parse(readFileSync(new URL(file, directory), 'utf8'))) }));

/** Worked out by hand. */
const figures = new Map([
  ['01-dti-exactly-at-cap', [false, '67.75 %']],
  ['02-dti-a-hair-over-cap', [false, '66.34 %']],
  ['03-score-exactly-740', [false, '60.96 %']],
  ['04-score-one-below-740', [false, '62.36 %']],
  ['05-high-income-terrible-credit', [true, '25.49 %']],
  ['06-excellent-credit-loan-5-times-income', [false, '47.78 %']],
  ['07-loan-44-times-income', [false, '382.02 %']],
  ['08-trivial-loan-no-debt', [true, '0.19 %']],
  ['09-score-one-below-fair', [false, '51.23 %']],
  ['10-three-borders-at-once', [false, '90.41 %']],
  ['11-score-exactly-580', [true, '34.35 %']],
  ['12-mid-fair-over-its-cap', [false, '39.56 %']],
  ['13-one-cent-over-max-loan', [false, '40.00 %']],
  ['14-a-third-of-a-point-over-the-cap', [false, '45.33 %']],
  ['15-score-590', [true, '25.30 %']],
  ['16-score-one-below-good', [false, '38.14 %']],
  ['17-best-score-small-loan-over-cap', [false, '45.30 %']],
  ['18-high-income-over-cap', [false, '46.03 %']],
  ['19-good-credit-exactly-max-loan', [true, '40.00 %']],
  ['20-excellent-just-below-cap', [true, '44.90 %']],
  ['21-poor-just-below-cap', [true, '29.82 %']],
  ['22-loan-over-five-times-income', [true, '40.45 %']],
] as const);

describe('the cases', () => {
  test('are first the ten applications of the published account, in its order', () => {
    expect(cases.slice(0, 10).map(({ case: { input } }) => input)).toEqual(tenApplications);
    const ids = cases.map(({ case: { id } }) => id);
    expect([...figures.keys()].filter((id) => !ids.includes(id))).toEqual([]);
    expect(cases.map(({ file }) => file)).toEqual(cases.map(({ case: { id } }) => `${id}.json`));
  });

  test.each(cases.map((one) => [one.case.id, one.case] as const))("%s has the policy's answer", (_, { input, label }) => {
    expect(policyDecision(loanApplicationSchema.parse(input))).toMatchObject(label.decision);
  });

  test.each([...figures])('%s has its arithmetic', (id, [approved, dti]) => {
    const { input, label } = cases.find((one) => one.case.id === id)?.case ?? {};
    const application = loanApplicationSchema.parse(input);
    expect(label?.decision).toEqual(policyDecision(application));
    expect(label?.decision.approved).toBe(approved);
    expect(`${assess(application).postLoanDti.toFixed(2)} %`).toBe(dti);
    expect(label?.rationale).toContain(`= ${dti}, ${approved ? 'at or below' : 'over'}`);
    expect(label).toMatchObject({ source: 'policy', reviewers: [{ kind: 'policy', name: 'src/underwriting/policy.ts' }] });
  });

  test('case 5 keeps its dispute on record: both labels, the arithmetic and how it ended', () => {
    const disputed = cases.filter(({ case: { dispute } }) => dispute !== undefined);
    const { label, dispute } = disputed.find(({ case: { id } }) => id.startsWith('05-'))?.case ?? {};
    expect(dispute?.labels.map(({ decision }) => decision.approved)).toEqual([false, true]);
    expect(dispute?.labels[1]?.argument).toContain('25.49 %, at or below 30 %');
    expect(dispute?.resolution?.decision).toEqual(label?.decision);
  });

  test('the borders of the others are what they say: one cent, a third of a point, the first score of Fair', () => {
    const of = (number: string) => loanApplicationSchema.parse(cases.find(({ case: { id } }) => id.startsWith(number))?.case.input);
    const [fair, cent, third] = [of('11'), of('13'), of('14')];
    expect(assess(fair).tier.name).toBe('Fair');
    const poor = assess({ ...fair, credit_score: fair.credit_score - 1 });
    expect(poor).toMatchObject({ approved: false, tier: { name: 'Poor' } });
    expect([poor.payment.toFixed(2), poor.postLoanDti.toFixed(2)]).toEqual(['1600.89', '42.02']);
    expect(assess(cent).maximumLoan).toBeCloseTo(cent.loan_amount - 0.01, 6);
    expect(assess({ ...cent, loan_amount: assess(cent).maximumLoan }).approved).toBe(true);
    expect(assess(cent).postLoanDti.toFixed(7)).toBe('40.0000006');
    expect(assess(third).postLoanDti - assess(third).tier.maximumDti).toBeCloseTo(1 / 3, 2);
  });

  test('critical are the two whose approval would be gross', () => {
    const critical = cases.filter((one) => one.case.critical);
    expect(critical.map(({ case: { id } }) => id.slice(0, 2))).toEqual(['07', '10']);
    for (const {
      case: { input },
    } of critical) {
      const { postLoanDti, tier } = assess(loanApplicationSchema.parse(input));
      expect(postLoanDti).toBeGreaterThan(2 * tier.maximumDti);
    }
  });
});
