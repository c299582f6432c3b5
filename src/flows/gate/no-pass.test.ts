import { describe, expect, it } from 'vitest';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { editionRecordSchema } from '../../gate/edition-record.ts';
import { exampleVerdict } from '../../reporters/testing/example-report.ts';
import { type Editions, underEditions } from './editions.ts';
import { underQuarantine } from './quarantine.ts';
import { underRefusedInputs } from './refused-inputs.ts';

const regressed = exampleVerdict();
const { accusation, ...rest } = regressed as Extract<Verdict, { verdict: 'regressed' }>;
const green: readonly Verdict[] = [
  { ...rest, verdict: 'pass', basis: 'tested', exitCode: 0, reason: 'Nothing got worse.' },
  {
    ...rest,
    verdict: 'waived',
    accusation,
    waiver: { caseIds: ['heavy'], versionFingerprint: 'a'.repeat(64), reason: 'So it is.', approver: 'Ada', expires: '2099-01-01' },
    exitCode: 0,
    reason: 'Waived.',
  },
];
const lost: Editions = {
  record: editionRecordSchema.parse({ agent: 'clerk', mode: 'simulated', branch: 'change', cases: [] }),
  faults: ['It is damaged.'],
  isLost: true,
};
const refusals: readonly [string, (verdict: Verdict) => Verdict][] = [
  ['a record of editions that cannot be read', (verdict) => underEditions(verdict, lost, [], undefined)],
  [
    'inputs that the candidate does not take',
    (verdict) => underRefusedInputs(verdict, { refused: new Map([['heavy', 'too heavy']]) as never }),
  ],
  [
    'a suite that is too flaky',
    (verdict) => underQuarantine(verdict, { out: new Set(), notice: undefined, tooFlaky: 'Too flaky.' }, false),
  ],
];

describe.each(refusals)('with %s', (_, under) => {
  it.each(green)('a verdict that is $verdict is inconclusive', (verdict) => {
    expect(verdictSchema.parse(under(verdict))).toMatchObject({ verdict: 'inconclusive', exitCode: 5 });
  });

  it('a regression stays one', () => {
    expect(under(regressed)).toMatchObject({ verdict: 'regressed', exitCode: 1, reason: regressed.reason });
  });
});
