import { afterEach, beforeEach, expect, test } from 'vitest';
import { refundDesk } from '../../agent/testing/refund-desk.ts';
import type { Score } from '../../contracts/score.ts';
import type { CaseEvidence, TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import { PriceBook } from '../../model/price-book.ts';
import { openTrialStore } from '../../trials/open-trial-store.ts';
import { tinyTrial } from '../../trials/testing/tiny-agent.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { casePlaceholder } from '../label-agreement.ts';
import { ScoreCache } from './score-cache.ts';
import { Scoring } from './scoring.ts';

const desk = refundDesk();
const { signal } = new AbortController();
const fair: Score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [], dollars: 0.25 };

let store: TrialStore;
beforeEach(() => {
  store = openTrialStore(':memory:');
});
afterEach(() => store.close());

/** As a new process would open it, over the same store. */
async function opened({ judge = 'one', deadlineMs = 60_000, concurrency = 8, keptIn = store } = {}) {
  return new Scoring(desk, { deadlineMs, concurrency }, new PriceBook(), await ScoreCache.open(keptIn, async () => judge));
}

const labelled = (approved: boolean) => casePlaceholder('one', {}, { approved });

const judged = (amount: number, changes: Partial<TrialEvidence> = {}): TrialEvidence => ({
  case: labelled(true),
  input: { amount },
  trial: tinyTrial({ number: 1 }),
  tools: [],
  decisionFields: ['approved'],
  dollars: 0,
  ...changes,
});

/** A scorer that answers later and counts how often it was asked. */
function counting(change: Partial<TrialScorer> = {}, say: () => Score | undefined = () => fair) {
  const counted = { asked: 0 };
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'fair',
    score: async () => {
      counted.asked += 1;
      await new Promise(setImmediate);
      return say();
    },
    ...change,
  };
  return { scorer, counted };
}

test('a trial is scored once by a scorer that answers later, in the next process too, and costs once', async () => {
  const { scorer, counted } = counting();
  const first = await opened();
  expect(await Promise.all([first.ask(scorer, judged(1), signal), first.ask(scorer, judged(1), signal)])).toEqual([fair, fair]);
  expect(first.total()).toEqual({ asked: 1, reused: 0, dollars: 0.25 });
  const second = await opened();
  expect(await second.ask(scorer, judged(1), signal)).toEqual(fair);
  expect([counted.asked, second.total()]).toEqual([1, { asked: 0, reused: 1 }]);
});

test('nothing to judge is an answer too', async () => {
  const { scorer, counted } = counting({}, () => undefined);
  for (let process = 0; process < 3; process += 1) expect(await (await opened()).ask(scorer, judged(1), signal)).toBeUndefined();
  expect(counted.asked).toBe(1);
});

test('a plain function that returns a promise is asked once too, because what it said is kept under its name', async () => {
  let asked = 0;
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'plain',
    score: () => {
      asked += 1;
      return Promise.resolve({ ...fair, name: 'plain' });
    },
  };
  for (let process = 0; process < 3; process += 1) await (await opened()).ask(scorer, judged(1), signal);
  expect(asked).toBe(1);
});

test.each<readonly [string, Parameters<typeof opened>[0], Partial<TrialScorer>, Partial<TrialEvidence>]>([
  ['another scorer hash', { judge: 'two' }, {}, {}],
  ['other settings', {}, { settings: { model: 'newer' } }, {}],
  ['another function', {}, { score: async () => fair }, {}],
  ['another label', {}, {}, { case: labelled(false) }],
  ['another input', {}, {}, { input: { amount: 2 } }],
  ['another trial', {}, {}, { trial: tinyTrial({ number: 2 }) }],
  [
    'the same trial, run again',
    {},
    {},
    { trial: { ...tinyTrial({ number: 1 }), startedAt: '2027-01-01T00:00:00.000Z' } as TrialEvidence['trial'] },
  ],
  ['other fields that are owed', {}, {}, { decisionFields: ['approved', 'amount'] }],
])('%s is asked about anew', async (_, options, scorerChange, evidenceChange) => {
  const { scorer } = counting();
  await (await opened()).ask(scorer, judged(1), signal);
  const again = await opened(options);
  await again.ask({ ...scorer, ...scorerChange }, judged(1, evidenceChange), signal);
  expect(again.total().asked).toBe(1);
});

test('what failed or was late is not kept, and is asked again', async () => {
  const { scorer } = counting({}, () => {
    throw new Error('overloaded');
  });
  await expect((await opened()).ask(scorer, judged(1), signal)).rejects.toMatchObject({ kind: 'threw' });
  const again = await opened();
  await expect(again.ask(scorer, judged(1), signal)).rejects.toMatchObject({ kind: 'threw' });
  expect(again.total()).toEqual({ asked: 1, reused: 0 });
});

test('a scorer that is late is told to stop and named with its deadline', async () => {
  let told: AbortSignal | undefined;
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'slow',
    score: (_, context) => {
      told = context.signal;
      return new Promise(() => {});
    },
  };
  await expect((await opened({ deadlineMs: 20 })).ask(scorer, judged(1), signal)).rejects.toMatchObject({
    kind: 'late',
    exitCode: 3,
    message: expect.stringContaining('The scorer "slow" gave no answer on case one, trial 1 within 20 ms (scoring.deadlineMs).'),
  });
  expect(told?.aborted).toBe(true);
});

test('whatever a late scorer says when it is told to stop, it was late', async () => {
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'slow',
    score: (_, context) => new Promise((__, reject) => context.signal.addEventListener('abort', () => reject(new Error('stopped')))),
  };
  await expect((await opened({ deadlineMs: 20 })).ask(scorer, judged(1), signal)).rejects.toMatchObject({ kind: 'late' });
});

test('an interruption ends the wait with its own reason', async () => {
  const interrupted = new AbortController();
  const scorer: TrialScorer = { scope: 'trial', name: 'slow', score: async () => new Promise<never>(() => {}) };
  const scoring = await opened({ concurrency: 1 });
  const waiting = [1, 2].map(async (amount) => scoring.ask(scorer, judged(amount), interrupted.signal));
  setImmediate(() => interrupted.abort(new Error('interrupted')));
  for (const end of await Promise.allSettled(waiting)) expect(end).toMatchObject({ reason: { message: 'interrupted' } });
});

test('no more are asked at a time than are allowed', async () => {
  let [now, most] = [0, 0];
  const scorer: TrialScorer = {
    scope: 'trial',
    name: 'fair',
    score: async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return fair;
    },
  };
  const scoring = await opened({ concurrency: 3 });
  await Promise.all(Array.from({ length: 20 }, (_, amount) => scoring.ask(scorer, judged(amount), signal)));
  expect([most, scoring.total().asked]).toEqual([3, 20]);
});

test('after five failures in a row a scorer is not asked any more, and that is said', async () => {
  const { scorer, counted } = counting({}, () => {
    throw new Error('down for maintenance');
  });
  const scoring = await opened({ concurrency: 1 });
  const ends = await Promise.allSettled(Array.from({ length: 9 }, async (_, amount) => scoring.ask(scorer, judged(amount), signal)));
  expect(counted.asked).toBe(5);
  expect(ends[8]).toMatchObject({ reason: { message: expect.stringMatching(/failed 5 times in a row.*down for maintenance/) } });
});

test('scorers of repeats that answer later are asked once for the same trials', async () => {
  let asked = 0;
  const scorer = {
    scope: 'case',
    name: 'alike',
    score: async () => {
      asked += 1;
      return { ...fair, name: 'alike', hard: false };
    },
  } as const;
  const repeats = (count: number): CaseEvidence => ({
    case: judged(1).case,
    trials: Array.from({ length: count }, (_, index) => tinyTrial({ number: index + 1 })),
  });
  for (const count of [2, 2, 3]) await (await opened()).askOfCase(scorer, repeats(count), signal);
  expect(asked).toBe(2);
});
