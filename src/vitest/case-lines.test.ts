import { expect, test } from 'vitest';
import { alignLines, caseLines } from './case-lines.ts';
import type { CaseRecord } from './case-record.ts';

const record = (caseId: string, passes: number, rest: Partial<CaseRecord> = {}): CaseRecord => ({
  caseId,
  version: 'v2',
  variation: '',
  mode: 'simulated',
  trials: 5,
  runs: 5,
  passes,
  faults: passes === 5 ? [] : [{ code: 'false-approval', trials: 5 - passes }],
  infraErrors: [],
  ...rest,
});

const shown = (name: string, passed: boolean, records: readonly CaseRecord[]) =>
  alignLines(caseLines({ name, passed, records })).map(({ mark, text }) => `${mark} ${text}`);

test('one case, one line, with its faults', () => {
  expect(shown('05', true, [record('05-high', 5)])).toEqual(['passed 05-high  v2  5/5']);
  expect(shown('05', false, [record('05-high', 3)])).toEqual(['failed 05-high  v2  3/5  false-approval ×2']);
});

test('where mark and count seem to disagree the line says that both are meant', () => {
  expect(shown('01', true, [record('01-cap', 0)])).toEqual(['passed 01-cap  v2  0/5  false-approval ×5; as expected by the suite']);
  expect(shown('01', false, [record('01-cap', 5)])).toEqual(['failed 01-cap  v2  5/5  not as expected by the suite']);
});

test('what did not run is incomplete, even if the test passed', () => {
  expect(shown('01', false, [record('01-cap', 2, { runs: 2, faults: [], infraErrors: ['server', 'server', 'timeout'] })])).toEqual([
    'incomplete 01-cap  v2  2/2  3 stopped by infra errors (server, timeout)',
  ]);
  expect(shown('01', true, [record('01-cap', 2, { runs: 2, faults: [] })])[0]).toContain('incomplete 01-cap  v2  2/2  3 not run');
});

test('a test of several cases has one line a version, and one for each agent it made up', () => {
  const lines = shown(`a ${'very '.repeat(20)}long name`, true, [
    record('01', 5),
    record('02', 4),
    record('01', 0, { version: 'v1/v2' }),
    record('01', 1, { variation: '/1' }),
  ]);
  expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'passed a very very very very very very very very very very very very v… | v2 | 9/10 | 2 cases; false-approval ×1; as expected by the suite',
    'passed 01 | v1/v2 | 0/5 | false-approval ×5; as expected by the suite',
    'passed 01 | v2 | 1/5 | false-approval ×4; as expected by the suite',
  ]);
});
