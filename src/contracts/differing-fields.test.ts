import { describe, expect, it } from 'vitest';
import { decisionDifferences, sharedFields } from './differing-fields.ts';

const prose = (text: string) => `${text} because the figures of the applicant say so in every respect`;

const fieldsOf = (trials: readonly { readonly decision: object }[]) => new Set(trials.flatMap(({ decision }) => Object.keys(decision)));

describe('decisionDifferences', () => {
  it('shows the fields whose values differ, and leaves out prose and fields that only one version has', () => {
    const before = [
      { decision: { approved: true, loan: 5, reason: prose('No') } },
      { decision: { approved: true, loan: 7, reason: prose('Never') } },
    ];
    const after = [
      { decision: { approved: true, loan: 7, extra: 1, reason: prose('Yes') } },
      { decision: { approved: true, loan: 7, extra: 1, reason: prose('Sure') } },
    ];
    const fields = sharedFields(fieldsOf(before), fieldsOf(after));
    expect(fields).toEqual(['approved', 'loan', 'reason']);
    expect(decisionDifferences(fields, before, after)).toEqual([
      {
        field: 'loan',
        baseline: [
          { value: 5, trials: 1 },
          { value: 7, trials: 1 },
        ],
        candidate: [{ value: 7, trials: 2 }],
      },
    ]);
  });

  it('sees a value that came as often another time, and not the order in which values came', () => {
    const [yes, no] = [{ decision: { approved: true } }, { decision: { approved: false } }];
    expect(decisionDifferences(['approved'], [yes, no], [no, yes])).toEqual([]);
    expect(decisionDifferences(['approved'], [yes, yes, no], [yes, no, no])).toHaveLength(1);
    expect(decisionDifferences(['approved'], [yes], [{}])).toEqual([
      { field: 'approved', baseline: [{ value: true, trials: 1 }], candidate: [] },
    ]);
  });

  it('takes for the same what the case says is the same', () => {
    const before = [{ decision: { payout: { amount: 5, to: 'A' }, note: prose('No'), route: 'deny' } }];
    const after = [{ decision: { route: 'deny', note: prose('Yes'), payout: { to: 'A', amount: '$5' } } }];
    const comparators = { 'payout.amount': 'money' } as const;
    expect(decisionDifferences(['payout', 'route', 'note'], before, after, comparators)).toEqual([]);
    expect(decisionDifferences(['payout'], before, after)).toHaveLength(1);
    // Who says when prose is the same wants to see where it is not.
    expect(decisionDifferences(['note'], before, after, { note: (one, other) => one === other })).toHaveLength(1);
  });
});
