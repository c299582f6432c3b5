import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseSchema } from '../index.ts';
import { underwriter } from './agent.ts';
import { type LoanApplication, loanApplicationSchema } from './application.ts';
import { policyDecision } from './policy.ts';
import { rationale } from './rationale.ts';
import { arbitraryApplication } from './testing/arbitrary-application.ts';

const cases = new URL('../../cases/', import.meta.url);

test.each(readdirSync(cases).filter((file) => /^\d\d-.*\.json$/.test(file)))('%s begins its rationale with the same arithmetic', (file) => {
  const { input, label } = caseSchema.parse(JSON.parse(readFileSync(new URL(file, cases), 'utf8')));
  expect(label.rationale.startsWith(rationale(loanApplicationSchema.parse(input)))).toBe(true);
});

test('the policy moves the way the agent says: what is better in every field is approved where the worse is', () => {
  const directions = Object.entries(underwriter.monotone ?? {}) as [keyof LoanApplication, string][];
  expect(directions).toHaveLength(4);
  fc.assert(
    fc.property(arbitraryApplication(), arbitraryApplication(), (one, other) => {
      const better = { ...one };
      for (const [field, direction] of directions) {
        better[field] = direction === 'higher-approves' ? Math.max(one[field], other[field]) : Math.min(one[field], other[field]);
      }
      fc.pre(policyDecision(one).approved);
      expect(policyDecision(better).approved).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
