import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePostgresAddress } from '../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { rolesSql } from '../database/postgres/postgres-roles.ts';
import { newDatabase, runSql, sharedPostgres, testPassword, whyNoPostgres } from '../database/testing/postgres-server.ts';
import { openSharedTrialStore } from './open-trial-store.ts';
import { PostgresTrialStore, type PostgresTrialStoreOptions } from './postgres-trial-store.ts';
import { postgresTrials } from './postgres-trials.ts';
import { cuttable } from './testing/cuttable.ts';
import { failedTrial } from './testing/store-contract.ts';
import { tinyTrial } from './testing/tiny-agent.ts';
import { TrialSigner } from './trial-signer.ts';
import type { TrialStore } from './trial-store.ts';

const key = tinyTrial().key;
const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

/** Opens a store, closed when the test ends. */
async function opened(url: string, options: PostgresTrialStoreOptions = {}): Promise<TrialStore> {
  const database = await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTrials, { warn: options.warn });
  const store = new PostgresTrialStore(database, options);
  onTestFinished(() => store.close());
  return store;
}

const failure = (url: string): Promise<string> =>
  openSharedTrialStore(parsePostgresAddress(url, {})).then(
    () => 'opened',
    (error: Error) => error.message,
  );

onServer(missing ?? 'a shared store', () => {
  it('gives the claims of an owner that is silent to whoever asks, and tells it that the trial is stored when it comes back', async () => {
    const url = await newDatabase(await sharedPostgres());
    const silent = await opened(url, { leaseSeconds: 3600 });
    const other = await opened(url);
    expect(await silent.claim(key)).toBe('claimed');
    expect(await other.claim(key)).toBe('busy');
    // As the server's clock has it: nobody's own counts.
    await runSql(url, "UPDATE owners SET renewed = renewed - interval '3601 seconds' WHERE lease = interval '3600 seconds'");
    expect(await other.heldBy(key)).toBeUndefined();
    expect(await other.claim(key)).toBe('claimed');
    expect(await other.save(tinyTrial())).toBe('saved');
    expect(await silent.save(tinyTrial({}, { kind: 'no-decision', reason: 'late' }))).toBe('stored');
    expect((await silent.find(key))?.outcome.kind).toBe('decided');
  });

  it('keeps the claims of an owner that renews its lease, for as long as it does', async () => {
    const url = await newDatabase(await sharedPostgres());
    const alive = await opened(url, { leaseSeconds: 4 });
    const other = await opened(url);
    await alive.claim(key);
    // As if the lease had passed: when it is held again, it was renewed.
    await runSql(url, 'UPDATE owners SET renewed = renewed - lease');
    await expect.poll(() => other.heldBy(key)).toMatch(/^process \d+ on ./);
    expect(await other.claim(key)).toBe('busy');
  });

  it.runIf(process.platform === 'linux')('takes the claims of a process that was killed on this machine at once', async () => {
    const url = await newDatabase(await sharedPostgres());
    const script = `
      const { openSharedTrialStore } = await import('${new URL('open-trial-store.ts', import.meta.url).href}');
      const { parsePostgresAddress } = await import('${new URL('../database/postgres/postgres-address.ts', import.meta.url).href}');
      const store = await openSharedTrialStore(parsePostgresAddress(process.argv[1], {}));
      console.log(await store.claim(${JSON.stringify(key)}));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
    expect(said).toBe('claimed\n');
    const early = await opened(url);
    expect(await early.claim(key)).toBe('busy');
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Whoever asked before and is told of it now, and whoever comes.
    await expect.poll(() => early.claim(key)).toBe('claimed');
    await early.release(key);
    expect(await (await opened(url)).claim(key)).toBe('claimed');
  });

  it('is made once by many that open it at the same time, and left as it is when a newer Docket made it', async () => {
    const url = await newDatabase(await sharedPostgres());
    const stores = await Promise.all([1, 2, 3, 4].map(() => opened(url)));
    expect(await Promise.all(stores.map((store) => store.newest(1)))).toEqual([[], [], [], []]);
    await runSql(url, "UPDATE versions SET version = 99 WHERE holds = 'trials'");
    expect(await failure(url)).toMatch(
      /brought to store version 99 by a newer Docket; this Docket reads up to 3\. Update Docket, .* Nothing was changed\./,
    );
    // Who was at work goes on.
    expect(await stores[0]?.save(tinyTrial())).toBe('saved');
  });

  it('is reached by a socket, as PostgreSQL writes its address', async () => {
    const { folder, port } = await sharedPostgres();
    const url = await newDatabase(await sharedPostgres());
    const bySocket = `${url.replace(`@127.0.0.1:${port}/`, `@:${port}/`)}?host=${encodeURIComponent(folder)}`;
    expect(await (await opened(bySocket)).claim(key)).toBe('claimed');
    expect(await (await opened(url)).claim(key)).toBe('busy');
    const { shown } = parsePostgresAddress(bySocket, {});
    expect(shown).toBe(`postgres://docket_owner@${folder}/${new URL(url).pathname.slice(1)}`);
    expect(() => parsePostgresAddress(bySocket.split('?')[0] ?? '', {})).toThrow(/is no address of a PostgreSQL database/);
  });

  it.each([
    ['a wrong password', (url: string) => url.replace(/:[^:@/]+@/, ':wrong@'), /the password of the role docket_owner is wrong/],
    ['no password', (url: string) => url.replace(/:[^:@/]+@/, '@'), /the server asks for a password/],
    [
      'no such database',
      (url: string) => url.replace(/test_\w+/, 'elsewhere'),
      /there is no database "elsewhere"\. Create it \(createdb elsewhere\)/,
    ],
    ['a port where nobody listens', (url: string) => url.replace(/:\d+\//, ':1/'), /nothing answers at 127\.0\.0\.1, port 1\./],
    [
      'a server without TLS',
      (url: string) => `${url}?sslmode=verify-full`,
      /the server speaks no TLS, and sslmode=verify-full asks for it/,
    ],
  ])('says of %s what is wrong, never the password, and keeps no connection', async (_, change, words) => {
    const connections = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const url = await newDatabase(await sharedPostgres());
    await expect.poll(connections).toBe(0);
    const message = await failure(change(url));
    await expect.poll(connections).toBe(0);
    expect(message).toMatch(words);
    expect(message).not.toContain(encodeURIComponent(testPassword));
    expect(message).not.toContain(testPassword);
    expect(message).not.toContain('wrong@');
  });

  it.each([
    [
      'texts in another encoding',
      '',
      "ENCODING 'LATIN1'",
      /the database keeps texts as LATIN1\. Docket needs UTF8: create another one with createdb --encoding UTF8/,
    ],
    [
      "a schema docket of somebody else's",
      'CREATE SCHEMA docket; CREATE TABLE docket.trials (a text)',
      '',
      /something that is not Docket's has its names already .*name a database in which that is free/,
    ],
    [
      'tables docket.versions of another kind',
      'CREATE SCHEMA docket; CREATE TABLE docket.versions (a text)',
      '',
      /its schema is not Docket's/,
    ],
    [
      'another isolation',
      "ALTER DATABASE name SET default_transaction_isolation = 'serializable'",
      '',
      /Docket needs "read committed": ALTER ROLE/,
    ],
    [
      'commits that are no promise',
      'ALTER DATABASE name SET synchronous_commit = off',
      '',
      /\(synchronous_commit = off\).*ALTER ROLE .* SET synchronous_commit = on/,
    ],
    [
      'statements that may not take long',
      'ALTER DATABASE name SET statement_timeout = 1',
      '',
      /Raise statement_timeout for the role docket_owner/,
    ],
    [
      'a copy that only reads',
      'ALTER DATABASE name SET default_transaction_read_only = on',
      '',
      /the server takes no changes: it is a copy/,
    ],
  ])('says of a database with %s what is wrong, and makes nothing there', async (_, sql, options, words) => {
    const server = await sharedPostgres();
    const name = `odd_${randomUUID().replaceAll('-', '')}`;
    await runSql(server.url('postgres'), `CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
    if (sql !== '') await runSql(server.url(name), sql.replace('name', name));
    expect(await failure(server.url(name))).toMatch(words);
    const made = await runSql(
      server.url(name),
      "SET statement_timeout = 0; SELECT count(*)::integer AS tables FROM pg_class WHERE relnamespace = to_regnamespace('docket') AND relkind = 'r'",
    );
    expect(made).toEqual([{ tables: sql.includes('CREATE TABLE') ? 1 : 0 }]);
  });

  it('works the same whatever a database says of names, dates and bytes', async () => {
    const url = await newDatabase(await sharedPostgres());
    const name = new URL(url).pathname.slice(1);
    for (const setting of [
      "search_path = 'nowhere'",
      "DateStyle = 'SQL, DMY'",
      "timezone = 'Pacific/Kiritimati'",
      'bytea_output = escape',
      'standard_conforming_strings = off',
    ])
      await runSql(url, `ALTER DATABASE ${name} SET ${setting}`);
    const store = await opened(url);
    expect(await store.claim(key)).toBe('claimed');
    expect(await store.save(tinyTrial())).toBe('saved');
    expect(await store.find(key)).toEqual(tinyTrial());
  });

  it('waits for a connection where the role has none left, and says so', { tags: ['slow'] }, async () => {
    const server = await sharedPostgres();
    const url = await newDatabase(server);
    await (await opened(url)).save(tinyTrial());
    await runSql(
      url,
      `CREATE ROLE crowded LOGIN PASSWORD '${testPassword}' CONNECTION LIMIT 0; ${rolesSql([postgresTrials]).join('\n')}\nGRANT docket_adder TO crowded`,
    );
    const crowded = server.url(new URL(url).pathname.slice(1), 'crowded');
    expect(await failure(crowded)).toMatch(
      /the server has no connection left \(too many connections for role "crowded"\)\. Run fewer processes/,
    );
  });

  it('goes on when all connections are cut, tells it, and keeps every trial once', async () => {
    const url = await newDatabase(await sharedPostgres());
    const told: string[] = [];
    const cut = await cuttable(url);
    const store = await opened(cut.url, { warn: (message) => told.push(message) });
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
    const saving = numbers.map(async (number) => {
      await pause(number * 10);
      return (await store.claim({ ...key, number })) === 'claimed' ? store.save(tinyTrial({ number })) : 'busy';
    });
    await pause(150);
    cut.close();
    await pause(400);
    cut.open();
    expect(await Promise.all(saving)).toEqual(numbers.map(() => 'saved'));
    expect((await store.list(key)).map((trial) => trial.key.number)).toEqual(numbers);
    expect(await runSql(url, 'SELECT count(*)::integer AS trials FROM trials')).toEqual([{ trials: numbers.length }]);
    expect(told[0]).toMatch(/Trying again for up to 120 s; nothing that is stored is lost\.$/);
    expect(told.at(-1)).toMatch(/the server answers again after \d+ s\.$/);
    expect(told.join()).not.toContain(encodeURIComponent(testPassword));
  });

  it('has roles that can add and neither change nor delete, read alone, or add reviews', async () => {
    const server = await sharedPostgres();
    const url = await newDatabase(server);
    const name = new URL(url).pathname.slice(1);
    await (await opened(url)).save(tinyTrial({ number: 9 }));
    await runSql(
      url,
      `${rolesSql([postgresTrials]).join('\n')}\nCREATE ROLE ci_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_adder;
      CREATE ROLE eyes_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_reader`,
    );
    const [ci, eyes] = [server.url(name, `ci_${name}`), server.url(name, `eyes_${name}`)];
    const adding = await opened(ci, { mayTakeBack: true });
    expect(await adding.claim(key)).toBe('claimed');
    expect(await adding.save(tinyTrial())).toBe('saved');
    await adding.claim({ ...key, number: 2 });
    await adding.saveFailure(failedTrial(2));
    await adding.saveScore('key', 'fair', null);
    const { id } = await adding.batches.begin(
      { endpoint: 'http://127.0.0.1:1', startedAt: '2026-11-28T12:00:00.000Z', requests: 1, after: null },
      [{ call: 'a', trial: 'b', customId: 'c' }],
    );
    await adding.batches.answer([{ call: 'a', answer: '{}' }]);
    await adding.batches.end(id);
    await adding.takeBack();
    expect((await adding.list(key)).map((trial) => trial.key.number)).toEqual([9]);
    for (const table of ['trials', 'selections', 'failures', 'scores', 'revocations'])
      for (const sql of [
        `UPDATE ${table} SET ${table === 'scores' ? 'key' : table === 'selections' ? 'series' : 'number'} = DEFAULT`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ])
        await expect(runSql(ci, sql), sql).rejects.toThrow(/permission denied/);
    await expect(runSql(ci, 'DROP TABLE trials')).rejects.toThrow(/must be owner/);
    await expect(runSql(ci, 'CREATE TABLE docket.mine (a text)')).rejects.toThrow(/permission denied/);
    const reading = await opened(eyes);
    expect((await reading.list(key)).map((trial) => trial.key.number)).toEqual([9]);
    await expect(reading.claim({ ...key, number: 3 })).rejects.toThrow(
      /the role eyes_test_\w+ may not do this \(permission denied .*docket store roles/,
    );
  });

  it('takes what somebody added who may add for data: neither a planted trial nor a planted revocation counts where trials are signed', async () => {
    const url = await newDatabase(await sharedPostgres());
    const signed = { signer: new TrialSigner('s'.repeat(32)), only: true };
    const store = await opened(url, { signed });
    await store.save(tinyTrial({ number: 1 }));
    await (await opened(url)).save(tinyTrial({ number: 2 }, { kind: 'decided', decision: { approved: false } }));
    await runSql(
      url,
      `INSERT INTO trials (selection, number, place, trial, checksum, signature, saver) SELECT selection, 3, 0, trial, checksum, signature, saver FROM trials WHERE number = 1;
      INSERT INTO revocations VALUES (1, 1, 0, 'planted'), (1, 1, 0, '')`,
    );
    expect((await store.list(key)).map((trial) => trial.key.number)).toEqual([1]);
    // What is planted is in nobody's way.
    expect(await store.claim({ ...key, number: 2 })).toBe('claimed');
    expect(await store.save(tinyTrial({ number: 2 }))).toBe('saved');
    expect((await store.find({ ...key, number: 2 }))?.outcome).toEqual({ kind: 'decided', decision: { approved: true } });
  });

  it('makes nothing of names that look like SQL', async () => {
    const store = await opened(await newDatabase(await sharedPostgres()));
    const hostile = { ...key, series: `'); DROP TABLE docket.trials; --`, caseFingerprint: '{"a","b"}', versionFingerprint: '\\x00"\\"' };
    await store.claim(hostile);
    await store.save({ ...tinyTrial(), key: hostile });
    expect(await store.find(hostile)).toEqual({ ...tinyTrial(), key: hostile });
    expect(await store.selections()).toEqual([
      { series: hostile.series, caseFingerprint: hostile.caseFingerprint, versionFingerprint: hostile.versionFingerprint },
    ]);
  });
});
