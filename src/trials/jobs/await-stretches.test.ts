import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Clock } from '../../contracts/clock.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import { openTrialStore } from '../open-trial-store.ts';
import { keyOf } from '../run-trial.ts';
import { tinyRequests, tinyTrial } from '../testing/tiny-agent.ts';
import { awaitStretches, earlierFailures } from './await-stretches.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** Real time, a hundred times as fast. */
const fast: Clock = {
  now: () => performance.now() * 100,
  date: () => new Date(),
  async pause(milliseconds, signal) {
    signal.throwIfAborted();
    await wait(milliseconds / 100);
  },
};
const never = new AbortController().signal;
const failed = (number: number, of: { readonly key: FailedTrial['key'] }, message: string): FailedTrial => ({
  ...tinyTrial(),
  key: { ...of.key, number },
  outcome: { kind: 'infra-error', error: 'server', message, retryable: true },
});

it('hands on each trial once, whatever order they end in and however they are asked for, and nothing that failed before', {
  tags: ['slow'],
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 10 }),
      fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
      async (cases, repeats, most, dice) => {
        const store = openTrialStore(':memory:');
        const requests = [...tinyRequests(cases, repeats)];
        // The first trial failed before this run, as any may.
        const [first] = requests;
        if (first) await store.saveFailure(failed(first.number, { key: keyOf(first) }, 'before'));
        const earlier = await earlierFailures(store);
        const order = requests
          .map((request, index) => ({ request, at: ((index + 1) * ((dice[index % 5] ?? 0) + 7)) % 997 }))
          .sort((one, other) => one.at - other.at);
        const failing = (index: number) => index % 9 === 4;
        const saving = (async () => {
          for (const [index, { request }] of order.entries()) {
            if (index % 10 === 0) await wait(1);
            const key = keyOf(request);
            if (failing(index)) await store.saveFailure(failed(key.number, { key }, `now ${index}`));
            else await store.save({ ...tinyTrial(), key });
          }
        })();
        const seen: string[] = [];
        const left = await awaitStretches(stretchesOf(requests, most), {
          ...{ store, clock: fast, signal: never, earlier },
          onRun: async ({ request, trial }) => {
            seen.push(`${request.caseFingerprint} ${request.number} ${trial.outcome.kind === 'infra-error' ? trial.outcome.message : ''}`);
            expect(trial.key).toEqual(keyOf(request));
            return false;
          },
          askAgain: async () => {},
          onPause: async () => false,
        });
        await saving;
        expect(left).toEqual([]);
        expect(seen.toSorted()).toEqual(
          order
            .map(({ request }, index) => `${request.caseFingerprint} ${request.number} ${failing(index) ? `now ${index}` : ''}`)
            .toSorted(),
        );
        await store.close();
      },
    ),
    { numRuns: 12 },
  );
});

it('asks again for what nobody tells of, and says at its end what it did not wait for', async () => {
  const store = openTrialStore(':memory:');
  const requests = [...tinyRequests(3, 4)];
  const asked: Stretch[] = [];
  let looks = 0;
  const left = await awaitStretches(stretchesOf(requests, 2), {
    ...{ store, clock: fast, signal: never, earlier: new Map() },
    onRun: async () => false,
    askAgain: async (stretches) => {
      asked.push(...stretches);
    },
    onPause: async () => {
      looks += 1;
      return asked.length > 0 && looks > 5;
    },
  });
  const trials = (stretches: readonly Stretch[]) => stretches.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  expect([trials(left), new Set(asked.map(({ like, first }) => `${like.caseFingerprint} ${first}`)).size]).toEqual([12, 6]);
  await store.close();
});
