import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import { seededRandom } from '../stats/random.ts';
import { dedupe } from './dedupe.ts';
import { type InputPlace, placeOf } from './input-space.ts';
import { choiceText } from './same-answer.ts';

/** Approves what costs at most 40 % of the income; a border that no field shows by itself. */
const policy = ({ income, loan }: JsonObject): JsonObject => ({
  approved: Number(loan) <= Number(income) * 0.4,
  most: Number(income) * 0.4,
});
const space = { policy, boundaries: { score: [580, 670, 740] } };
const item = (income: number, score: number, loan: number, more: JsonObject = {}) => ({ input: { income, score, loan, ...more } });
const sizes = (items: Parameters<typeof dedupe>[0]) => dedupe(items, space).map(({ members }) => members.length);

describe('inputs that are one case', () => {
  test('the same in another spelling', () => {
    expect(sizes([{ input: { a: 'x  y ', b: 0 } }, { input: { b: -0, a: 'x y' } }])).toEqual([2]);
  });

  test('figures that hardly differ, far from every border; the first is kept', () => {
    const [cluster, ...others] = dedupe([item(100_000, 700, 10_000), item(101_000, 701, 10_100), item(100_000, 700, 10_000)], space);
    expect(cluster?.kept.input.score).toBe(700);
    expect(cluster?.members).toHaveLength(3);
    expect(others).toEqual([]);
  });
});

describe('inputs that are different cases', () => {
  test('on either side of a border of the policy, however close', () => {
    expect(sizes([item(100_000, 700, 40_000), item(100_000, 700, 40_001)])).toEqual([1, 1]);
  });

  test('on either side of a boundary of a field', () => {
    expect(sizes([item(100_000, 739, 10_000), item(100_000, 740, 10_000)])).toEqual([1, 1]);
  });

  test('close to a border differences count that do not count elsewhere', () => {
    expect(sizes([item(100_000, 700, 39_900), item(100_000, 700, 39_500)])).toEqual([1, 1]);
    expect(sizes([item(100_000, 700, 9990), item(100_000, 700, 9890)])).toEqual([2]);
  });

  test('another text, another field', () => {
    expect(sizes([item(100_000, 700, 10_000, { purpose: 'car' }), item(100_000, 700, 10_000, { purpose: 'house' })])).toEqual([1, 1]);
    expect(sizes([item(100_000, 700, 10_000), item(100_000, 700, 10_000, { purpose: 'car' })])).toEqual([1, 1]);
  });

  test('a policy that throws does not stop it', () => {
    const throws = () => {
      throw new RangeError('no such score');
    };
    expect(dedupe([item(1, 1, 1), item(1, 1, 1)], { policy: throws })).toHaveLength(1);
  });
});

test('nothing is lost, members decide alike, and kept inputs stay apart when they are put together again', () => {
  const figure = fc.integer({ min: 1, max: 200_000 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ income: figure, score: fc.integer({ min: 300, max: 850 }), loan: figure }), { maxLength: 60 }),
      (inputs) => {
        const items = inputs.map((input, id) => ({ id, input }));
        const clusters = dedupe(items, space);
        expect(clusters.flatMap(({ members }) => members.map(({ id }) => id)).sort((one, other) => one - other)).toEqual(
          items.map(({ id }) => id),
        );
        for (const { kept, members } of clusters) {
          expect(new Set(members.map(({ input }) => choiceText(policy(input)))).size).toBe(1);
          expect(members[0]).toBe(kept);
        }
        const kept = clusters.map((cluster) => cluster.kept);
        expect(dedupe(kept, space)).toHaveLength(kept.length);
      },
    ),
    { numRuns: 200 },
  );
});

test('clusters of many fields are those that comparing everything with everything gives', () => {
  const figure = fc.integer({ min: 100, max: 125 });
  const input = fc.record({ a: fc.constant(1), b: fc.constant(1), c: fc.constantFrom(1, 2), d: figure, e: figure, f: figure });
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      const expected: { readonly place: InputPlace; readonly members: number[] }[] = [];
      const seen = new Map<string, number[]>();
      for (const [id, each] of inputs.entries()) {
        const place = placeOf(each, {});
        const near = expected
          .map((cluster) => ({
            cluster,
            distance:
              cluster.place.region === place.region
                ? Math.max(...place.scaled.map((value, field) => Math.abs(value - (cluster.place.scaled[field] ?? 0))))
                : Number.POSITIVE_INFINITY,
          }))
          .filter(({ distance }) => distance <= 1)
          .sort((one, other) => one.distance - other.distance)[0]?.cluster.members;
        // An equal one joins what the first of its kind joined.
        const members = seen.get(JSON.stringify(each)) ?? near ?? [];
        if (members.length === 0) expected.push({ place, members });
        members.push(id);
        seen.set(JSON.stringify(each), members);
      }
      const found = dedupe(
        inputs.map((each, id) => ({ id, input: each })),
        {},
      );
      expect(found.map(({ members }) => members.map(({ id }) => id))).toEqual(expected.map(({ members }) => members));
    }),
    { numRuns: 200 },
  );
});

test('each of 10,000 inputs is compared with few others', () => {
  const random = seededRandom(1);
  const amount = (most: number) => Math.round(random() * most) + 1;
  const items = Array.from({ length: 10_000 }, () => item(amount(300_000), 300 + amount(550), amount(500_000)));
  const differences = vi.spyOn(Math, 'abs');
  try {
    const kept = dedupe(items, space).length;
    expect(kept).toBeGreaterThan(1000);
    // Three fields each; with all before it, an input would be compared with thousands.
    expect(differences.mock.calls.length).toBeLessThan(10 * 3 * items.length);
  } finally {
    differences.mockRestore();
  }
});
