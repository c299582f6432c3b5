import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FailedTrial, SettledOutcome, Trial } from '../../contracts/trial.ts';
import { TrialSigner } from '../trial-signer.ts';
import type { TrialStore, TrialStoreOptions } from '../trial-store.ts';
import { tinyTrial } from './tiny-agent.ts';

/** One place for trials, empty at first, that any number of stores are opened on. */
export interface StorePlace {
  open(options?: TrialStoreOptions): Promise<TrialStore>;
  remove(): Promise<void>;
}

/** A place that others can open and change as well. */
export interface SharedStorePlace extends StorePlace {
  /** Runs SQL as somebody would who changes what was stored. */
  execute(sql: string): Promise<void>;
  /** What takes the signature from a trial. */
  unsigned(number: number): string;
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

    it('knows those that were stored last, whatever they are of, and all keys of a case', async () => {
      expect(await store.newest(3)).toEqual([]);
      const trials = [tinyTrial({ number: 2 }), tinyTrial({ versionFingerprint: 'other' }), tinyTrial({ number: 1, series: 'other' })];
      for (const trial of trials) await store.save(trial);
      expect(await store.newest(2)).toEqual([trials[2], trials[1]]);
      expect(await store.newest(9)).toHaveLength(3);
      expect(await store.keysOf('case')).toEqual(trials.map((trial) => trial.key).toReversed());
      expect(await store.keysOf('other')).toEqual([]);
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

/** What every implementation does whose stores share a place. */
export function describeSharedTrialStore(name: string, newPlace: () => Promise<SharedStorePlace>): void {
  describe(`several stores ${name} in one place`, () => {
    let place: SharedStorePlace;
    beforeEach(async () => {
      place = await newPlace();
    });
    afterEach(() => place.remove());

    it('show each other what was saved, and their claims as busy until they close', async () => {
      const [one, other] = [await place.open(), await place.open()];
      expect(await one.claim(key)).toBe('claimed');
      expect(await other.claim(key)).toBe('busy');
      await other.release(key);
      expect(await other.claim(key)).toBe('busy');
      await one.close();
      expect(await other.claim(key)).toBe('claimed');
      await other.save(tinyTrial());
      const third = await place.open();
      expect(await third.claim(key)).toBe('stored');
      await other.close();
      await third.close();
    });

    it('take back what they saved themselves and nothing else', async () => {
      const [store, revocable] = [await place.open(), await place.open({ mayTakeBack: true })];
      await store.save(tinyTrial({ number: 1 }));
      expect(await Promise.all([1, 2, 3].map((number) => revocable.save(tinyTrial({ number }))))).toEqual(['stored', 'saved', 'saved']);
      await revocable.takeBack();
      expect(numbersOf(await store.list(key))).toEqual([1]);
      await store.close();
      await revocable.close();
    });

    it('run no trial twice, however many claim at once', async () => {
      const stores = await Promise.all([1, 2, 3].map(() => place.open()));
      const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
      const ends = await Promise.all(
        stores.flatMap((store) =>
          numbers.map(async (number) => {
            const claim = await store.claim({ ...key, number });
            return { number, claim, end: claim === 'claimed' ? await store.save(tinyTrial({ number })) : undefined };
          }),
        ),
      );
      expect(numbersIn(ends.filter(({ end }) => end === 'saved'))).toEqual(numbers);
      expect(ends.filter(({ claim }) => claim === 'claimed')).toHaveLength(numbers.length);
      for (const store of stores) await store.close();
    });

    it.each([
      ['is cut off', `{"mode":"simul`],
      ['lost a field', '{"mode":"simulated"}'],
      ['holds another outcome', JSON.stringify({ ...tinyTrial(), outcome: { kind: 'infra-error' } })],
      ['holds a decision that is a list', JSON.stringify({ ...tinyTrial(), outcome: { kind: 'decided', decision: [] } })],
    ])('name the trial whose row %s', async (_, text) => {
      const store = await place.open();
      await store.save(tinyTrial());
      await place.execute(`UPDATE trials SET trial = '${text}'`);
      await expect(store.find(key)).rejects.toThrow(/trial 1 of series "candidate" \(case case\) is damaged/);
      await store.close();
    });

    it.each([
      ['content', `UPDATE trials SET trial = replace(trial, '"approved":true', '"approved":false') WHERE number = 2`],
      ['number', 'UPDATE trials SET number = 9 WHERE number = 2'],
      ['case', `UPDATE selections SET case_fingerprint = 'other'`],
      ['place: two were swapped', 'UPDATE trials SET number = -number; UPDATE trials SET number = 4 + number WHERE number > -4'],
      ['checksum', 'UPDATE trials SET checksum = 0 WHERE number = 2'],
    ])('name a trial that is no longer what was written: its %s', async (_, sql) => {
      const decided = (number: number): Trial => tinyTrial({ number }, { kind: 'decided', decision: { approved: true, number } });
      const first = await place.open();
      await saveAll(first, [1, 2, 3].map(decided));
      await first.close();
      await place.execute(sql);
      const read = async (opened: TrialStore) => {
        const lists = await Promise.all(['case', 'other'].map((caseFingerprint) => opened.list({ ...key, caseFingerprint })));
        return lists.flat();
      };
      // Who cannot be told gets no trials at all.
      const untold = await place.open();
      await expect(read(untold)).rejects.toThrow(/is damaged: .*Restore it from a copy/);
      await untold.close();
      const told: string[] = [];
      const again = await place.open({ onDamage: (message) => told.push(message) });
      for (const trial of await read(again)) expect(trial).toEqual(decided(trial.key.number));
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told).size).toBe(told.length);
      for (const message of told)
        expect(message).toMatch(/is damaged: it is not what was written\. It is not used; where it is needed, it runs again\./);
      for (const number of [1, 2, 3]) if ((await again.claim({ ...key, number })) === 'claimed') await again.save(decided(number));
      expect(await again.list(key, { first: 1, last: 3 })).toEqual([1, 2, 3].map(decided));
      await again.close();
    });

    it('count signed trials alone where only those do, each under its own key, and run the others again', async () => {
      const signer = new TrialSigner('s'.repeat(32));
      const plain = await place.open();
      await plain.save(tinyTrial({ number: 1 }));
      const signing = await place.open({ signed: { signer, only: false } });
      await saveAll(
        signing,
        [2, 3, 4].map((number) => tinyTrial({ number })),
      );
      expect(numbersOf(await signing.list(key))).toEqual([1, 2, 3, 4]);
      await signing.close();
      await place.execute(place.unsigned(4));
      const strict = await place.open({ signed: { signer, only: true }, mayTakeBack: true });
      expect(numbersOf(await strict.list(key))).toEqual([2, 3]);
      expect(await strict.count(key, { first: 1, last: 9 })).toBe(2);
      expect(strict.refusedTrials()).toBe(2);
      expect(await Promise.all([1, 2, 4].map((number) => strict.claim({ ...key, number })))).toEqual(['claimed', 'stored', 'claimed']);
      expect(await strict.save(tinyTrial({ number: 1 }))).toBe('saved');
      expect(numbersOf(await strict.list(key))).toEqual([1, 2, 3]);
      const others = await place.open({ signed: { signer: new TrialSigner('t'.repeat(32)), only: true } });
      expect(await others.list(key)).toEqual([]);
      for (const each of [plain, strict, others]) await each.close();
    });

    it('count what a scorer said only as it was written, and signed where only that counts', async () => {
      const score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [] };
      const store = await place.open();
      await store.saveScore('key', 'fair', score);
      await store.saveScore('none', 'fair', null);
      await store.close();
      const signed = await place.open({ signed: { signer: new TrialSigner('s'.repeat(32)), only: true } });
      expect(await signed.findScore('key')).toBeUndefined();
      await signed.saveScore('key', 'fair', { ...score, value: 0.5 });
      expect(await signed.findScore('key')).toEqual({ ...score, value: 0.5 });
      await signed.close();
      await place.execute("UPDATE scores SET score = replace(score, '0.5', '0.9')");
      const again = await place.open();
      expect([await again.findScore('key'), await again.findScore('none')]).toEqual([undefined, null]);
      await again.close();
    });

    it('find what another sent in a batch, and ask anew for an answer that is not what was written', async () => {
      const one = await place.open();
      const calls = ['a', 'b'].map((call) => ({ call, trial: `trial of ${call}`, customId: `${call}-1` }));
      const { id } = await one.batches.begin(
        { endpoint: 'http://127.0.0.1:1', startedAt: '2026-11-28T12:00:00.000Z', requests: 2, after: null },
        calls,
      );
      await one.batches.answer([{ call: 'a', answer: '{"text":"yes"}' }]);
      await one.close();
      const other = await place.open();
      expect(await other.batches.openCalls(id)).toEqual([calls[1]]);
      expect(await other.batches.stateOf('a')).toEqual({ kind: 'answered', answer: '{"text":"yes"}' });
      await place.execute("UPDATE batch_calls SET answer = replace(answer, 'yes', 'no')");
      expect(await other.batches.stateOf('a')).toEqual({ kind: 'new' });
      await other.close();
    });
  });
}

async function saveAll(store: TrialStore, trials: readonly Trial[]): Promise<void> {
  await Promise.all(trials.map((trial) => store.save(trial)));
}

function numbersOf(trials: readonly Trial[]): number[] {
  return trials.map((trial) => trial.key.number);
}

function numbersIn(ends: readonly { readonly number: number }[]): number[] {
  return ends.map(({ number }) => number).toSorted((one, other) => one - other);
}
