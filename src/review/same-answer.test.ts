import { expect, test } from 'vitest';
import { choiceOf, sameChoice } from './same-answer.ts';

test('a decision is what its yes/no fields say; where it has none, what its words say', () => {
  expect(choiceOf({ approved: true, denied: false, limit: 300, reason: 'low debt' })).toEqual({ approved: true, denied: false });
  expect(choiceOf({ tier: 'gold', queue: null, limit: 300, reason: 'two open claims', codes: ['a'] })).toEqual({
    tier: 'gold',
    queue: null,
  });
});

test('two decisions choose the same whatever their numbers, prose and order of fields', () => {
  expect(sameChoice({ approved: true, rate: 5 }, { rate: 6, approved: true })).toBe(true);
  expect(sameChoice({ approved: true }, { approved: false })).toBe(false);
  expect(sameChoice({ tier: 'gold', limit: 300, why: 'steady income' }, { why: 'long with us', limit: 200, tier: 'gold' })).toBe(true);
  expect(sameChoice({ tier: 'gold' }, { tier: 'größer_2' })).toBe(false);
  expect(sameChoice({ tier: null }, { tier: 'gold' })).toBe(false);
  // A word of more than forty characters is prose.
  expect(sameChoice({ tier: 'a'.repeat(41) }, { tier: 'b'.repeat(41) })).toBe(true);
  expect(sameChoice({ tier: 'a'.repeat(40) }, { tier: 'b'.repeat(40) })).toBe(false);
});
