import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Verdict, verdictSchema } from '../../../contracts/verdict.ts';
import { exampleVerdict } from '../../../reporters/testing/example-report.ts';
import type { ApprovalDecision } from '../approval/decide-approval.ts';
import type { ProposedRules } from '../gate-context.ts';
import { underRules } from './under-rules.ts';

const unapproved: ApprovalDecision = { rules: 'a'.repeat(64), setting: 'another', approvedBy: [], notCounted: [] };
const approved: ApprovalDecision = { ...unapproved, approvedBy: [{ name: 'ada', by: 'review', pullRequest: 7, commit: 'b'.repeat(40) }] };
const label = {
  what: 'label',
  where: 'cases/heavy.json',
  field: 'label.decision.accepted',
  before: 'false',
  after: 'true',
  weighs: true,
} as const;

function rules(approval: ApprovalDecision, more: Partial<ProposedRules> = {}): ProposedRules {
  return { changes: [label], withAgent: true, agentChanged: true, agentMayDiffer: true, proposed: ['x'], approval, ...more };
}

const { accusation: _, ...rest } = exampleVerdict();
const ends = {
  pass: { ...rest, verdict: 'pass', basis: 'tested', exitCode: 0, reason: 'Nothing got worse.' },
  regressed: exampleVerdict(),
  inconclusive: { ...rest, verdict: 'inconclusive', cause: 'margin', exitCode: 5, reason: 'The margin cannot be reached.' },
} as const satisfies Record<string, Verdict>;

const said = { reason: 'So it is.', affected: new Set<string>(), failing: 0, cases: 10 };
const says = {
  none: undefined,
  pass: { ...said, passes: true, elsewhere: true },
  fail: { ...said, passes: false, elsewhere: true },
  elsewhere: { ...said, passes: true, elsewhere: false },
} as const;

describe('main against the proposal', () => {
  it.each([
    ['pass', 'none', 'unapproved', 'needs-approval', 6],
    ['pass', 'none', 'approved', 'pass', 0],
    ['pass', 'pass', 'unapproved', 'needs-approval', 6],
    ['pass', 'pass', 'approved', 'pass', 0],
    ['pass', 'fail', 'unapproved', 'inconclusive', 5],
    ['pass', 'fail', 'approved', 'inconclusive', 5],
    ['regressed', 'pass', 'unapproved', 'needs-approval', 6],
    ['regressed', 'pass', 'approved', 'pass', 0],
    ['regressed', 'elsewhere', 'approved', 'regressed', 1],
    ['regressed', 'fail', 'approved', 'regressed', 1],
    ['regressed', 'none', 'approved', 'regressed', 1],
    ['inconclusive', 'none', 'unapproved', 'inconclusive', 5],
    ['inconclusive', 'none', 'approved', 'inconclusive', 5],
  ] as const)('main says %s, the proposal %s, %s: %s', (byMain, byProposal, who, verdict, exitCode) => {
    const end = underRules(ends[byMain], rules(who === 'approved' ? approved : unapproved), says[byProposal]);
    expect(verdictSchema.parse(end)).toMatchObject({ verdict, exitCode, ruleChanges: [label] });
    if (verdict === 'pass') expect(end.reason).toContain('approved by ada (#7 at bbbbbbbbbbbb)');
  });
});

it('a lenient caller gets no green for an inconclusive verdict beside changed rules', () => {
  const lenient = { ...ends.inconclusive, exitCode: 0 };
  expect(underRules(lenient, rules(unapproved)).exitCode).toBe(5);
  expect(underRules(lenient, rules(unapproved, { withAgent: false })).exitCode).toBe(0);
});

it('says in which cases main fails it', () => {
  const end = underRules(ends.regressed, rules(unapproved), says.pass);
  expect(end.reason).toMatch(/passes under the rules it proposes and fails \d+ of \d+ cases under main's/);
});

describe('whatever the proposed rules say', () => {
  const proposed = fc.record({
    passes: fc.boolean(),
    elsewhere: fc.boolean(),
    reason: fc.constantFrom('So it is.', 'It passes under main.'),
    affected: fc.constant(new Set<string>()),
    failing: fc.nat(10),
    cases: fc.constant(10),
  });
  const approvals = fc.constantFrom(unapproved, approved, { ...unapproved, setting: 'maintainer' as const, notCounted: ['No.'] });
  const more = fc.record({ withAgent: fc.boolean(), agentChanged: fc.boolean() });

  it('a regression under main is green only with an approval, and never where it also shows in cases that they leave as they are', () => {
    fc.assert(
      fc.property(fc.option(proposed, { nil: undefined }), approvals, more, (says, approval, given) => {
        const end = verdictSchema.parse(underRules(ends.regressed, rules(approval, given), says));
        const may = given.withAgent && approval.approvedBy.length > 0 && says?.passes === true && says.elsewhere;
        expect(end.exitCode === 0).toBe(may);
        if (end.verdict === 'pass') expect(end.proposal?.approvedBy).toEqual(approval.approvedBy);
      }),
    );
  });

  it('rules that change with the agent are green only with an approval, and what is not green under main gets no better', () => {
    const byMain = fc.constantFrom(...Object.values(ends));
    fc.assert(
      fc.property(byMain, fc.option(proposed, { nil: undefined }), approvals, (verdict, says, approval) => {
        const end = underRules(verdict, rules(approval), says);
        if (approval.approvedBy.length === 0) expect(end.exitCode).not.toBe(0);
        if (verdict.verdict === 'inconclusive') expect(end.exitCode).toBe(5);
        if (says?.passes === false) expect(end.exitCode).not.toBe(0);
      }),
    );
  });
});
