import { describe, expect, it } from 'vitest';
import { afterEdition, type EditionRecord, earlierAccusations, editionRecordSchema, isSameChange, joined } from './edition-record.ts';

const edited = { agent: 'desk', mode: 'simulated', branch: 'shorter' };
const record = (cases: Readonly<Record<string, Readonly<Record<string, number>>>>): EditionRecord => ({
  ...edited,
  cases: Object.entries(cases).map(([id, editions]) => ({
    id,
    editions: Object.entries(editions).map(([version, runs]) => ({ version, runs })),
  })),
});

describe('a record of editions', () => {
  it('is of one change where agent, mode and branch are the same', () => {
    expect(isSameChange(edited, { ...edited })).toBe(true);
    for (const name of ['agent', 'mode', 'branch']) expect(isSameChange(edited, { ...edited, [name]: 'other' })).toBe(false);
  });

  it.each([
    ['an empty branch', { ...record({}), branch: '' }],
    ['a name of 513 characters', { ...record({}), agent: 'a'.repeat(513) }],
    ['an invisible character', { ...record({}), mode: 'live\u200b' }],
    ['a control character before a name', { ...record({}), branch: '\u0007bell' }],
    ['a case without an edition', record({ a: {} })],
    ['half a run', record({ a: { one: 0.5 } })],
    ['fewer than no runs', record({ a: { one: -1 } })],
    ['a field that nobody knows', { ...record({}), verdict: 'pass' }],
  ])('is refused with %s', (_, given) => {
    expect(editionRecordSchema.safeParse(given).success).toBe(false);
  });

  it('may have names of 512 characters and no runs', () => {
    const most = { ...record({ a: { one: 0 } }), agent: 'a'.repeat(512) };
    expect(editionRecordSchema.parse(most)).toEqual(most);
  });

  it('holds all of both when joined; of an edition that both know the larger number of runs', () => {
    const one = record({ a: { first: 5, second: 9 }, b: { first: 1 } });
    const other = record({ a: { second: 4, third: 2 }, b: { first: 3 }, c: { third: 7 } });
    expect(joined(one, other)).toEqual(record({ a: { first: 5, second: 9, third: 2 }, b: { first: 3 }, c: { third: 7 } }));
  });

  it('counts the editions before this one, and this one where fewer of its trials are stored than it had', () => {
    const known = record({ a: { first: 5, second: 9 }, b: { second: 9 }, c: { second: 9 } });
    const stored: Readonly<Record<string, number>> = { a: 9, b: 8, c: 10 };
    expect(earlierAccusations(known, 'second', (id) => stored[id] ?? 0)).toEqual(
      new Map([
        ['a', 1],
        ['b', 1],
        ['c', 0],
      ]),
    );
  });

  it('forgets what was run and is not accused, remembers what was not run, and adds this edition where it is accused', () => {
    const before = record({ cleared: { first: 5 }, 'not run': { first: 6 }, again: { first: 7 } });
    const after = afterEdition(before, 'second', {
      judged: new Set(['cleared', 'again', 'new']),
      accused: new Map([
        ['again', 12],
        ['new', 3],
      ]),
    });
    expect(after).toEqual(record({ 'not run': { first: 6 }, again: { first: 7, second: 12 }, new: { second: 3 } }));
  });
});
