import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { BatchedStore } from './batched-store.ts';
import { openTrialStore } from './open-trial-store.ts';
import { tinyTrial } from './testing/tiny-agent.ts';
import type { TrialStore } from './trial-store.ts';

/** A real store with some of its methods changed. */
function storeWith(changes: (store: TrialStore) => Partial<TrialStore>): TrialStore {
  const store = openTrialStore(':memory:');
  const changed = changes(store);
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(name in changed ? changed : target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

const trials = [1, 2, 3].map((number) => tinyTrial({ number }));

describe('BatchedStore', () => {
  it('does what is asked for within one turn in one transaction', async () => {
    let transactions = 0;
    const store = storeWith((real) => ({
      transaction(work) {
        transactions += 1;
        return real.transaction(work);
      },
    }));
    const batch = new BatchedStore(store);
    const key = tinyTrial({ number: 4 }).key;
    expect(await Promise.all([...trials.map((trial) => batch.save(trial)), batch.claim(key), batch.claim(key)])).toEqual([
      'saved',
      'saved',
      'saved',
      'claimed',
      'busy',
    ]);
    expect(transactions).toBe(1);
    expect(store.list(key)).toEqual(trials);
  });

  it('does not let one bad trial take the others with it', async () => {
    const store = openTrialStore(':memory:');
    const batch = new BatchedStore(store);
    const circular: Record<string, never> = {};
    Object.assign(circular, { circular });
    const bad = tinyTrial({ number: 9 }, { kind: 'decided', decision: circular });
    const ends = await Promise.allSettled([trials[0], bad, trials[1]].map((trial) => batch.save(trial ?? bad)));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.list(bad.key)).toEqual(trials.slice(0, 2));
  });

  it('tells nobody that a trial is stored before the commit', async () => {
    const full = new DocketError('the disk is full');
    let attempts = 0;
    const store = storeWith((real) => ({
      transaction: (work) =>
        real.transaction(() => {
          work();
          throw full;
        }),
      save(trial) {
        attempts += 1;
        if (attempts > trials.length + 1) throw full;
        return real.save(trial);
      },
    }));
    const batch = new BatchedStore(store);
    const ends = await Promise.allSettled(trials.map((trial) => batch.save(trial)));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(store.list(tinyTrial().key)).toEqual(trials.slice(0, 1));
    // The first failure of the store itself speaks for the rest.
    expect(attempts).toBe(trials.length + 2);
  });
});
