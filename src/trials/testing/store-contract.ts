import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailedTrial, SettledOutcome, Trial } from '../../contracts/trial.ts';
import type { TrialStore, TrialStoreOptions } from '../trial-store.ts';
import { tinyTrial } from './tiny-agent.ts';

/** One place for trials, empty at first, that any number of stores are opened on. */
export interface StorePlace {
  open(options?: TrialStoreOptions): Promise<TrialStore>;
  remove(): Promise<void>;
}

const key = tinyTrial().key;

/** A run of the tiny agent that the machinery ended. */
export function failedTrial(number: number, message = 'The server failed.'): FailedTrial {
  return { ...tinyTrial({ number }), outcome: { kind: 'infra-error', error: 'server', message, retryable: true } };
}

/**
 * What every implementation of the port does.
 * @param rounds of the property test
 */
export function describeTrialStore(name: string, newPlace: () => Promise<StorePlace>, { rounds }: { readonly rounds: number }): void {
  describe(`a trial store ${name}`, () => {
    let place: StorePlace;
    let store: TrialStore;
    beforeEach(async () => {
      place = await newPlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    it('gives a trial back as it was saved, whatever its outcome', async () => {
      const outcomes: SettledOutcome[] = [
        { kind: 'decided', decision: { approved: true, nested: { list: [1, null, 'ü\u0000\ud83d\ude00 \ud800'] } } },
        { kind: 'refused', category: null, explanation: 'no' },
        { kind: 'truncated', stopReason: 'max_tokens' },
        { kind: 'invalid', text: '{', issues: ['the answer is not JSON'] },
        { kind: 'no-decision', reason: 'silence' },
      ];
      const trials = outcomes.map((outcome, index) => tinyTrial({ number: index + 1 }, outcome));
      await saveAll(store, trials);
      expect(await Promise.all(trials.map((trial) => store.find(trial.key)))).toEqual(trials);
    });

    it('tells portions that fit into memory, a trial that is larger than that by itself', async () => {
      for (const [number, megabytes] of [
        [1, 0.9],
        [2, 0.9],
        [3, 9],
        [5, 1],
        [6, 1],
      ] as const) {
        const trial = tinyTrial({ number });
        await store.save({ ...trial, transcript: { ...trial.transcript, userMessage: 'x'.repeat(megabytes * 1_000_000) } });
      }
      const portions = await store.portions(key, { first: 1, last: 5 });
      expect(portions.map(({ first, last }) => [first, last])).toEqual([
        [1, 2],
        [3, 3],
        [5, 5],
      ]);
      const listed = await Promise.all(portions.map((portion) => store.list(key, portion)));
      expect(listed.flat().map((trial) => trial.key.number)).toEqual([1, 2, 3, 5]);
      expect((await store.newest(10)).map((trial) => trial.key.number)).toEqual([6, 5, 3]);
    });

    it('keeps trials apart by version, case, series and number, and lists them in number order', async () => {
      await saveAll(
        store,
        [10, 2, 1].map((number) => tinyTrial({ number })),
      );
      await store.save(tinyTrial({ versionFingerprint: 'other' }));
      await store.save(tinyTrial({ caseFingerprint: 'other' }));
      await store.save(tinyTrial({ series: 'other' }));
      expect(numbersOf(await store.list(key))).toEqual([1, 2, 10]);
      expect(numbersOf(await store.list(key, { first: 2, last: 9 }))).toEqual([2]);
      expect(await store.list({ ...key, series: 'unknown' })).toEqual([]);
      expect(await store.count(key, { first: 2, last: 12 })).toBe(2);
      expect(await store.count({ ...key, series: 'unknown' }, { first: 2, last: 12 })).toBe(0);
      expect(await store.portions(key, { first: 2, last: 12 })).toMatchObject([{ first: 2, last: 10 }]);
      expect(await store.portions({ ...key, series: 'unknown' }, { first: 1, last: 12 })).toEqual([]);
      expect(await store.find({ ...key, number: 3 })).toBeUndefined();
    });

    it('knows those that were stored last, whatever they are of, and the newest keys of cases', async () => {
      expect(await store.newest(3)).toEqual([]);
      const trials = [tinyTrial({ number: 2 }), tinyTrial({ versionFingerprint: 'other' }), tinyTrial({ number: 1, series: 'other' })];
      for (const trial of trials) await store.save(trial);
      expect(await store.newest(2)).toEqual([trials[2], trials[1]]);
      expect(await store.newest(9)).toHaveLength(3);
      const later = tinyTrial({ caseFingerprint: 'later' });
      await store.save(later);
      const keys = trials.map(({ key }) => key).toReversed();
      expect(await store.keysOf(['case'], 9)).toEqual(keys);
      expect(await store.keysOf(['later', 'case', 'other'], 2)).toEqual([...keys.slice(0, 2), later.key]);
      expect(await store.keysOf(['other'], 9)).toEqual([]);
    });

    it('writes a trial once: the first stays', async () => {
      expect(await store.save(tinyTrial())).toBe('saved');
      expect(await store.save(tinyTrial({}, { kind: 'no-decision', reason: 'later' }))).toBe('stored');
      expect((await store.find(key))?.outcome.kind).toBe('decided');
    });

    it('claims a trial for one caller until it is saved, failed or given back', async () => {
      expect(await store.claim(key)).toBe('claimed');
      expect(await store.claim(key)).toBe('busy');
      expect(await store.heldBy(key)).toMatch(new RegExp(`^process ${process.pid}\\b`));
      await store.release(key);
      expect(await store.heldBy(key)).toBeUndefined();
      expect(await store.claim(key)).toBe('claimed');
      await store.saveFailure(failedTrial(1));
      expect(await store.claim(key)).toBe('claimed');
      await store.save(tinyTrial());
      expect(await store.claim(key)).toBe('stored');
    });

    it('gives one of many who claim at the same time the trial, and keeps what one of many saves', async () => {
      const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
      const asked = [...numbers, ...numbers];
      const claims = await Promise.all(asked.map((number) => store.claim({ ...key, number })));
      expect(claims).toEqual([...numbers.map(() => 'claimed'), ...numbers.map(() => 'busy')]);
      const saves = await Promise.all(
        asked.map((number, index) => store.save(tinyTrial({ number }, { kind: 'no-decision', reason: `${index}` }))),
      );
      expect(saves).toEqual([...numbers.map(() => 'saved'), ...numbers.map(() => 'stored')]);
      expect((await store.list(key)).map(({ outcome }) => outcome)).toEqual(
        numbers.map((_, index) => ({ kind: 'no-decision', reason: `${index}` })),
      );
    });

    it('keeps the last failure of a trial apart until the trial is there', async () => {
      await store.saveFailure(failedTrial(2));
      await store.saveFailure(failedTrial(1, 'first'));
      await store.saveFailure(failedTrial(1, 'second'));
      expect(await store.list(key)).toEqual([]);
      expect(await store.failures(key)).toEqual([failedTrial(1, 'second'), failedTrial(2)]);
      await store.save(tinyTrial());
      expect(await store.failures()).toEqual([failedTrial(2)]);
      expect(await store.failures({ ...key, series: 'other' })).toEqual([]);
    });

    it('does not let one bad trial take with it what is saved at the same time', async () => {
      const circular: Record<string, never> = {};
      Object.assign(circular, { circular });
      const bad = tinyTrial({ number: 9 }, { kind: 'decided', decision: circular });
      const ends = await Promise.allSettled([tinyTrial({ number: 1 }), bad, tinyTrial({ number: 2 })].map((trial) => store.save(trial)));
      expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(numbersOf(await store.list(key))).toEqual([1, 2]);
    });

    it('behaves as a map with claims, whatever is done to it', async () => {
      const step = fc.record({
        act: fc.constantFrom('claim', 'save', 'release', 'fail'),
        series: fc.constantFrom('a', 'b'),
        number: fc.integer({ min: 1, max: 3 }),
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          round += 1;
          const saved = new Set<string>();
          const claimed = new Set<string>();
          for (const { act, series, number } of steps) {
            const at = { ...key, series: `${series}${round}`, number };
            const name = `${series}${number}`;
            if (act === 'claim') {
              expect(await store.claim(at)).toBe(saved.has(name) ? 'stored' : claimed.has(name) ? 'busy' : 'claimed');
              if (!saved.has(name)) claimed.add(name);
            } else {
              if (act === 'save') expect(await store.save(tinyTrial(at))).toBe(saved.has(name) ? 'stored' : 'saved');
              if (act === 'save') saved.add(name);
              if (act === 'release') await store.release(at);
              if (act === 'fail') await store.saveFailure({ ...failedTrial(1), key: at });
              claimed.delete(name);
            }
          }
          const listed = await Promise.all(['a', 'b'].map((series) => store.list({ ...key, series: `${series}${round}` })));
          const names = listed.flat().map((trial) => `${trial.key.series[0]}${trial.key.number}`);
          expect(names).toEqual([...saved].sort());
        }),
        { numRuns: rounds, seed: 1 },
      );
    });

    it('knows what is under way in batches, and forgets what is asked again', async () => {
      const { batches } = store;
      const started = { endpoint: 'http://127.0.0.1:1', startedAt: '2026-11-28T12:00:00.000Z', requests: 2, after: 'msgbatch_0' };
      const calls = ['a', 'b'].map((call) => ({ call, trial: `trial of ${call}`, customId: `${call}-1` }));
      const states = () => Promise.all(['a', 'b', 'c'].map((call) => batches.stateOf(call)));
      const { id } = await batches.begin(started, calls);
      expect(await batches.find(id)).toEqual({ ...started, id, batch: null });
      await batches.became(id, 'msgbatch_1');
      await batches.answer([{ call: 'a', answer: '{"id":"msg_1"}' }]);
      expect(await batches.find(id)).toEqual({ ...started, id, batch: 'msgbatch_1' });
      expect([await batches.isKnown('msgbatch_1'), await batches.isKnown('msgbatch_2')]).toEqual([true, false]);
      expect(await states()).toEqual([{ kind: 'answered', answer: '{"id":"msg_1"}' }, { kind: 'sent', submission: id }, { kind: 'new' }]);
      expect(await batches.openCalls(id)).toEqual([calls[1]]);
      await batches.end(id);
      expect((await states()).map(({ kind }) => kind)).toEqual(['answered', 'new', 'new']);
      expect(await batches.find(id)).toBeUndefined();
      // Its number is nobody else's, who may still be looked at.
      const again = await batches.begin(started, calls);
      expect(again.id).not.toBe(id);
      expect((await states())[0]).toEqual({ kind: 'sent', submission: again.id });
      await batches.endTrial('trial of a');
      await batches.forget(['b']);
      expect((await states()).map(({ kind }) => kind)).toEqual(['new', 'new', 'new']);
    });

    it('keeps what a scorer said', async () => {
      const score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [], dollars: 0.25 };
      expect([await store.scorersKept(), await store.findScore('key')]).toEqual([[], undefined]);
      await store.saveScore('key', 'fair', { ...score, value: 0 });
      await store.saveScore('key', 'fair', score);
      await store.saveScore('none', 'fair', null);
      await store.saveScore('other', 'kind', null);
      expect(await store.scorersKept()).toEqual(['fair', 'kind']);
      expect([await store.findScore('key'), await store.findScore('none')]).toEqual([score, null]);
    });

    it('finishes what was asked for before it closes, and can be closed twice', async () => {
      await store.claim(key);
      const saved = store.save(tinyTrial());
      await store.close();
      expect(await saved).toBe('saved');
      await store.close();
      await expect(store.find(key)).rejects.toThrow();
    });
  });
}

/** Saves trials at the same time. */
export async function saveAll(store: TrialStore, trials: readonly Trial[]): Promise<void> {
  await Promise.all(trials.map((trial) => store.save(trial)));
}

/** The numbers of trials, in their order. */
export function numbersOf(trials: readonly Trial[]): number[] {
  return trials.map((trial) => trial.key.number);
}
