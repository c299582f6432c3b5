import type { EvaluateResult } from 'promptfoo';
import { describe, expect, test } from 'vitest';
import { judgeRows, type Row, readRows, roleOf } from './judge-rows.ts';

function row(version: string, caseId: string, trialNumber = 1, state: Row['state'] = 'passed'): Row {
  const metadata = { caseId, trialNumber, version, fingerprint: 'f', mode: 'simulated' as const, outcome: 'decided' };
  return { version, caseId, state, reason: '', reused: false, metadata };
}

function result(testIdx: number, promptIdx: number, ending: object): EvaluateResult {
  const plain = {
    testIdx,
    promptIdx,
    success: false,
    failureReason: 2,
    vars: { caseId: 'one' },
    provider: { id: 'docket:v2', label: 'new' },
  };
  return { ...plain, ...ending } as unknown as EvaluateResult;
}

describe('judging rows', () => {
  const all = [row('v1', 'one', 1, 'failed'), row('v1', 'two', 1, 'failed'), row('v2', 'one'), row('v2', 'two')];

  test('only the current version decides', () => {
    expect(judgeRows(all, 4, 'v2')).toEqual({ verdict: 'PASS', reason: 'every row of v2, the current version, passed' });
    expect(judgeRows(all, 4, 'v1')).toEqual({ verdict: 'FAIL', reason: '2 of 2 rows of v1, the current version, failed' });
  });

  test('where the current version did not run, those that did are judged', () => {
    expect(judgeRows(all.slice(0, 2), 2, 'v2').verdict).toBe('FAIL');
    expect(roleOf('v1', all.slice(0, 2), 'v2')).toBe('current');
    expect(roleOf('v1', all, 'v2')).toBe('comparison');
  });

  test('nothing is proven by no rows, missing rows or rows with errors', () => {
    expect(judgeRows([], 0, 'v2').verdict).toBe('INCOMPLETE');
    expect(judgeRows(all.slice(0, 3), 4, 'v2')).toEqual({ verdict: 'INCOMPLETE', reason: '1 of 4 planned rows are missing' });
    // A second trial anywhere means that every case and version was to have two.
    expect(judgeRows([...all, row('v2', 'one', 2)], 4, 'v2').reason).toBe('3 of 8 planned rows are missing');
    expect(judgeRows([...all.slice(0, 3), row('v2', 'two', 1, 'error')], 4, 'v2').reason).toMatch(/^1 of 4 rows ended in an error/);
    // Also of a version that is there for comparison only: the comparison would be false.
    expect(judgeRows([row('v1', 'one', 1, 'error'), ...all.slice(1)], 4, 'v2').verdict).toBe('INCOMPLETE');
  });
});

test('a row that was held against nothing is no pass', () => {
  const green = { success: true, failureReason: 0 };
  const component = (reason: string) => ({ pass: true, score: 1, reason });
  const gradings: [object | undefined, Row['state']][] = [
    [undefined, 'unjudged'],
    // Of a test without assertions.
    [{ pass: true, score: 1, reason: 'No assertions' }, 'unjudged'],
    [{ componentResults: [] }, 'unjudged'],
    // Of Docket's assertion of one scorer, on a case about which that scorer says nothing.
    [{ componentResults: [component('nothing to judge')] }, 'unjudged'],
    [{ componentResults: [component('nothing to judge'), component('every scorer passed')] }, 'passed'],
    // A model's word alone.
    [{ componentResults: [{ ...component('polite'), assertion: { type: 'llm-rubric' } }] }, 'unjudged'],
    [{ componentResults: [{ ...component('polite'), assertion: { type: 'llm-rubric' } }, component('every scorer passed')] }, 'passed'],
  ];
  for (const [gradingResult, state] of gradings) {
    const rows = readRows([result(0, 0, { ...green, ...(gradingResult ? { gradingResult } : {}) })]);
    expect(rows[0]?.state).toBe(state);
    expect(judgeRows(rows, 1, 'v2').verdict).toBe(state === 'passed' ? 'PASS' : 'INCOMPLETE');
  }
  const [passed, unjudged, failed] = [row('v2', 'one'), row('v2', 'two', 1, 'unjudged'), row('v2', 'two', 1, 'failed')];
  expect(judgeRows([passed, unjudged], 2, 'v2').reason).toMatch(/^1 of 2 rows of v2, the current version, were held against nothing/);
  expect(judgeRows([unjudged, failed], 2, 'v2').verdict).toBe('FAIL');
  // What is there for comparison only decides nothing.
  expect(judgeRows([{ ...unjudged, version: 'v1' }, passed], 2, 'v2').verdict).toBe('PASS');
});

describe('reading rows', () => {
  test('tells failures from errors, and knows an errored row by its provider and variable', () => {
    expect(readRows([result(0, 0, { error: 'no answer' })])).toEqual([
      { version: 'v2', caseId: 'one', state: 'error', reason: 'no answer', reused: false, metadata: undefined },
    ]);
    expect(readRows([result(0, 0, { failureReason: 1 })])[0]?.state).toBe('failed');
    // An empty answer is neither a success nor an assertion that failed.
    expect(readRows([result(0, 0, { failureReason: 0 })])[0]?.state).toBe('error');
  });

  test('of an error and its retry the retry counts, in whatever order they come', () => {
    const error = result(0, 0, { error: 'no answer' });
    const retried = result(0, 0, {
      success: true,
      failureReason: 0,
      gradingResult: { componentResults: [{ pass: true, reason: 'fine' }] },
    });
    for (const results of [
      [error, retried],
      [retried, error],
    ])
      expect(readRows(results).map(({ state }) => state)).toEqual(['passed']);
    expect(readRows([error, result(0, 1, {})])).toHaveLength(2);
  });
});
