import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tinyRequest } from './testing/tiny-agent.ts';
import { TrialRequests } from './trial-requests.ts';

const nameOf = ({ caseFingerprint, number, series }: { caseFingerprint: string; number: number; series: string }) =>
  `${caseFingerprint} ${series} ${number}`;

const { agent } = tinyRequest(1, 1);

it('keeps the order and leaves out repeats and what is done with, as a list would', () => {
  const asked = fc.record({
    input: fc.integer({ min: 1, max: 3 }),
    number: fc.integer({ min: 1, max: 12 }),
    series: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 80 }), fc.array(fc.nat(), { maxLength: 20 }), (wanted, picks) => {
      const requests = wanted.map(({ input, number, series }) => ({ ...tinyRequest(input, number), agent, series }));
      const ours = new TrialRequests(requests);
      const inOrder = requests.map(nameOf).filter((name, index, all) => all.indexOf(name) === index);
      expect([...ours].map(nameOf)).toEqual(inOrder);
      const inPages = [...ours.pages()].flatMap(({ selection, first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => nameOf({ ...selection, number: first + index })),
      );
      expect(inPages.toSorted()).toEqual(inOrder.toSorted());
      const done = new Set<string>();
      for (const pick of requests.length === 0 ? [] : picks) {
        const request = requests[pick % requests.length];
        if (!request) continue;
        expect(nameOf(ours.take({ ...request }) ?? tinyRequest(9, 9))).toBe(nameOf(request));
        done.add(nameOf(request));
      }
      const left = inOrder.filter((name) => !done.has(name));
      expect([...ours.missing()].map(nameOf)).toEqual(left);
      expect(ours.left()).toEqual({ requests: left.length, inputs: new Set(left.map((name) => name.split(' ')[0])).size });
    }),
    { numRuns: 60 },
  );
});

it('knows no request for a trial that nobody asked for', () => {
  const requests = new TrialRequests([tinyRequest(1, 2)]);
  expect(requests.take({ ...tinyRequest(1, 3) })).toBeUndefined();
  expect(requests.take({ ...tinyRequest(2, 2) })).toBeUndefined();
});

it('wants nothing more of a selection once all of it was taken: what is done is kept as what was wanted', () => {
  const requests = new TrialRequests([tinyRequest(1, 1), tinyRequest(1, 2)]);
  for (const number of [1, 2]) requests.take({ ...tinyRequest(1, number), number });
  expect(requests.left()).toEqual({ requests: 0, inputs: 0 });
  expect([...requests.missing()]).toEqual([]);
  expect(() => requests.add(tinyRequest(1, 3))).toThrow('a trial was wanted after');
});
