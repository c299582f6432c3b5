import { expect, test } from 'vitest';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import type { CaseEvidence, CaseScorer, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { PriceBook } from '../../model/price-book.ts';
import { askAtOnce, ScorerFault } from './ask-scorer.ts';
import { Scoring } from './scoring.ts';

const agent = { ...refundDesk(), scorersSource: 'file:///desk/scorers.ts' };
const evidence = { case: { id: 'one' }, trial: { key: { number: 3 } } } as TrialEvidence;
const score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [] };
const { signal } = new AbortController();
const scoring = () => new Scoring(agent, { deadlineMs: 60_000, concurrency: 2 }, new PriceBook());
const saying = (answer: unknown) => ({ scope: 'trial', name: 'fair', score: () => answer }) as unknown as TrialScorer;
const ask = (answer: unknown) => scoring().ask(saying(answer), evidence, signal);

test('a score of its own name is taken as it is, and nothing to judge as nothing', () => {
  expect(ask(score)).toEqual(score);
  expect(ask({ ...score, measures: { dollars: 0.5 } })).toMatchObject({ measures: { dollars: 0.5 } });
  expect(ask(undefined)).toBeUndefined();
});

const noScores: readonly (readonly [string, unknown])[] = [
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
  ['→ at dollars', { ...score, dollars: -1 }],
  ['a score named "other". Expected "fair".', { ...score, name: 'other' }],
];

test.each(noScores)('what is no score is a fault that names the scorer and its file, at once and later: %s', async (what, answer) => {
  const where = 'The scorer "fair" (/desk/scorers.ts) returned for case one, trial 3 ';
  expect(() => ask(answer)).toThrow(ScorerFault);
  expect(() => ask(answer)).toThrow(where);
  expect(() => ask(answer)).toThrow(what);
  const later = await Promise.resolve(ask(Promise.resolve(answer))).catch((error: unknown) => error);
  expect(later).toMatchObject({ kind: 'no-score', exitCode: 2, message: expect.stringContaining(where) });
  expect(String(later)).toContain(what);
});

test('anything with a "then" is waited for', async () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tried
  expect(await ask({ then: (done: (value: unknown) => void) => done(score) })).toEqual(score);
});

test('a scorer that compares decisions says it at once', async () => {
  expect(() => askAtOnce(agent, saying(Promise.reject(new Error('nobody waits for it'))), evidence)).toThrow('must be said at once');
  await new Promise(setImmediate);
});

test('a scorer that throws is a failure that keeps what it threw, at once and later', async () => {
  const throwing = () => {
    throw new TypeError('no such field');
  };
  const scorers: TrialScorer[] = [
    { scope: 'trial', name: 'fair', score: throwing },
    { scope: 'trial', name: 'fair', score: async () => throwing() },
  ];
  for (const scorer of scorers) {
    const thrown = await (async () => scoring().ask(scorer, evidence, signal))().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ kind: 'threw', exitCode: 3, cause: expect.any(TypeError) });
    expect(String(thrown)).toContain('The scorer "fair" (/desk/scorers.ts) failed on case one, trial 3: TypeError: no such field.');
  }
});

test('a hard score of all trials would decide nothing, so it is refused', () => {
  const scorer: CaseScorer = { scope: 'case', name: 'fair', score: () => score };
  const all = { case: { id: 'one' }, trials: [] } as unknown as CaseEvidence;
  expect(() => scoring().askOfCase(scorer, all, signal)).toThrow('returned for case one, all trials a hard score.');
  expect(scoring().askOfCase({ ...scorer, score: () => ({ ...score, hard: false }) }, all, signal)).toMatchObject({ pass: true });
});

test('an error of another kind is no fault of a scorer', () => {
  expect(new Error('other') instanceof ScorerFault).toBe(false);
  expect(Object.assign(new Error('other'), { name: 'DocketError', exitCode: 2 }) instanceof ScorerFault).toBe(false);
});
