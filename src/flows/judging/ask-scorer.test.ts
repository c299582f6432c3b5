import { expect, test } from 'vitest';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import type { CaseEvidence, CaseScorer, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { askCaseScorer, askScorer, ScorerFault } from './ask-scorer.ts';

const agent = { ...refundDesk(), scorersSource: 'file:///desk/scorers.ts' };
const evidence = { case: { id: 'one' }, trial: { key: { number: 3 } } } as TrialEvidence;
const score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [] };
const ask = (answer: unknown) => {
  const scorer = { scope: 'trial', name: 'fair', score: () => answer } as unknown as TrialScorer;
  return askScorer(agent, scorer, evidence);
};

test('a score of its own name is taken as it is, and nothing to judge as nothing', () => {
  expect(ask(score)).toEqual(score);
  expect(ask({ ...score, measures: { dollars: 0.5 } })).toMatchObject({ measures: { dollars: 0.5 } });
  expect(ask(undefined)).toBeUndefined();
});

test.each<readonly [string, unknown]>([
  ['a promise', Promise.resolve(score)],
  // biome-ignore lint/suspicious/noThenProperty: anything with "then" is waited for
  ['a promise', { ...score, then: () => {} }],
  ['true, which is not a score', true],
  ['1, which is not a score', 1],
  ['null, which is not a score', null],
  ['"pass", which is not a score', 'pass'],
  ['a list, which is not a score', [score]],
  ['an object of pass', { pass: 'yes' }],
  ['an object of nothing', {}],
  ['→ at value', { ...score, value: Number.NaN }],
  ['→ at value', { ...score, value: 2 }],
  ['→ at findings', { ...score, findings: undefined }],
  ['→ at findings[0].code', { ...score, findings: [{ code: 'Not A Code', message: 'm' }] }],
  ['→ at pass', { ...score, pass: 'yes' }],
  ['→ at hard', { ...score, hard: undefined }],
  ['→ at measures.dollars', { ...score, measures: { dollars: Number.POSITIVE_INFINITY } }],
  ['a score named "other". Expected "fair".', { ...score, name: 'other' }],
])('what is no score is a fault that names the scorer and its file: %s', (what, answer) => {
  expect(() => ask(answer)).toThrow(ScorerFault);
  expect(() => ask(answer)).toThrow('The scorer "fair" (/desk/scorers.ts) returned for case one, trial 3 ');
  expect(() => ask(answer)).toThrow(what);
});

test('a promise that fails later ends nothing', async () => {
  expect(() => ask(Promise.reject(new Error('nobody waits for it')))).toThrow('a promise');
  await new Promise(setImmediate);
});

test('a scorer that throws is a fault that keeps what it threw', () => {
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'fair',
    score: () => {
      throw new TypeError('no such field');
    },
  };
  const thrown = (() => {
    try {
      return askScorer(agent, scorer, evidence);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toMatchObject({ kind: 'threw', exitCode: 2, cause: expect.any(TypeError) });
  expect(String(thrown)).toContain('The scorer "fair" (/desk/scorers.ts) failed on case one, trial 3: TypeError: no such field.');
});

test('a hard score of all trials would decide nothing, so it is refused', () => {
  const scorer: CaseScorer = { scope: 'case', name: 'fair', score: () => score };
  const all = { case: { id: 'one' }, trials: [] } as unknown as CaseEvidence;
  expect(() => askCaseScorer(agent, scorer, all)).toThrow('returned for case one, all trials a hard score.');
  expect(askCaseScorer(agent, { ...scorer, score: () => ({ ...score, hard: false }) }, all)).toMatchObject({ pass: true });
});

test('an error of another kind is no fault of a scorer', () => {
  expect(new Error('other') instanceof ScorerFault).toBe(false);
  expect(Object.assign(new Error('other'), { name: 'DocketError', exitCode: 2 }) instanceof ScorerFault).toBe(false);
});
