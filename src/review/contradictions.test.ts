import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Case } from '../contracts/case.ts';
import type { AuditedCase, AuditRules } from './audit-rules.ts';
import { contradictions } from './contradictions.ts';

const rules: AuditRules = {
  approvalField: 'approved',
  monotone: { income: 'higher-approves', debts: 'lower-approves' },
  meetsLabel: ({ case: { label } }, decision) => decision.approved === label.decision.approved,
};

function audited(id: number, input: AuditedCase['input'], approved: boolean): AuditedCase {
  return { case: { id: `case-${id}`, input, label: { decision: { approved } } } as unknown as Case, input };
}

const small = fc.integer({ min: 0, max: 3 });
const inputs = fc.record(
  { income: fc.oneof(small, fc.constant(null)), debts: small, state: fc.constantFrom('A', 'B') },
  { requiredKeys: [] },
);

it('finds in many cases what it finds in each two of them, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(inputs, fc.boolean()), { maxLength: 12 }), fc.boolean(), (drawn, isMonotone) => {
      const cases = drawn.map(([input, approved], id) => audited(id, input as AuditedCase['input'], approved));
      const { monotone: _, ...plain } = rules;
      const used = isMonotone ? rules : plain;
      const inPairs = cases.flatMap((one, index) =>
        cases.slice(index + 1).flatMap((other) => contradictions([one, other], used, new Set())),
      );
      expect(contradictions(cases, used, new Set())).toEqual(inPairs);
    }),
  );
});

it('names a denial of what is better in one field and worse in none, and nothing else', () => {
  const [poor, rich, other] = [
    audited(1, { income: 1, debts: 2, state: 'A' }, true),
    audited(2, { income: 3, debts: 2, state: 'A' }, false),
    audited(3, { income: 3, debts: 2, state: 'B' }, false),
  ];
  expect(contradictions([poor, rich, other], rules, new Set()).map(({ caseId, otherId }) => [caseId, otherId])).toEqual([
    ['case-1', 'case-2'],
    ['case-2', 'case-1'],
  ]);
});

it('goes through thousands of cases without looking closely at every two of them', { timeout: 10_000 }, () => {
  const cases = Array.from({ length: 4000 }, (_, id) => audited(id, { income: id, debts: 0 }, id >= 2000));
  expect(contradictions(cases, rules, new Set())).toEqual([]);
});
