import { expect, test } from 'vitest';
import { parseBaseline } from '../../../gate/baseline-file.ts';
import { compareBaselines } from './compare-records.ts';

const hash = 'a'.repeat(64);

function baselineOf(runs: Readonly<Record<string, number>>) {
  const version = { name: 'v1', fingerprint: hash, prompt: 'v1', toolVariant: 'v1', model: 'claude-haiku-4-5' };
  const head = { format: 1, agent: 'desk', mode: 'simulated', version, epoch: 1, recordedAt: '2026-11-01T00:00:00.000Z', scorerHash: hash };
  const cases = Object.entries(runs).map(([id, each]) => ({
    ...{ id, caseFingerprint: hash, labelHash: hash },
    ...{ passes: each, runs: each, harm: 0 },
  }));
  return parseBaseline(JSON.stringify({ ...head, cases }), 'reports/baseline.json');
}
const rowsOf = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) =>
  compareBaselines(baselineOf(before), baselineOf(after)).map((row) => [row.field, row.before, row.after]);

test('counts of many cases that moved alike are one row, and those of a few are named', () => {
  const before = { a: 10, b: 10, c: 10, d: 10, e: 10 };
  expect(rowsOf(before, { a: 20, b: 20, c: 20, d: 20, e: 20 })).toEqual([
    ['passes of every case', '10', '20'],
    ['runs of every case', '10', '20'],
  ]);
  expect(rowsOf(before, { a: 20, b: 20, c: 20, d: 20, e: 30 })).toEqual([
    ['passes of 4 cases: a, b, c, …', '10', '20'],
    ['runs of 4 cases: a, b, c, …', '10', '20'],
    ['cases.e.passes', '10', '30'],
    ['cases.e.runs', '10', '30'],
  ]);
  expect(rowsOf(before, { ...before, b: 9 })).toEqual([
    ['cases.b.passes', '10', '9'],
    ['cases.b.runs', '10', '9'],
  ]);
});

test('an approval of one such row is of these cases and counts only', () => {
  const before = { a: 10, b: 10, c: 10, d: 10, e: 10 };
  const identities = [
    { a: 20, b: 20, c: 20, d: 20, e: 10 },
    { a: 10, b: 20, c: 20, d: 20, e: 20 },
    { a: 30, b: 30, c: 30, d: 30, e: 10 },
  ].map((after) => compareBaselines(baselineOf(before), baselineOf(after)).map(({ identity }) => identity));
  expect(new Set(identities.flat()).size).toBe(6);
});
