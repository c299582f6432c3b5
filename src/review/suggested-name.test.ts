import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestedId } from './suggested-name.ts';

describe('suggestedId', () => {
  const free = () => false;
  it.each([
    ['A loan of 5.4 times income', 'a-loan-of-5-4-times-income'],
    ['Annual income $85,000', 'annual-income-85000'],
    ['Zażółć: naïve!', 'zazo-c-naive'],
    ['日本', undefined],
    ['…', undefined],
    [`${'word '.repeat(30)}`, 'word-word-word-word-word-word-word-word-word-word-word-word'],
  ])('%j', (title, id) => {
    expect(suggestedId(title, free)).toBe(id);
  });

  it('is one that is not taken', () => {
    expect(suggestedId('At the cap', (id) => ['at-the-cap', 'at-the-cap-2'].includes(id))).toBe('at-the-cap-3');
  });

  it('is always a valid id', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
        expect(suggestedId(title, free) ?? 'none').toMatch(/^[a-z0-9][a-z0-9-]{0,79}$/);
      }),
    );
  });
});
