import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutChange } from './without-change.ts';

const lines = (...texts: readonly string[]) => texts.join('\n');

describe('a file without one of its changes', () => {
  it('loses lines that stand beside those of others, and keeps the others', () => {
    const [start, one, two] = [lines('a', ''), lines('a', '', 'one', ''), lines('a', '', 'one', 'two', '')];
    const now = lines('a', '', 'one', 'two', 'three', '');
    expect(withoutChange('p.md', now, { before: start, after: one })).toEqual({ text: lines('a', 'two', 'three', '') });
    expect(withoutChange('p.md', now, { before: one, after: two })).toEqual({ text: lines('a', '', 'one', 'three', '') });
    expect(withoutChange('p.md', now, { before: two, after: now })).toEqual({ text: two });
  });

  it('gets back what the change took away, and is refused where its own lines were changed since', () => {
    const [before, after] = [lines('x', 'old', 'y'), lines('x', 'new', 'y')];
    expect(withoutChange('a.ts', lines('0', 'x', 'new', 'y', 'z'), { before, after })).toEqual({ text: lines('0', 'x', 'old', 'y', 'z') });
    expect(withoutChange('a.ts', lines('x', 'newer', 'y'), { before, after })).toHaveProperty('conflict');
    expect(withoutChange('a.ts', lines('x', 'y', 'z'), { before: lines('x', 'gone', 'y'), after: lines('x', 'y') })).toEqual({
      text: lines('x', 'gone', 'y', 'z'),
    });
  });

  it('goes where the change brought it, whatever a person wrote into it', () => {
    expect(withoutChange('tool.ts', 'written since', { before: undefined, after: 'stub' })).toEqual({ text: null });
    expect(withoutChange('tool.ts', undefined, { before: 'was', after: undefined })).toEqual({ text: 'was' });
  });

  it('is compared by its values where it is JSON', () => {
    const before = { properties: { a: {}, c: {} }, required: ['a', 'c'] };
    const after = { properties: { a: {}, b: { type: 'number' }, c: {} }, required: ['a', 'b', 'c'] };
    const now = {
      properties: { a: { description: 'A' }, b: { type: 'number', description: 'B' }, c: {}, d: {} },
      required: ['a', 'b', 'd', 'c'],
    };
    const undone = withoutChange('d.json', JSON.stringify(now), { before: JSON.stringify(before), after: JSON.stringify(after, null, 2) });
    expect('text' in undone && JSON.parse(undone.text ?? '')).toEqual({
      properties: { a: { description: 'A' }, c: {}, d: {} },
      required: ['a', 'd', 'c'],
    });
    const other = JSON.stringify({ a: 3 });
    expect(withoutChange('d.json', other, { before: '{"a": 1}', after: '{"a": 2}' })).toHaveProperty('conflict');
  });

  it('is what it would have been without it, whichever of several changes is taken out', () => {
    // Each change puts a line of its own at some place; the same line may stand elsewhere already.
    const places = fc.array(fc.nat(6), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<string>('', 'a', 'b', '}'), { minLength: 1, maxLength: 6 }),
        places,
        fc.nat(5),
        (text, wanted, chosen) => {
          const states = [text];
          for (const [index, place] of wanted.entries()) {
            const next = [...(states.at(-1) ?? [])];
            next.splice(Math.min(place, next.length), 0, `line ${index}`);
            states.push(next);
          }
          const index = chosen % wanted.length;
          const undone = withoutChange('a.txt', lines(...(states.at(-1) ?? [])), {
            before: lines(...(states[index] ?? [])),
            after: lines(...(states[index + 1] ?? [])),
          });
          expect(undone).toEqual({ text: lines(...(states.at(-1) ?? []).filter((line) => line !== `line ${index}`)) });
        },
      ),
      { numRuns: 200 },
    );
  });
});
