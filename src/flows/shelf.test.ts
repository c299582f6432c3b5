import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import type { Trial } from '../contracts/trial.ts';
import { Shelf } from './shelf.ts';
import { ShelvedTrials } from './shelved-trials.ts';

function folder(): string {
  const created = mkdtempSync(join(tmpdir(), 'shelf-'));
  onTestFinished(() => rmSync(created, { recursive: true, force: true }));
  return created;
}

function trialOf(of: number, number: number): Trial {
  return {
    key: { versionFingerprint: 'v', caseFingerprint: `case ${of}`, series: 'eval', number },
    mode: 'simulated',
    outcome: { kind: 'no-decision', reason: 'tired\n' },
    transcript: { userMessage: '', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    durationMs: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
  } as unknown as Trial;
}

it('gives back what was put there, in any order, however little of it stays in memory', () => {
  const store = join(folder(), 'docket.db');
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 200 }),
      fc.infiniteStream(fc.nat()),
      (texts, most, picks) => {
        const shelf = new Shelf(store, most);
        const places = texts.map((text) => shelf.put(text));
        for (let times = 0; times < texts.length; times += 1) {
          const [first, last] = [picks.next().value ?? 0, picks.next().value ?? 0].map((pick) => pick % texts.length).sort((a, b) => a - b);
          const taken = places.slice(first, (last ?? 0) + 1);
          const length = taken.reduce((sum, place) => sum + place.length, 0);
          expect(shelf.take({ offset: taken[0]?.offset ?? -1, length })).toBe(texts.slice(first, (last ?? 0) + 1).join(''));
        }
      },
    ),
    { numRuns: 50 },
  );
});

it('keeps trials of several cases apart, in whatever order they end, and gives them back in the order of their numbers', () => {
  const store = join(folder(), 'docket.db');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 40 })), { maxLength: 60, selector: String }),
      fc.boolean(),
      (ended, judgesRepeats) => {
        const shelf = new Shelf(store, 300);
        const cases = [0, 1, 2].map(() => new ShelvedTrials<{ readonly number: number; readonly text: string }>(shelf));
        const resultOf = (of: number, number: number) => ({ number, text: `${of}\n${'é'.repeat(number * 5)}` });
        for (const [of, number] of ended) cases[of]?.add(resultOf(of, number), judgesRepeats ? trialOf(of, number) : undefined);
        for (const [of, shelved] of cases.entries()) {
          const own = ended.filter(([each]) => each === of).map(([, number]) => number);
          const numbers = own.sort((one, other) => one - other);
          shelved.sort();
          expect(shelved.count).toBe(numbers.length);
          expect([...shelved]).toEqual(numbers.map((number) => resultOf(of, number)));
          expect([...shelved.beside()]).toEqual(judgesRepeats ? numbers.map((number) => trialOf(of, number)) : []);
        }
      },
    ),
    { numRuns: 40 },
  );
});

it('leaves no file behind, also where the process ends without a word', () => {
  const at = folder();
  const shelf = new Shelf(join(at, 'docket.db'), 10);
  const [first] = Array.from({ length: 100 }, (_, number) => shelf.put(`text ${number}`));
  expect(readdirSync(at)).toEqual([]);
  expect(first && shelf.take(first)).toBe('text 0');
});

it('says where there is no room', () => {
  const at = folder();
  const shelf = new Shelf(join(at, 'docket.db'), 10);
  rmSync(at, { recursive: true });
  expect(() => Array.from({ length: 9 }, () => shelf.put('a text of some length'))).toThrow(
    /could not be put aside in .*ENOENT.*the trials are safe in the store/,
  );
});
