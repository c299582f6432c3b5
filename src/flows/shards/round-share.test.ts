import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RoundShare } from './round-share.ts';

const durations = new Map([
  ['slow', 9000],
  ['quick', 100],
]);

function wantedOf(cases: readonly string[], trials: number) {
  return cases.flatMap((caseId) =>
    Array.from({ length: trials }, (_, index) => ({
      request: { caseId, versionFingerprint: 'v', series: `candidate-1:${caseId}`, number: index + 1 } as never,
      name: `${caseId}#${index + 1}`,
    })),
  );
}

const namesOf = (wanted: readonly { readonly name: string }[]) => wanted.map(({ name }) => name);

test('every machine takes all trials of a round, its own part first, and each trial is the own part of exactly one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), (count, cases, trials) => {
      const wanted = wantedOf(
        Array.from({ length: cases }, (_, index) => `case-${index}`),
        trials,
      );
      const own = Array.from({ length: count }, (_, index) => {
        const share = new RoundShare({ number: index + 1, count }, () => undefined);
        const inTurn = share.inTurn(wanted);
        expect(namesOf(inTurn).sort()).toEqual(namesOf(wanted).sort());
        expect(share.asked().all).toBe(wanted.length);
        return namesOf(inTurn.slice(0, share.asked().own));
      });
      expect(own.flat().sort()).toEqual(namesOf(wanted).sort());
    }),
  );
});

test('its own longest trials come first; of others it begins with the shortest, of the next machine before the one after', () => {
  const wanted = wantedOf(['quick', 'slow', 'other'], 4);
  const orders = [1, 2, 3].map((number) => new RoundShare({ number, count: 3 }, (id) => durations.get(id)).inTurn(wanted));
  const weight = ({ name }: { readonly name: string }) => durations.get(name.split('#')[0] ?? '') ?? 100;
  const sizes = [1, 2, 3].map((number) => {
    const share = new RoundShare({ number, count: 3 }, (id) => durations.get(id));
    share.inTurn(wanted);
    return share.asked().own;
  });
  for (const [index, order] of orders.entries()) {
    const own = order.slice(0, sizes[index]).map(weight);
    expect(own).toEqual(own.toSorted((one, other) => other - one));
    const next = order.slice(sizes[index], (sizes[index] ?? 0) + (sizes[(index + 1) % 3] ?? 0));
    // The next machine's own, from their end.
    expect(namesOf(next)).toEqual(namesOf((orders[(index + 1) % 3] ?? []).slice(0, next.length)).reverse());
  }
});

test('what ran is told by whose part it was; a trial and its twins are one, and a trial that is asked for twice too', () => {
  const share = new RoundShare({ number: 1, count: 2 }, () => undefined);
  const wanted = wantedOf(['light'], 2);
  share.inTurn(wanted);
  share.inTurn(wanted);
  expect(share.asked()).toEqual({ all: 2, own: 1 });
  const keys = [1, 2].flatMap((number) =>
    ['own', 'twin'].map((caseFingerprint) => ({ caseFingerprint, versionFingerprint: 'v', series: 'candidate-1:light', number })),
  );
  expect(share.ran(keys)).toEqual({ own: 1, others: 1 });
});
