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

const says = {
  none: undefined,
  pass: { passes: true, reason: 'It passes.', affected: new Set<string>(), elsewhere: true },
  fail: { passes: false, reason: 'It fails.', affected: new Set<string>(), elsewhere: true },
  elsewhere: { passes: true, reason: 'It passes.', affected: new Set<string>(), elsewhere: false },
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
  expect(end.reason).toMatch(/passes under the rules it proposes, and fails \d+ cases? under main's/);
});
