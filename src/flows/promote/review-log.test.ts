import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReviewLog } from './review-log.ts';

let root: string;
let clock: number;
const cases = () => join(root, 'cases');
const file = (name: string) => join(cases(), name);
const open = () => new ReviewLog({ root, cases: cases() }, () => new Date(clock++ * 1000));
const save = (log: ReviewLog, name: string, reviewer = 'Ada') =>
  log.save({ reviewer, answer: 'approve', draft: name, hash: 'a'.repeat(64), file: file(`${name}.json`) }, [
    { file: file(`${name}.json`), text: `${name}\n`, from: null },
  ]);
const logText = () => readFileSync(file('reviews.ndjson'), 'utf8');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docket-log-'));
  clock = 1_790_000_000;
  mkdirSync(cases());
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('answers are taken back one after the other, each person their own, by whoever opens the log later', () => {
  save(open(), 'one');
  save(open(), 'two', 'Grace');
  save(open(), 'three');
  expect(open().undo('ADA')?.draft).toBe('three');
  expect(open().undo('ada')?.draft).toBe('one');
  expect(open().undo('Ada')).toBeUndefined();
  expect(readdirSync(cases()).sort()).toEqual(['reviews.ndjson', 'two.json']);
  expect(open().undo('Grace')?.draft).toBe('two');
  expect(
    open()
      .entries()
      .map(({ answer, at }) => `${answer} ${at.slice(17, 19)}`),
  ).toHaveLength(6);
  expect(readdirSync(join(root, '.docket', 'reviews'))).toEqual([]);
});

test('what fails leaves no line: a file that is there already, and one that was edited since', () => {
  save(open(), 'one');
  const before = logText();
  expect(() => save(open(), 'one')).toThrow(/changed by someone else/);
  writeFileSync(file('one.json'), 'mine\n');
  expect(() => open().undo('Ada')).toThrow(/has changed since/);
  expect(logText()).toBe(before);
  expect(readFileSync(file('one.json'), 'utf8')).toBe('mine\n');
});

test('lines that cannot be read, and a last one that was left without its end, cost nothing but themselves', () => {
  save(open(), 'one');
  appendFileSync(file('reviews.ndjson'), '<<<<<<< HEAD\n{"id":"x"}\nnull\n{"half":');
  save(open(), 'two');
  expect(
    open()
      .entries()
      .map(({ draft }) => draft),
  ).toEqual(['one', 'two']);
  expect(logText().split('\n')).toHaveLength(7);
  expect(open().undo('Ada')?.draft).toBe('two');
});

test('a name with line breaks and marks of direction stays one line that shows them', () => {
  save(open(), 'one', 'A\nd\u202Ea');
  expect(logText().trim().split('\n')).toHaveLength(1);
  expect(logText()).toContain('\\u202e');
  expect(open().entries()).toMatchObject([{ reviewer: 'A\nd\u202Ea' }]);
});

test('an answer of another checkout is not taken back here, and a record leads to no other file', () => {
  const { id } = save(open(), 'one');
  const note = join(root, '.docket', 'reviews', `${id}.json`);
  const other = join(root, 'package.json');
  writeFileSync(other, '{}');
  for (const path of ['../package.json', 'package.json', other, '']) {
    writeFileSync(note, JSON.stringify([{ file: path, text: '{}', before: null }]));
    expect(() => open().undo('Ada'), path).toThrow(/no file of a case or a draft/);
  }
  rmSync(note);
  expect(() => open().undo('Ada')).toThrow(/another checkout.*Take it back with git/);
  expect(existsSync(other)).toBe(true);
  expect(existsSync(file('one.json'))).toBe(true);
});
