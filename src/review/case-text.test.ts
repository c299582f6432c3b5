import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { caseSchema } from '../contracts/case.ts';
import { caseText, draftText } from './case-text.ts';

const cases = new URL('../../cases/', import.meta.url);
const files = readdirSync(cases).filter((file) => /^\d\d-.*\.json$/.test(file));

test.each(files)('%s is written with all that it says, and then no further change', (file) => {
  const read = caseSchema.parse(JSON.parse(readFileSync(new URL(file, cases), 'utf8')));
  const written = caseText(read);
  expect(caseSchema.parse(JSON.parse(written))).toEqual(read);
  expect(caseText(caseSchema.parse(JSON.parse(written)))).toBe(written);
});

test('what the label says of how its fields are compared is written too', () => {
  const read = caseSchema.parse(JSON.parse(readFileSync(new URL('05-high-income-terrible-credit.json', cases), 'utf8')));
  const compared = { ...read, label: { ...read.label, compare: { max_loan: { tolerance: 1 } } } };
  expect(caseSchema.parse(JSON.parse(caseText(compared)))).toEqual(compared);
});

test('a case that was written so stands as it is', () => {
  const text = readFileSync(new URL('05-high-income-terrible-credit.json', cases), 'utf8');
  expect(caseText(caseSchema.parse(JSON.parse(text)))).toBe(text);
});

test('a draft has sorted keys, whatever order it came in', () => {
  const draft = {
    traceId: 'x',
    id: 'x',
    title: 'x',
    input: { z: 1, a: { d: [], c: 2 } },
    missing: ['b', 'a'],
    clusterSize: 1,
    redacted: [],
    equivalence: { policy: 'same' as const, agent: 'same' as const },
    draftedOn: '2026-11-01',
    proposals: [],
  };
  const text = draftText(draft);
  expect(text).toBe(draftText(JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(draft).toReversed())))));
  expect(text).toContain('"input": {\n    "a": {\n      "c": 2,\n      "d": []\n    },\n    "z": 1\n  }');
  expect(text).toContain('"missing": ["b", "a"]');
  const hostile = { ...draft, title: 'a\u202Eb\u009B\u{E0041}', input: { '\u2066x': ['\u200Bz\uFFF9'] } };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach a diff
  expect(draftText(hostile)).toMatch(/^[\u000A\u0020-\u007E]*$/);
  expect(JSON.parse(draftText(hostile))).toEqual(hostile);
});
