import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import { loadCases } from './load-cases.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const good = {
  id: 'small',
  title: 'A small refund',
  input: { amount: 5 },
  label: { decision: { approved: true }, source: 'policy', rationale: 'Under the limit.', reviewers: [{ kind: 'policy' }] },
  origin: { kind: 'designed' },
};

/** Loads a folder that holds the given files; a value that is no text is written as JSON. */
function load(files: Record<string, unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'cases-'));
  folders.push(folder);
  for (const [file, content] of Object.entries(files)) {
    if (content === 'FOLDER') mkdirSync(join(folder, file));
    else writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return loadCases(folder, refundDesk());
}

function faultsOf(files: Record<string, unknown>): string {
  try {
    load(files);
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*cases-\w+\//g, '');
  }
  throw new Error('The cases were loaded.');
}

test('cases come in the order of their names; drafts and the schema are not read', () => {
  const cases = load({
    'b.json': { ...good, id: 'b' },
    'a.json': { ...good, id: 'a' },
    'case.schema.json': '{}',
    'notes.md': 'x',
    drafts: 'FOLDER',
  });
  expect(cases.map((loaded) => loaded.case.id)).toEqual(['a', 'b']);
  expect(cases[0]?.fingerprint).toBe(cases[1]?.fingerprint);
});

test('all faults of all files stand in one report, each with file and line', () => {
  const report = faultsOf({
    '1-syntax.json': '{\n  "id": "x",,\n}',
    '2-unknown.json': { ...good, id: '2-unknown', colour: 'red' },
    '3-type.json': { ...good, id: '3-type', input: { amount: 'five' } },
    '4-label.json': { ...good, id: '4-label', label: undefined },
    '5-field.json': { ...good, id: '5-field', label: { ...good.label, decision: { aproved: true } } },
    '6-value.json': { ...good, id: '6-value', label: { ...good.label, decision: { approved: 'yes' } } },
    '7-folder.json': 'FOLDER',
    '8-empty.json': '',
    '9-name.json': { ...good, id: 'another' },
    'good.json': { ...good, id: 'good' },
    'twin.json': { ...good, id: 'good' },
    'keys.json': '{\n "id": "keys",\n "id": "keys"\n}',
  });
  expect(report).toMatch(/^\d+ faults in the cases; no model was called:/);
  expect(report).toMatch(/1-syntax\.json:2: not valid JSON/);
  expect(report).toMatch(/2-unknown\.json:2[0-9]: the case: Unknown key "colour"\. Known: \$schema, id, /);
  expect(report).toMatch(/3-type\.json:5: input\.amount: Invalid input: expected number, received string/);
  expect(report).toMatch(/4-label\.json:1: label: /);
  expect(report).toMatch(/5-field\.json:9: label\.decision: Unknown field "aproved"\. Did you mean "approved"\?/);
  expect(report).toMatch(/6-value\.json:9: label\.decision\.approved: /);
  expect(report).toMatch(/7-folder\.json:1: is not read: it is a folder, not a file/);
  expect(report).toMatch(/8-empty\.json:1: /);
  expect(report).toMatch(/9-name\.json:2: id: is "another"; name the file another\.json or the case 9-name/);
  expect(report).toMatch(/twin\.json:2: id: "good" is already used by good\.json/);
  expect(report).toMatch(/keys\.json:3: the key "id" appears twice/);
});

test.each(['big.JSON', 'big.Json', 'big.json5', 'big.jsonc', 'big.jsonl'])('%s is not left out in silence', (file) => {
  expect(faultsOf({ 'small.json': good, [file]: { ...good, id: 'big' } })).toContain(
    `${file}:1: would not be read: the name of a case file ends with .json`,
  );
});

test('text that another tool would take for a template or a file stays text', () => {
  const [loaded] = load({ 'small.json': { ...good, title: '{{env.HOME}} file:///etc/passwd' } });
  expect(loaded?.case.title).toBe('{{env.HOME}} file:///etc/passwd');
});

test('no folder and no case are errors of their own', () => {
  expect(() => loadCases('/nowhere/at-all', refundDesk())).toThrow('/nowhere/at-all: the cases folder cannot be read (ENOENT)');
  expect(() => load({})).toThrow('there are no cases. Add a JSON file');
});

test('a negative, infinite or missing amount is refused before any model call', () => {
  expect(faultsOf({ 'small.json': { ...good, input: { amount: -1 } } })).toMatch(/small\.json:5: input\.amount/);
  expect(faultsOf({ 'small.json': JSON.stringify(good).replace('"amount":5', '"amount":1e999') })).toMatch(/small\.json:1: input\.amount/);
  expect(faultsOf({ 'small.json': { ...good, input: {} } })).toMatch(/small\.json:4: input\.amount/);
});
