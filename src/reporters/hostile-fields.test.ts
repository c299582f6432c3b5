import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Comparison, comparisonSchema } from '../contracts/verdict.ts';
import { mergeComparisons } from './merge.ts';
import { reporters } from './reporters.ts';
import { comparisonWithField, hostileName } from './testing/hostile-fields.ts';
import { unpackedPage } from './testing/unpacked-page.ts';

/** No other word of a report; as long as nothing else, so that only the name differs. */
const harmless = 'zzfield';

const comparisons = fc.record({ name: hostileName, expected: fc.boolean(), every: fc.integer({ min: 1, max: 3 }) });
const shape = (expected: boolean, every: number) => ({ expected, trial: (number: number) => number % every === 0 });

/** A report in which the field has another name, all else being equal. */
function text(report: Comparison, reporter: (typeof reporters)[number]): string {
  // How long a page is says nothing that a reader sees, and differs with the name.
  return reporter.name === 'html'
    ? JSON.stringify({ ...unpackedPage(report, { bytes: 5_000_000 }), bytes: undefined })
    : reporter.render(report);
}

test('a field says the same in every report, whatever it is called', { tags: ['slow'] }, () => {
  fc.assert(
    fc.property(comparisons, ({ name, expected, every }) => {
      const report = comparisonWithField(name, shape(expected, every));
      const twin = comparisonWithField(harmless, shape(expected, every));
      for (const reporter of reporters) {
        const quoted = JSON.stringify(name).slice(1, -1);
        const there = text(report, reporter).split(quoted).join(harmless);
        // The name may be a word of the report besides; then it is replaced on both sides.
        expect(there, `${reporter.name}, ${name}`).toBe(text(twin, reporter).split(quoted).join(harmless));
      }
    }),
    { numRuns: 40, examples: [[{ name: '__proto__', expected: true, every: 2 }]] },
  );
});

test('the JSON of a report reads back with every field, and so does what is merged from it', () => {
  fc.assert(
    fc.property(comparisons, ({ name, expected, every }) => {
      const report = comparisonWithField(name, shape(expected, every));
      const read = comparisonSchema.parse(JSON.parse(JSON.stringify(report)));
      expect(JSON.stringify(read.cases)).toBe(JSON.stringify(report.cases));
      const half = Math.ceil(read.cases.length / 2);
      const merged = mergeComparisons([
        { ...read, cases: read.cases.slice(0, half) },
        { ...read, cases: read.cases.slice(half) },
      ]);
      const byId = [...report.cases].sort((one, other) => (one.id < other.id ? -1 : 1));
      expect(JSON.stringify(merged.cases)).toBe(JSON.stringify(byId));
    }),
    { numRuns: 40, examples: [[{ name: '__proto__', expected: true, every: 2 }]] },
  );
});
