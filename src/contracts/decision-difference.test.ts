import { describe, expect, it } from 'vitest';
import { decisionDifferences, sharedFields } from './decision-difference.ts';

const prose = (text: string) => `${text} because the figures of the applicant say so in every respect`;

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
    const fields = sharedFields(before, after);
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
});
