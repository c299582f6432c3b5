import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { Shelf } from './shelf.ts';

function folder(): string {
  const created = mkdtempSync(join(tmpdir(), 'shelf-'));
  onTestFinished(() => rmSync(created, { recursive: true, force: true }));
  return created;
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
