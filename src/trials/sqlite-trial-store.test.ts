import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import type { Trial } from '../contracts/trial.ts';
import { openTrialStore } from './open-trial-store.ts';
import { describeSharedTrialStore, type SharedStorePlace } from './testing/shared-store-contract.ts';
import { describeTrialStore, failedTrial, type StorePlace } from './testing/store-contract.ts';
import { tinyTrial } from './testing/tiny-agent.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = tinyTrial().key;

const inMemory = async (): Promise<StorePlace> => ({
  open: async (options) => openTrialStore(':memory:', options),
  remove: async () => {},
});

/** A file in a folder of its own. */
async function inFile(): Promise<SharedStorePlace> {
  const place = mkdtempSync(join(tmpdir(), 'docket-store-'));
  const path = join(place, 'state', 'docket.db');
  return {
    open: async (options) => openTrialStore(path, options),
    async execute(sql) {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
    },
    unsigned: (number) => `DELETE FROM signatures WHERE number = ${number}`,
    remove: async () => rmSync(place, { recursive: true }),
  };
}

describeTrialStore('in memory', inMemory, { rounds: 50 });
describeTrialStore('in a file', inFile, { rounds: 50 });
describeSharedTrialStore('in a file', inFile);

describe('a store in a file', () => {
  it.each(['opened afterwards', 'open already'])(
    'takes claims over from an owner that died, even when its process id is in use: %s',
    async (when) => {
      const path = join(folder, 'docket.db');
      const early = openTrialStore(path);
      if (when === 'open already') await early.claim({ ...key, number: 9 });
      const dead = `${process.pid}-00000000-0000-4000-8000-000000000000`;
      const gone = `${process.pid}-11111111-1111-4111-8111-111111111111`;
      const database = new DatabaseSync(path);
      database.exec(`INSERT INTO selections VALUES (1, 'version', 'case', 'candidate') ON CONFLICT DO NOTHING`);
      for (const [index, owner] of [dead, gone, '1-../../etc/passwd', ''].entries()) {
        database.prepare('INSERT INTO claims VALUES (1, ?, ?)').run(index + 1, owner);
      }
      database.close();
      writeFileSync(`${path}.running-${dead}`, '');
      const store = when === 'open already' ? early : openTrialStore(path);
      expect(await Promise.all([1, 2, 3, 4].map((number) => store.claim({ ...key, number })))).toEqual([
        'claimed',
        'claimed',
        'claimed',
        'claimed',
      ]);
      await store.close();
      await early.close();
      await openTrialStore(path).claim(key);
      expect(existsSync(`${path}.running-${dead}`)).toBe(false);
    },
  );

  it('is left as it is when a newer Docket wrote it', async () => {
    const path = join(folder, 'docket.db');
    await openTrialStore(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 7');
    database.close();
    const before = readFileSync(path);
    expect(() => openTrialStore(path)).toThrow(DocketError);
    expect(() => openTrialStore(path)).toThrow(/newer Docket \(store version 7; this Docket reads up to 5\)\. Update Docket/);
    expect(readFileSync(path)).toEqual(before);
  });

  it("refuses another program's database and leaves it as it is", () => {
    const path = join(folder, 'docket.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE theirs (a)');
    database.close();
    const before = readFileSync(path);
    expect(() => openTrialStore(path)).toThrow(/this is another program's database/);
    expect(readFileSync(path)).toEqual(before);
  });

  it('says so when the file is not a database, or only half of one', async () => {
    const path = join(folder, 'docket.db');
    writeFileSync(path, 'something else entirely, long enough to have a header of a hundred bytes'.repeat(3));
    expect(() => openTrialStore(path)).toThrow(/not a Docket store of trials, or it is damaged.*move it away/);
    rmSync(path);
    const store = openTrialStore(path);
    for (let number = 1; number <= 100; number += 1) await store.save(tinyTrial({ number }));
    await store.close();
    writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    await expect(async () => openTrialStore(path).list(key)).rejects.toThrow(DocketError);
  });

  it('saves what can be read of a file with a damaged page, keeps that file, and says so', async () => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    const decided = (number: number): Trial => tinyTrial({ number }, { kind: 'decided', decision: { text: `${number}`.repeat(300) } });
    for (let number = 1; number <= 100; number += 1) await store.save(decided(number));
    await store.close();
    const bytes = readFileSync(path);
    // The head of a page that holds trials.
    const page = Math.floor(bytes.indexOf('50'.repeat(50)) / 4096) * 4096;
    bytes.fill(0, page, page + 600);
    writeFileSync(path, bytes);
    expect(() => openTrialStore(path)).toThrow(/damaged/);
    const told: string[] = [];
    const saved = openTrialStore(path, { onDamage: (message) => told.push(message) });
    const left = await saved.list(key);
    expect(left.length).toBeGreaterThan(80);
    expect(left.length).toBeLessThan(100);
    for (const trial of left) expect(trial).toEqual(decided(trial.key.number));
    expect(told[0]).toMatch(/is in a new file in its place; the damaged one is kept as .*docket\.db\.damaged\./);
    expect(readFileSync(`${path}.damaged`).length).toBe(bytes.length);
    expect(await saved.claim({ ...key, number: 100 })).toBe(left.some((trial) => trial.key.number === 100) ? 'stored' : 'claimed');
    await saved.close();
    const quiet: string[] = [];
    await openTrialStore(path, { onDamage: (message) => quiet.push(message) }).close();
    expect(quiet).toEqual([]);
  });

  it('seals what an older Docket stored, and takes it up', async () => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    await store.save(tinyTrial());
    await store.saveFailure(failedTrial(2));
    await store.close();
    const database = new DatabaseSync(path);
    database.exec(
      'DROP TABLE batch_calls; DROP TABLE batch_submissions; DROP TABLE scores; ALTER TABLE trials DROP COLUMN checksum; ALTER TABLE failures DROP COLUMN checksum; PRAGMA user_version = 2',
    );
    database.close();
    const again = openTrialStore(path);
    expect([await again.list(key), await again.failures()]).toEqual([[tinyTrial()], [failedTrial(2)]]);
    await again.close();
  });

  it('says so when its folder cannot be made or is not writable', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => openTrialStore(join(file, 'docket.db'))).toThrow(/the folder for the trials cannot be created \(E(NOTDIR|EXIST)\)/);
    asOrdinaryUser(() => expect(() => openTrialStore(join(folder, 'docket.db'))).toThrow(/cannot be opened for writing.*writable/));
  });
});

/** Root may write anywhere; an ordinary user may not write into a folder made by root, nor anyone into one without the right to. */
function asOrdinaryUser(work: () => void): void {
  const isRoot = process.getuid?.() === 0;
  chmodSync(folder, 0o555);
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
}
