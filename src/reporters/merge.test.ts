import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Comparison, comparisonSchema } from '../contracts/verdict.ts';
import { mergeComparisons } from './merge.ts';
import { exampleVerdict, largeComparison } from './testing/example-report.ts';

const whole = largeComparison(12, 4);

/** The cases at these places, with totals that fit. */
function shard(places: readonly number[]): Comparison {
  const cases = places.flatMap((place) => whole.cases[place] ?? []);
  const totals = (side: 'baseline' | 'candidate') => ({
    ...whole[side],
    totals: {
      passes: cases.reduce((sum, each) => sum + each[side].passes, 0),
      runs: cases.reduce((sum, each) => sum + each[side].runs, 0),
      falseApprovals: cases.reduce((sum, each) => sum + each[side].falseApprovals, 0),
      falseDenials: cases.reduce((sum, each) => sum + each[side].falseDenials, 0),
    },
  });
  return { ...whole, cases, baseline: totals('baseline'), candidate: totals('candidate') };
}

test('shards add up to the whole, however the cases are dealt out and in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 12, maxLength: 12 }), fc.boolean(), (deal, backwards) => {
      const shards = [0, 1, 2].map((number) => shard(deal.flatMap((owner, place) => (owner === number ? [place] : []))));
      const merged = mergeComparisons(backwards ? shards.toReversed() : shards);
      expect(comparisonSchema.parse(merged)).toEqual(merged);
      expect(merged.cases).toEqual(whole.cases);
      const { passes, runs, falseApprovals, falseDenials, agreement } = whole.candidate.totals;
      expect(merged.candidate.totals).toMatchObject({ passes, runs, falseApprovals, falseDenials });
      expect(merged.candidate.totals.agreement).toBeCloseTo(agreement ?? 0, 12);
    }),
    { numRuns: 30 },
  );
});

test('means are weighted by runs', () => {
  const with100 = {
    ...shard([0]),
    candidate: { ...shard([0]).candidate, totals: { ...shard([0]).candidate.totals, runs: 1, meanTokens: 100 } },
  };
  const with200 = {
    ...shard([1]),
    candidate: { ...shard([1]).candidate, totals: { ...shard([1]).candidate.totals, runs: 3, meanTokens: 200 } },
  };
  expect(mergeComparisons([with100, with200]).candidate.totals.meanTokens).toBe(175);
});

test('mixtures are refused by name, and so are verdicts, twins and nothing', () => {
  const [one, other] = [shard([0]), shard([1])];
  expect(() => mergeComparisons([one, { ...other, mode: 'live' }])).toThrow('its model mode is live, that of the first is simulated');
  expect(() => mergeComparisons([one, { ...other, agent: 'clerk' }])).toThrow('its agent is clerk');
  const version = { ...other.candidate.version, fingerprint: 'c'.repeat(64) };
  expect(() => mergeComparisons([one, { ...other, candidate: { ...other.candidate, version } }])).toThrow(
    /candidate fingerprint is c+, that of the first is b+/,
  );
  expect(() => mergeComparisons([one, { ...other, baseline: { ...other.baseline, epoch: '2' } }])).toThrow('baseline epoch is 2');
  expect(() => mergeComparisons([one, one])).toThrow('"case-0001" appears in two of the reports');
  expect(() => mergeComparisons([one, exampleVerdict()])).toThrow('Report 2 is a verdict (regressed)');
  expect(() => mergeComparisons([])).toThrow('no report to merge');
});
