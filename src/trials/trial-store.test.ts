import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import type { FailedTrial, SettledOutcome, Trial } from '../contracts/trial.ts';
import { openTrialStore } from './open-trial-store.ts';
import { tinyTrial } from './testing/tiny-agent.ts';
import { TrialSigner } from './trial-signer.ts';
import type { TrialStore } from './trial-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = tinyTrial().key;

function failed(number: number, message = 'The server failed.'): FailedTrial {
  return { ...tinyTrial({ number }), outcome: { kind: 'infra-error', error: 'server', message, retryable: true } };
}

describe.each([
  ['in memory', () => ':memory:'],
  ['in a file', () => join(folder, 'state', 'docket.db')],
])('a trial store %s', (_, path) => {
  let store: TrialStore;
  beforeEach(() => {
    store = openTrialStore(path());
  });
  afterEach(() => store.close());

  it('gives a trial back as it was saved, whatever its outcome', () => {
    const outcomes: SettledOutcome[] = [
      { kind: 'decided', decision: { approved: true, nested: { list: [1, null, 'ü\u0000'] } } },
      { kind: 'refused', category: null, explanation: 'no' },
      { kind: 'truncated', stopReason: 'max_tokens' },
      { kind: 'invalid', text: '{', issues: ['the answer is not JSON'] },
      { kind: 'no-decision', reason: 'silence' },
    ];
    const trials = outcomes.map((outcome, index) => tinyTrial({ number: index + 1 }, outcome));
    for (const trial of trials) store.save(trial);
    expect(trials.map((trial) => store.find(trial.key))).toEqual(trials);
  });

  it('tells portions that fit into memory, a trial that is larger than that by itself', () => {
    const long = (number: number, megabytes: number) => {
      const trial = tinyTrial({ number });
      store.save({ ...trial, transcript: { ...trial.transcript, userMessage: 'x'.repeat(megabytes * 1_000_000) } });
    };
    for (const [number, megabytes] of [
      [1, 3],
      [2, 3],
      [3, 9],
      [5, 1],
      [6, 1],
    ] as const)
      long(number, megabytes);
    const portions = store.portions(key, { first: 1, last: 5 });
    expect(portions.map(({ first, last }) => [first, last])).toEqual([
      [1, 2],
      [3, 3],
      [5, 5],
    ]);
    expect(portions.flatMap((portion) => store.list(key, portion)).map((trial) => trial.key.number)).toEqual([1, 2, 3, 5]);
  });

  it('keeps trials apart by version, case, series and number, and lists them in number order', () => {
    for (const number of [10, 2, 1]) store.save(tinyTrial({ number }));
    store.save(tinyTrial({ versionFingerprint: 'other' }));
    store.save(tinyTrial({ caseFingerprint: 'other' }));
    store.save(tinyTrial({ series: 'other' }));
    expect(store.list(key).map((trial) => trial.key.number)).toEqual([1, 2, 10]);
    expect(store.list(key, { first: 2, last: 9 }).map((trial) => trial.key.number)).toEqual([2]);
    expect(store.list({ ...key, series: 'unknown' })).toEqual([]);
    expect(store.count(key, { first: 2, last: 12 })).toBe(2);
    expect(store.count({ ...key, series: 'unknown' }, { first: 2, last: 12 })).toBe(0);
    expect(store.portions(key, { first: 2, last: 12 })).toMatchObject([{ first: 2, last: 10 }]);
    expect(store.portions({ ...key, series: 'unknown' }, { first: 1, last: 12 })).toEqual([]);
    expect(store.find({ ...key, number: 3 })).toBeUndefined();
  });

  it('knows those that were stored last, whatever they are of', () => {
    expect(store.newest(3)).toEqual([]);
    const trials = [tinyTrial({ number: 2 }), tinyTrial({ versionFingerprint: 'other' }), tinyTrial({ number: 1, series: 'other' })];
    for (const trial of trials) store.save(trial);
    expect(store.newest(2)).toEqual([trials[2], trials[1]]);
    expect(store.newest(9)).toHaveLength(3);
  });

  it('writes a trial once: the first stays', () => {
    expect(store.save(tinyTrial())).toBe('saved');
    expect(store.save(tinyTrial({}, { kind: 'no-decision', reason: 'later' }))).toBe('stored');
    expect(store.find(key)?.outcome.kind).toBe('decided');
  });

  it('claims a trial for one caller until it is saved, failed or given back', () => {
    expect(store.claim(key)).toBe('claimed');
    expect(store.claim(key)).toBe('busy');
    expect(store.heldBy(key)).toBe(process.pid);
    store.release(key);
    expect(store.heldBy(key)).toBeUndefined();
    expect(store.claim(key)).toBe('claimed');
    store.saveFailure(failed(1));
    expect(store.claim(key)).toBe('claimed');
    store.save(tinyTrial());
    expect(store.claim(key)).toBe('stored');
  });

  it('keeps the last failure of a trial apart until the trial is there', () => {
    store.saveFailure(failed(2));
    store.saveFailure(failed(1, 'first'));
    store.saveFailure(failed(1, 'second'));
    expect(store.list(key)).toEqual([]);
    expect(store.failures(key)).toEqual([failed(1, 'second'), failed(2)]);
    store.save(tinyTrial());
    expect(store.failures()).toEqual([failed(2)]);
    expect(store.failures({ ...key, series: 'other' })).toEqual([]);
  });

  it('does all of a transaction or nothing', () => {
    expect(() =>
      store.transaction(() => {
        store.save(tinyTrial());
        throw new Error('halfway');
      }),
    ).toThrow('halfway');
    store.save(tinyTrial({ series: 'other' }));
    expect(store.find(key)).toBeUndefined();
    expect(store.claim(key)).toBe('claimed');
    expect(store.save(tinyTrial())).toBe('saved');
    expect(store.find(key)).toEqual(tinyTrial());
  });

  it('behaves as a map with claims, whatever is done to it', () => {
    const step = fc.record({
      act: fc.constantFrom('claim', 'save', 'release', 'fail'),
      series: fc.constantFrom('a', 'b'),
      number: fc.integer({ min: 1, max: 3 }),
    });
    let round = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        round += 1;
        const saved = new Set<string>();
        const claimed = new Set<string>();
        for (const { act, series, number } of steps) {
          const at = { ...key, series: `${series}${round}`, number };
          const name = `${series}${number}`;
          if (act === 'claim') {
            expect(store.claim(at)).toBe(saved.has(name) ? 'stored' : claimed.has(name) ? 'busy' : 'claimed');
            if (!saved.has(name)) claimed.add(name);
          } else {
            if (act === 'save') expect(store.save(tinyTrial(at))).toBe(saved.has(name) ? 'stored' : 'saved');
            if (act === 'save') saved.add(name);
            if (act === 'release') store.release(at);
            if (act === 'fail') store.saveFailure({ ...failed(1), key: at });
            claimed.delete(name);
          }
        }
        const listed = ['a', 'b'].flatMap((series) =>
          store.list({ ...key, series: `${series}${round}` }).map((trial) => `${series}${trial.key.number}`),
        );
        expect(listed).toEqual([...saved].sort());
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('can be closed twice', () => {
    store.claim(key);
    store.close();
    expect(() => store.close()).not.toThrow();
  });
});

describe('a store in a file', () => {
  it('shows others what was saved, and its claims as busy until it closes', () => {
    const path = join(folder, 'docket.db');
    const one = openTrialStore(path);
    const other = openTrialStore(path);
    expect(one.claim(key)).toBe('claimed');
    expect(other.claim(key)).toBe('busy');
    other.release(key);
    expect(other.claim(key)).toBe('busy');
    one.close();
    expect(other.claim(key)).toBe('claimed');
    other.save(tinyTrial());
    const third = openTrialStore(path);
    expect(third.claim(key)).toBe('stored');
    other.close();
    third.close();
    expect(readdirSync(folder)).toEqual(['docket.db']);
  });

  it.each(['opened afterwards', 'open already'])(
    'takes claims over from an owner that died, even when its process id is in use: %s',
    (when) => {
      const path = join(folder, 'docket.db');
      const early = openTrialStore(path);
      if (when === 'open already') early.claim({ ...key, number: 9 });
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
      expect([1, 2, 3, 4].map((number) => store.claim({ ...key, number }))).toEqual(['claimed', 'claimed', 'claimed', 'claimed']);
      store.close();
      early.close();
      openTrialStore(path).claim(key);
      expect(existsSync(`${path}.running-${dead}`)).toBe(false);
    },
  );

  it('is left as it is when a newer Docket wrote it', () => {
    const path = join(folder, 'docket.db');
    openTrialStore(path).close();
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

  it('says so when the file is not a database, or only half of one', () => {
    const path = join(folder, 'docket.db');
    writeFileSync(path, 'something else entirely, long enough to have a header of a hundred bytes'.repeat(3));
    expect(() => openTrialStore(path)).toThrow(/not a Docket store of trials, or it is damaged.*move it away/);
    rmSync(path);
    const store = openTrialStore(path);
    for (let number = 1; number <= 100; number += 1) store.save(tinyTrial({ number }));
    store.close();
    writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    expect(() => openTrialStore(path).list(key)).toThrow(DocketError);
  });

  it.each([
    ['is cut off', `{"mode":"simul`],
    ['lost a field', '{"mode":"simulated"}'],
    ['holds another outcome', JSON.stringify({ ...tinyTrial(), outcome: { kind: 'infra-error' } })],
    ['holds a decision that is a list', JSON.stringify({ ...tinyTrial(), outcome: { kind: 'decided', decision: [] } })],
  ])('names the trial whose row %s', (_, text) => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    store.save(tinyTrial());
    const database = new DatabaseSync(path);
    database.prepare('UPDATE trials SET trial = ?').run(text);
    database.close();
    expect(() => store.find(key)).toThrow(/trial 1 of series "candidate" \(case case\) is damaged/);
    store.close();
  });

  it.each([
    ['content', `UPDATE trials SET trial = replace(trial, '"approved":true', '"approved":false') WHERE number = 2`],
    ['number', 'UPDATE trials SET number = 9 WHERE number = 2'],
    ['case', `UPDATE selections SET case_fingerprint = 'other' WHERE id = 1`],
    ['place: two were swapped', 'UPDATE trials SET number = -number; UPDATE trials SET number = 4 + number WHERE number > -4'],
    ['checksum', 'UPDATE trials SET checksum = NULL WHERE number = 2'],
  ])('names a trial that is no longer what was written: its %s', (_, sql) => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    const decided = (number: number): Trial => tinyTrial({ number }, { kind: 'decided', decision: { approved: true, number } });
    for (const number of [1, 2, 3]) store.save(decided(number));
    store.close();
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const read = (opened: TrialStore) => ['case', 'other'].flatMap((caseFingerprint) => opened.list({ ...key, caseFingerprint }));
    // Who cannot be told gets no trials at all.
    expect(() => read(openTrialStore(path))).toThrow(/is damaged: .*Restore it from a copy/);
    const told: string[] = [];
    const again = openTrialStore(path, { onDamage: (message) => told.push(message) });
    for (const trial of read(again)) expect(trial).toEqual(decided(trial.key.number));
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told).size).toBe(told.length);
    for (const message of told)
      expect(message).toMatch(/is damaged: it is not what was written\. It is not used; where it is needed, it runs again\./);
    for (const number of [1, 2, 3]) if (again.claim({ ...key, number }) === 'claimed') again.save(decided(number));
    expect(again.list(key, { first: 1, last: 3 })).toEqual([1, 2, 3].map(decided));
    again.close();
  });

  it('saves what can be read of a file with a damaged page, keeps that file, and says so', () => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    const decided = (number: number): Trial => tinyTrial({ number }, { kind: 'decided', decision: { text: `${number}`.repeat(300) } });
    for (let number = 1; number <= 100; number += 1) store.save(decided(number));
    store.close();
    const bytes = readFileSync(path);
    // The head of a page that holds trials.
    const page = Math.floor(bytes.indexOf('50'.repeat(50)) / 4096) * 4096;
    bytes.fill(0, page, page + 600);
    writeFileSync(path, bytes);
    expect(() => openTrialStore(path)).toThrow(/damaged/);
    const told: string[] = [];
    const saved = openTrialStore(path, { onDamage: (message) => told.push(message) });
    const left = saved.list(key);
    expect(left.length).toBeGreaterThan(80);
    expect(left.length).toBeLessThan(100);
    for (const trial of left) expect(trial).toEqual(decided(trial.key.number));
    expect(told[0]).toMatch(/is in a new file in its place; the damaged one is kept as .*docket\.db\.damaged\./);
    expect(readFileSync(`${path}.damaged`).length).toBe(bytes.length);
    expect(saved.claim({ ...key, number: 100 })).toBe(left.some((trial) => trial.key.number === 100) ? 'stored' : 'claimed');
    saved.close();
    const quiet: string[] = [];
    openTrialStore(path, { onDamage: (message) => quiet.push(message) }).close();
    expect(quiet).toEqual([]);
  });

  it('keeps what a scorer said as it was written, and what nobody signed counts where only signed ones do not', () => {
    const path = join(folder, 'docket.db');
    const score = { name: 'fair', hard: true, pass: true, value: 1, reason: 'fine', findings: [], dollars: 0.25 };
    const store = openTrialStore(path);
    expect([store.holdsScoresOf('fair'), store.findScore('key')]).toEqual([false, undefined]);
    store.saveScore('key', 'fair', score);
    store.saveScore('none', 'fair', null);
    expect([store.holdsScoresOf('fair'), store.findScore('key'), store.findScore('none')]).toEqual([true, score, null]);
    store.close();
    const signed = openTrialStore(path, { signed: { signer: new TrialSigner('s'.repeat(32)), only: true } });
    expect(signed.findScore('key')).toBeUndefined();
    signed.saveScore('key', 'fair', { ...score, value: 0.5 });
    expect(signed.findScore('key')).toEqual({ ...score, value: 0.5 });
    signed.close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE scores SET score = replace(score, '0.5', '0.9')");
    database.close();
    const again = openTrialStore(path);
    expect([again.findScore('key'), again.findScore('none')]).toEqual([undefined, null]);
    again.close();
  });

  it('seals what an older Docket stored, and takes it up', () => {
    const path = join(folder, 'docket.db');
    const store = openTrialStore(path);
    store.save(tinyTrial());
    store.saveFailure(failed(2));
    store.close();
    const database = new DatabaseSync(path);
    database.exec(
      'DROP TABLE batch_calls; DROP TABLE batch_submissions; DROP TABLE scores; ALTER TABLE trials DROP COLUMN checksum; ALTER TABLE failures DROP COLUMN checksum; PRAGMA user_version = 2',
    );
    database.close();
    const again = openTrialStore(path);
    expect([again.list(key), again.failures()]).toEqual([[tinyTrial()], [failed(2)]]);
    again.close();
  });

  it('says so when its folder cannot be made or is not writable', () => {
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
