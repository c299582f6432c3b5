import { expect, test } from 'vitest';
import { type Mutant, mutationScore, noticedOf } from './mutation-score.ts';

const mutant = (line: number, replacement: string, status: string): Mutant => ({
  mutatorName: 'Mutator',
  replacement,
  status,
  location: { start: { line, column: 1 }, end: { line, column: 2 } },
});
const files = {
  'a.ts': {
    source: 'one\n  two\nthree',
    mutants: [
      mutant(1, 'x', 'Killed'),
      mutant(1, 'y', 'Timeout'),
      mutant(2, 'x', 'Survived'),
      mutant(2, 'y', 'Survived'),
      mutant(3, 'x', 'NoCoverage'),
      mutant(3, 'y', 'RuntimeError'),
    ],
  },
};
const reason = 'nobody could tell the difference';

test('what survived or was never run counts against a room, and each is listed', () => {
  const score = mutationScore(files, []);
  expect(score).toMatchObject({ all: 5, noticed: 2, explained: 0, stale: [] });
  expect(score.unexplained).toEqual([
    'Survived a.ts:2:1 Mutator -> x  | two',
    'Survived a.ts:2:1 Mutator -> y  | two',
    'NoCoverage a.ts:3:1 Mutator -> x  | three',
  ]);
});

test('an explanation counts out its own mutant and no other, and leaves the raw score as it is', () => {
  const score = mutationScore(files, [{ file: 'a.ts', line: 'two', mutants: ['y'], reason }]);
  expect(score).toMatchObject({ all: 5, noticed: 2, explained: 1 });
  expect(score.unexplained).toHaveLength(2);
});

test('an explanation of what is killed, changed or gone is told', () => {
  const { stale } = mutationScore(files, [
    { file: 'a.ts', line: 'one', mutants: ['x'], reason },
    { file: 'a.ts', line: 'two', mutants: ['z'], reason },
    { file: 'other room.ts', line: 'two', mutants: ['z'], reason },
  ]);
  expect(stale).toEqual(['a.ts | one | x', 'a.ts | two | z']);
});

test('of an earlier run only what was killed is kept: the rest is tried again, timeouts too', () => {
  const report = { schemaVersion: '1', files: { ...files, 'b.ts': { source: 'four', mutants: [mutant(1, 'x', 'Survived')] } } };
  expect(noticedOf(report)).toEqual({
    schemaVersion: '1',
    files: {
      'a.ts': { source: 'one\n  two\nthree', mutants: [mutant(1, 'x', 'Killed')] },
      'b.ts': { source: 'four', mutants: [] },
    },
  });
});
