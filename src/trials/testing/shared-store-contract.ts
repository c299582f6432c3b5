import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Trial } from '../../contracts/trial.ts';
import { TrialSigner } from '../trial-signer.ts';
import type { TrialStore } from '../trial-store.ts';
import { numbersOf, type StorePlace, saveAll } from './store-contract.ts';
import { tinyTrial } from './tiny-agent.ts';

/** A place that others can open and change as well. */
export interface SharedStorePlace extends StorePlace {
  /** Runs SQL as somebody would who changes what was stored. */
  execute(sql: string): Promise<void>;
  /** What takes the signature from a trial. */
  unsigned(number: number): string;
}

const key = tinyTrial().key;

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

function numbersIn(ends: readonly { readonly number: number }[]): number[] {
  return ends.map(({ number }) => number).toSorted((one, other) => one - other);
}
