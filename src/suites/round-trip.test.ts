import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../contracts/canonical-json.ts';
import type { Case } from '../contracts/case.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { visibleText } from '../text/hostile-text.ts';
import { fitRow, type WantedFields } from './fit-row.ts';
import { contentHash, contentOf } from './row-content.ts';
import { rowName } from './row-name.ts';
import { suiteSource } from './source/suite-source.ts';
import { suiteText } from './source/suite-text.ts';
import { loadSuiteFormat, recognisedFormat, suiteFormats, writtenFormatNames } from './suite-formats.ts';

const awkward = fc.constantFrom(
  '=cmd()',
  '+1',
  '-1',
  '@x',
  '1',
  '01',
  'true',
  'NULL',
  '',
  ' ',
  '"',
  "'",
  '{{ x }}',
  '{% raw %}',
  '{#',
  'file://x.js',
  'a,b;c\td',
  'x\r\ny',
  'no',
  '12:30',
  '2026-01-01',
  '\ufeff',
  '\ud800',
  '\u001b[31m',
  '\u202e',
  '\u{E0041}',
  '\u0085',
  '\u2028',
  '[1]',
  '{"a":1}',
  '~',
  '- x',
  '# y',
);
const text = fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ maxLength: 10 }));
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (Object.is(value, -0) ? 0 : value));
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'a.b', 'no', '1', 'caseId', 'tags', ''),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    object(tie('value')),
  ),
}));

function object(member: fc.Arbitrary<JsonValue>, names = key): fc.Arbitrary<JsonObject> {
  return fc.array(fc.tuple(names, member), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonObject);
}

const plainText = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }).map((each) => `t${each.trim()}`);

/** Every value of the fields of input and decision; an agent takes them as they are. */
const suite = fc
  .uniqueArray(
    fc.record({
      id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/).map((id) => rowName(id, {})),
      title: plainText.map((title) => title.replaceAll(/\s+/g, ' ')),
      // A field that is null in every case is no column of a table; `a` is a text that no empty cell can be.
      input: fc.record({ a: text, b: value, c: object(value) }, { requiredKeys: ['a'] }),
      decision: fc.record({ approved: fc.boolean(), limit: number, 'odd key': text }, { requiredKeys: ['approved'] }),
      tags: fc.uniqueArray(fc.stringMatching(/^[a-z0-9][a-z,0-9 ]{0,7}[a-z0-9]$/), { maxLength: 3 }),
      critical: fc.boolean(),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 4 },
  )
  .map((rows) =>
    rows.map(
      ({ id, title, input, decision, tags, critical }): Case => ({
        id,
        title,
        input: input as JsonObject,
        label: { decision: decision as JsonObject, source: 'policy', rationale: 'r', reviewers: [{ kind: 'policy' }] },
        origin: { kind: 'designed' },
        ...(critical ? { critical } : {}),
        ...(tags.length > 0 ? { tags } : {}),
      }),
    ),
  );

/** An agent whose fields say their types where a table cannot. */
const wanted: WantedFields = {
  input: ['a', 'b', 'c'],
  decision: ['approved', 'limit', 'odd key'],
  free: new Set(['odd key']),
  approval: 'approved',
  inputFaults: (input) => (typeof input.a === 'string' ? [] : [{ path: ['a'], message: 'a text' }]),
  decisionFaults: (decision) => [
    ...(typeof (decision.approved ?? true) === 'boolean' ? [] : [{ path: ['approved'], message: 'yes or no' }]),
    ...(typeof (decision.limit ?? 0) === 'number' ? [] : [{ path: ['limit'], message: 'a number' }]),
    ...(typeof (decision['odd key'] ?? '') === 'string' ? [] : [{ path: ['odd key'], message: 'a text' }]),
  ],
};

async function readBack(name: (typeof writtenFormatNames)[number], cases: readonly Case[]) {
  const format = await loadSuiteFormat(name);
  const written = [...(format.write?.(cases) ?? [])].join('');
  const file = `suite.${(suiteFormats[name] as { writes: string }).writes}`;
  const nothing = { read: () => ({ fault: 'nothing is beside it' }), matching: () => [] };
  const source = await suiteSource(file, suiteText(Buffer.from(written, 'utf8'), file), nothing);
  expect(await recognisedFormat(file, source.sample)).toBe(name);
  const read = [];
  for await (const item of format.read(source)) read.push(item.kind === 'row' ? fitRow(item, wanted) : item);
  return read;
}

it.for(writtenFormatNames)('what is written as %s is read as the same cases', async (name) => {
  await fc.assert(
    fc.asyncProperty(suite, async (cases) => {
      const read = await readBack(name, cases);
      const content = read.map((row) => {
        if (row.kind !== 'fitted') throw new Error(JSON.stringify(row));
        const { id, title = '', input, decision, tags, critical } = row;
        return [
          id,
          contentHash({ title, input, ...(decision ? { decision } : {}), ...(tags ? { tags } : {}), ...(critical ? { critical } : {}) }),
          canonicalJson(input),
        ];
      });
      expect(content).toEqual(cases.map((each) => [each.id, contentHash(contentOf(each)), canonicalJson(each.input)]));
      expect(read.every((row) => row.kind === 'fitted' && !row.unfinished)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

it.for(writtenFormatNames)('no terminal obeys what is written as %s', async (name) => {
  const { write } = await loadSuiteFormat(name);
  fc.assert(
    fc.property(suite, (cases) => {
      const written = [...(write?.(cases) ?? [])]
        .join('')
        .replace(/^\ufeff/, '')
        .replaceAll('\r\n', '\n');
      expect(visibleText(written)).toBe(written);
    }),
    { numRuns: 100 },
  );
});

it('no cell of a table is a formula', async () => {
  const { write } = await loadSuiteFormat('csv');
  await fc.assert(
    fc.asyncProperty(suite, async (cases) => {
      const { parse } = await import('csv-parse/sync');
      const rows: string[][] = parse([...(write?.(cases) ?? [])].join(''), { bom: true, relax_column_count: true });
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?![\d.eE+-]+$)/);
    }),
    { numRuns: 100 },
  );
});
