import { expect, test } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { type PickItem, pick } from './pick.ts';

const normal = (id: string, changes: Partial<PickItem> = {}): PickItem => ({
  id,
  findings: [],
  disagreement: false,
  uncertainty: 0,
  coordinates: { income: 1 },
  stratum: 'approved',
  size: 1,
  ...changes,
});
const choose = (items: readonly PickItem[], limit: number, more: Partial<Parameters<typeof pick>[1]> = {}) => [
  ...pick(items, { random: seededRandom(1), known: [{ income: 1 }], ...more }).take(limit),
];

test('the reasons take turns, each with its best', () => {
  const picked = choose(
    [
      normal('common-1', { findings: ['wrong-max-loan'] }),
      normal('common-2', { findings: ['wrong-max-loan'] }),
      normal('rare', { findings: ['contradiction'] }),
      normal('split', { disagreement: true }),
      normal('wavering', { uncertainty: 0.1 }),
      normal('unsure', { uncertainty: 0.5 }),
      normal('far', { coordinates: { income: 9 } }),
      normal('plain'),
    ],
    6,
  );
  expect(picked.map(({ by, id }) => `${by} ${id}`)).toEqual([
    'finding rare',
    'disagreement split',
    'uncertainty unsure',
    'novelty far',
    'sample plain',
    'finding common-1',
  ]);
});

test('novelty counts what is picked already, so that two alike are not both new', () => {
  const items = [
    normal('far', { coordinates: { income: 9 } }),
    normal('as-far', { coordinates: { income: 9 } }),
    normal('other', { coordinates: { income: 5 } }),
  ];
  expect(choose(items, 2, { by: ['novelty'] }).map(({ id }) => id)).toEqual(['far', 'other']);
});

test('the sample draws from every stratum before it draws a second time, the same with the same seed', () => {
  const items = [...'abcdef'].map((id, index) => normal(id, { stratum: index < 4 ? 'approved' : index === 4 ? 'denied' : 'denied, poor' }));
  const strata = (seed: number) => choose(items, 3, { by: ['sample'], random: seededRandom(seed) }).map(({ id }) => id);
  expect(strata(7)).toEqual(strata(7));
  expect(strata(7)).toContain('e');
  expect(strata(7)).toContain('f');
});

test('nothing to pick, nothing picked', () => {
  expect(choose([], 10)).toEqual([]);
});
