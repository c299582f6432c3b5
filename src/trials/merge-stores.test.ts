import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Trial } from '../contracts/trial.ts';
import { MergedInto } from './merge-stores.ts';
import type { MergeTrust } from './merged-store.ts';
import { openTrialStore } from './open-trial-store.ts';
import { tinyTrial } from './testing/tiny-agent.ts';
import { TrialSigner } from './trial-signer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-merge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ours = new TrialSigner('o'.repeat(32));
const theirs = new TrialSigner('t'.repeat(32));
const anybody: MergeTrust = { trustUnsigned: true };
let made = 0;

function trial(number: number, second: number, decision = 'yes', series = 'eval'): Trial {
  const at = new Date(Date.UTC(2026, 10, 1, 12, 0, second)).toISOString();
  return { ...tinyTrial({ number, series }, { kind: 'decided', decision: { decision } }), startedAt: at };
}

async function storeOf(trials: readonly Trial[], signer?: TrialSigner): Promise<string> {
  made += 1;
  const path = join(folder, `${made}.db`);
  const store = openTrialStore(path, { signed: signer && { signer, only: false } });
  for (const each of trials) await store.save(each);
  await store.close();
  return path;
}

function merge(into: string, from: readonly string[], trust: MergeTrust = anybody) {
  const target = new MergedInto(into, trust, () => {});
  try {
    return from.map((path) => target.take(path));
  } finally {
    target.close();
  }
}

async function contentOf(path: string): Promise<Trial[]> {
  const store = openTrialStore(path);
  try {
    return await store.list({ ...tinyTrial().key, series: 'eval' });
  } finally {
    await store.close();
  }
}

test('what a merge comes to depends on neither order nor repetition, conflicts included', async () => {
  const arbitraryStore = fc.array(
    fc.record({
      number: fc.integer({ min: 1, max: 4 }),
      second: fc.integer({ min: 0, max: 3 }),
      decision: fc.constantFrom('yes', 'no', 'later'),
    }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStore, { minLength: 2, maxLength: 3 }), fc.nat(), async (stores, turn) => {
      const paths = await Promise.all(
        stores.map((rows) => storeOf(rows.map(({ number, second, decision }) => trial(number, second, decision)))),
      );
      const turned = paths.map((_, index) => paths[(index + turn) % paths.length] as string).toReversed();
      const [one, other] = [join(folder, `${made}-a.db`), join(folder, `${made}-b.db`)];
      merge(one, paths);
      for (const path of [...turned, ...turned]) merge(other, [path]);
      expect(await contentOf(other)).toEqual(await contentOf(one));
      expect(merge(one, turned).every(({ taken }) => taken === 0)).toBe(true);
    }),
    { numRuns: 8 },
  );
});

test('of two runs of one trial the first stays, and both are named', async () => {
  const [early, late] = [await storeOf([trial(1, 5, 'yes')]), await storeOf([trial(1, 9, 'no')])];
  const into = await storeOf([trial(2, 0)]);
  expect(merge(into, [late])).toMatchObject([{ taken: 1, known: 0, conflictingTrials: 0 }]);
  expect(merge(into, [early])).toMatchObject([{ taken: 0, conflictingTrials: 1, conflicts: [{ number: 1, stays: 'brought' }] }]);
  expect(merge(into, [late])).toMatchObject([{ taken: 0, conflictingTrials: 1, conflicts: [{ number: 1, stays: 'there' }] }]);
  expect((await contentOf(into)).map(({ outcome }) => outcome)).toMatchObject([{ decision: { decision: 'yes' } }, {}]);
});

test('where there is a secret only what it signed is taken, and takes the place of what nobody signed', async () => {
  const gates = 'candidate-1:case';
  const into = await storeOf([trial(1, 0, 'forged', gates)]);
  const [unsigned, foreign, signed] = [
    await storeOf([trial(2, 0, 'forged', gates), trial(2, 0, 'forged')]),
    await storeOf([trial(3, 0, 'forged', gates)], theirs),
    await storeOf([trial(1, 5, 'run', gates), trial(4, 5, 'run', gates)], ours),
  ];
  const trust = { signer: ours, trustUnsigned: false };
  expect(merge(into, [unsigned, foreign, signed], trust)).toMatchObject([
    { taken: 0, unsigned: 2 },
    { taken: 0, unsigned: 1 },
    { taken: 2, unsigned: 0, conflictingTrials: 0 },
  ]);
  const store = openTrialStore(into, { signed: { signer: ours, only: true } });
  expect((await store.list({ ...tinyTrial().key, series: gates })).map(({ key, outcome }) => [key.number, outcome])).toMatchObject([
    [1, { decision: { decision: 'run' } }],
    [4, { decision: { decision: 'run' } }],
  ]);
  await store.close();
});

test("without a secret a gate's trials and what scorers said are not taken, unless somebody vouches for them", async () => {
  const from = await storeOf([trial(1, 0, 'yes', 'candidate-1:case'), trial(1, 0)]);
  const store = openTrialStore(from);
  await store.saveScore('key', 'tone', null);
  await store.close();
  const into = join(folder, 'into.db');
  expect(merge(into, [from], { trustUnsigned: false })).toMatchObject([{ taken: 1, unsigned: 1, scores: 0, unsignedScores: 1 }]);
  expect(merge(into, [from])).toMatchObject([{ taken: 1, known: 1, unsigned: 0, scores: 1 }]);
});

test('signatures come along', async () => {
  const into = join(folder, 'into.db');
  merge(into, [await storeOf([trial(1, 0, 'yes', 'fresh-1:case')], ours)]);
  const store = openTrialStore(into, { signed: { signer: ours, only: true } });
  expect(await store.find(trial(1, 0, 'yes', 'fresh-1:case').key)).toBeDefined();
  await store.close();
});

test('a damaged trial is left out and named; a file that is no store, or more than one, is refused', async () => {
  const from = await storeOf([trial(1, 0), trial(2, 0)]);
  const database = new DatabaseSync(from);
  database.exec("UPDATE trials SET trial = replace(trial, 'yes', 'nay') WHERE number = 2");
  database.close();
  const into = join(folder, 'into.db');
  expect(merge(into, [from])).toMatchObject([{ taken: 1, damagedTrials: 1, damaged: ['trial 2 of series "eval" (case case)'] }]);
  writeFileSync(join(folder, 'text.db'), 'no database at all, but a text that is long enough to have a header of its own '.repeat(20));
  expect(() => merge(into, [join(folder, 'text.db')])).toThrow(/not a Docket store of trials, or it is damaged/);
  const strange = await storeOf([trial(1, 0)]);
  const made = new DatabaseSync(strange);
  made.exec('CREATE VIEW more AS SELECT 1');
  made.close();
  expect(() => merge(into, [strange])).toThrow('holds more than Docket puts into a store (more)');
  expect(existsSync(into)).toBe(true);
});
