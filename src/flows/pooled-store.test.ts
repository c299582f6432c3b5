import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePostgresAddress } from '../database/postgres/postgres-address.ts';
import { startPgBouncer, whyNoPgBouncer } from '../database/testing/pgbouncer.ts';
import { newDatabase, runSql, sharedPostgres, testPassword, whyNoPostgres } from '../database/testing/postgres-server.ts';
import { openSharedTraceStore } from '../traces/store/open-trace-store.ts';
import { rawSpan } from '../traces/testing/raw-span.ts';
import { openSharedTrialStore } from '../trials/open-trial-store.ts';
import { tinyTrial } from '../trials/testing/tiny-agent.ts';

const missing = whyNoPostgres() ?? whyNoPgBouncer();
const onServer = missing === undefined ? describe : describe.skip;
const { key } = tinyTrial();

/** A database of its own, with a pool before it. */
async function pooled(...settings: readonly string[]) {
  const server = await sharedPostgres();
  const pool = await startPgBouncer(server, settings);
  onTestFinished(() => pool.end());
  const direct = await newDatabase(server);
  return { direct, url: pool.through(direct) };
}

const failure = (url: string): Promise<string> =>
  openSharedTrialStore(parsePostgresAddress(url, {})).then(
    async (store) => {
      await store.close();
      return 'opened';
    },
    (error: Error) => error.message,
  );

onServer(missing ?? 'a store behind PgBouncer', () => {
  it.each(['transaction', 'session'])(
    'holds trials once and traces whole in %s mode, also with fewer connections than are asked for',
    { tags: ['slow'] },
    async (mode) => {
      const { url, direct } = await pooled(`pool_mode = ${mode}`, 'default_pool_size = 3');
      const address = parsePostgresAddress(url, {});
      const [one, other] = [await openSharedTrialStore(address), await openSharedTrialStore(parsePostgresAddress(direct, {}))];
      const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
      const claims = await Promise.all(numbers.flatMap((number) => [one, other].map((store) => store.claim({ ...key, number }))));
      expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(200);
      const saves = await Promise.all(numbers.map((number) => one.save(tinyTrial({ number }))));
      expect(saves.filter((end) => end === 'saved')).toHaveLength(200);
      expect(await other.list(key)).toHaveLength(200);
      await one.close();
      await other.close();
      const traces = await openSharedTraceStore(address);
      await Promise.all([1, 2, 3, 4, 5, 6].map((number) => traces.saveSpans([rawSpan(number)], { source: 'otlp' })));
      expect(await traces.list({ text: 'step' })).toMatchObject([{ spans: 6 }]);
      await traces.prune({ before: Date.now() });
      expect(await traces.list({})).toEqual([]);
      await traces.close();
    },
  );

  it('says what is wrong in the words of a server, whatever the pool calls it', async () => {
    const { url } = await pooled('pool_mode = statement');
    expect(await failure(url.replace(/:[^:@/]+@/, ':wrong@'))).toMatch(/the password of the role docket_owner is wrong/);
    expect(await failure(url.replace(/test_\w+/, 'elsewhere'))).toMatch(/there is no database "elsewhere"/);
    expect(await failure(url)).toMatch(/the connection pool before the server lets no transaction through\. Set pool_mode = transaction/);
  });

  it('waits for a pool that is exhausted, and says so when it stays so', { tags: ['slow'] }, async () => {
    const { url } = await pooled('pool_mode = transaction', 'default_pool_size = 1', 'query_wait_timeout = 1');
    const told: string[] = [];
    const store = await openSharedTrialStore(parsePostgresAddress(url, {}), { warn: (message) => told.push(message) });
    const greedy = new pg.Client({ connectionString: url, password: testPassword });
    await greedy.connect();
    await greedy.query('BEGIN');
    await greedy.query('SELECT 1');
    const saving = store.save(tinyTrial());
    expect(await failure(url)).toMatch(
      /the server has no connection left \(query_wait_timeout\)\. Run fewer processes at a time, or raise .*default_pool_size/,
    );
    await greedy.query('COMMIT');
    await greedy.end();
    expect(await saving).toBe('saved');
    expect(told).toEqual([expect.stringMatching(/no connection left .* Trying again/), expect.stringMatching(/answers again/)]);
    await store.close();
  });

  it('says that a database was dropped while it was at work', async () => {
    const { direct } = await pooled('pool_mode = transaction');
    const store = await openSharedTrialStore(parsePostgresAddress(direct, {}));
    await store.save(tinyTrial());
    const name = new URL(direct).pathname.slice(1);
    await runSql(direct.replace(name, 'postgres'), `DROP DATABASE ${name} WITH (FORCE)`);
    await expect(store.save(tinyTrial({ number: 2 }))).rejects.toThrow(`there is no database "${name}"`);
    await store.close();
  });
});
