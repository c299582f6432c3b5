import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { parsePostgresAddress } from '../../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { rolesSql } from '../../database/postgres/postgres-roles.ts';
import { newDatabase, runSql, sharedPostgres, testPassword, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { rawSpan, testStart, traceId } from '../testing/raw-span.ts';
import { PostgresTraceStore } from './postgres-trace-store.ts';
import { postgresTraces } from './postgres-traces.ts';
import { agentTrace, describeTraceStore, type TraceStorePlace } from './testing/trace-store-contract.ts';

const origin = { source: 'otlp' } as const;
const limits = { rows: 100, milliseconds: 20_000 };
/** When the traces of the tests begin, in milliseconds. */
const start = Number(testStart / 1_000_000n);
const now = () => start + 60_000;
const weekMs = 7 * 86_400_000;

/** A database whose traces belong to an ordinary role. */
async function ordinaryDatabase(): Promise<{ readonly url: string; readonly owner: string }> {
  const server = await sharedPostgres();
  const owner = await newDatabase(server);
  await runSql(
    owner,
    `DO $$ BEGIN CREATE ROLE trace_keeper LOGIN PASSWORD '${testPassword}'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
  );
  const name = new URL(owner).pathname.slice(1);
  await runSql(owner, `GRANT CREATE ON DATABASE ${name} TO trace_keeper`);
  return { url: server.url(name, 'trace_keeper', testPassword), owner };
}

const open = async (url: string) => new PostgresTraceStore(await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTraces), now);

async function inPostgres(): Promise<TraceStorePlace> {
  const { url } = await ordinaryDatabase();
  return {
    open: async (clock) => new PostgresTraceStore(await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTraces), clock),
  };
}

const missing = whyNoPostgres();
if (missing !== undefined) describe('a store of traces in PostgreSQL', () => it.skip(missing));
else {
  describeTraceStore('in PostgreSQL', inPostgres, { rounds: 6 });

  describe('a store of traces that many share', () => {
    it('counts each span once, whoever sends it at the same time', async () => {
      const { url } = await ordinaryDatabase();
      const stores = await Promise.all([open(url), open(url), open(url)]);
      const spans = Array.from({ length: 60 }, (_, index) => rawSpan(index + 1, { traceId: traceId((index % 5) + 1) }));
      const saved = await Promise.all(
        stores.flatMap((store, turn) =>
          [0, 20, 40].map((at) => store.saveSpans((turn === 1 ? spans.toReversed() : spans).slice(at, at + 20), origin)),
        ),
      );
      expect(saved.reduce((sum, { added }) => sum + added, 0)).toBe(60);
      expect((await stores[0]?.list({}))?.map((summary) => summary.spans)).toEqual([12, 12, 12, 12, 12]);
      for (const store of stores) await store.close();
    });

    it('lets a log record and its span not pass each other', async () => {
      const { url } = await ordinaryDatabase();
      const [one, other] = await Promise.all([open(url), open(url)]);
      const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
      const event = (number: number) => ({ name: 'message', timeUnixNano: testStart, attributes: { number } });
      const span = (number: number): RawSpan => rawSpan(number, { traceId: traceId(number) });
      await Promise.all(
        numbers.flatMap((number) => [
          one.saveSpans([span(number)], origin),
          other.saveLogs([{ traceId: traceId(number), spanId: span(number).spanId, event: event(number) }]),
        ]),
      );
      for (const number of numbers) expect((await one.spans(traceId(number)))[0]?.events).toEqual([event(number)]);
      expect(await one.waitingLogs()).toBe(0);
      await one.close();
      await other.close();
    });

    it('drops a week with its partitions once nothing of it is to be kept, and goes on in it', async () => {
      const { url, owner } = await ordinaryDatabase();
      const store = await open(url);
      const inWeek = (week: number, number: number) =>
        rawSpan(1, { traceId: traceId(number), startUnixNano: testStart - BigInt(week * weekMs) * 1_000_000n, endUnixNano: null });
      await store.saveSpans([inWeek(0, 1), inWeek(3, 2), inWeek(3, 3), inWeek(200, 4)], origin);
      expect(await store.list({ text: 'step' })).toHaveLength(4);
      const partitions = async () =>
        (await runSql(owner, `SELECT relname FROM pg_class WHERE relname ~ '^trace_(spans|words)_[0-9]+$' AND relkind = 'r'`)).length;
      expect(await partitions()).toBe(4);
      expect(await store.prune({ before: start - weekMs })).toEqual({ traces: 3, spans: 3 });
      expect(await partitions()).toBe(2);
      // This store knows the week, and another makes it anew.
      await store.saveSpans([inWeek(3, 5)], origin);
      const other = await open(url);
      await other.saveSpans([inWeek(3, 6)], origin);
      expect((await other.list({ text: 'step' })).map((trace) => Number.parseInt(trace.traceId, 16))).toEqual([1, 6, 5]);
      expect(await store.spans(traceId(5))).toEqual([inWeek(3, 5)]);
      await store.close();
      await other.close();
    });

    it.each([3, -3])('removes nothing by age where the clock of whoever asks is off, by %d hours', async (hours) => {
      const { url } = await ordinaryDatabase();
      const store = await open(url);
      await store.saveSpans([rawSpan(1)], origin);
      vi.setSystemTime(Date.now() + hours * 3_600_000);
      onTestFinished(() => void vi.useRealTimers());
      await expect(store.prune({ before: start + weekMs })).rejects.toThrow(
        /it is .* there \(UTC\) and .* by this machine's clock, so how old traces are cannot be told\. Nothing was removed\./,
      );
      expect(await store.list({})).toHaveLength(1);
      vi.useRealTimers();
      expect(await store.prune({ before: start + weekMs })).toMatchObject({ traces: 1 });
      await store.close();
    });

    it('makes a week while somebody reads for long, goes on when a week is dropped that it knows, and drops what nobody reads any more', {
      tags: ['slow'],
    }, async () => {
      const { url, owner } = await ordinaryDatabase();
      const told: string[] = [];
      const database = await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTraces);
      const [store, other] = [new PostgresTraceStore(database, now, (message) => told.push(message)), await open(url)];
      const inWeek = (week: number, number: number, resource = {}) =>
        rawSpan(1, {
          traceId: traceId(number),
          startUnixNano: testStart - BigInt(week * weekMs) * 1_000_000n,
          endUnixNano: null,
          resource,
        });
      await store.saveSpans([inWeek(3, 1)], origin);
      const reading = new pg.Client(owner);
      await reading.connect();
      await reading.query('BEGIN');
      await reading.query('SELECT * FROM docket.trace_spans, docket.trace_words');
      await other.saveSpans([inWeek(2, 2)], origin);
      // The reader holds the week.
      expect(await other.prune({ before: start - 2.2 * weekMs })).toEqual({ traces: 1, spans: 1 });
      expect(await store.prune({ before: start - 2.2 * weekMs })).toEqual({ traces: 0, spans: 0 });
      expect(told).toEqual([expect.stringMatching(/the week of \d{4}-\d\d-\d\d are removed, and somebody reads its tables/)]);
      await reading.query('COMMIT');
      await reading.end();
      await store.prune({ before: start - 2.2 * weekMs });
      const weeks = "SELECT count(*)::integer AS weeks FROM pg_class WHERE relname ~ '^trace_spans_[0-9]+$' AND relkind = 'r'";
      expect(await runSql(owner, weeks)).toEqual([{ weeks: 1 }]);
      // Both know the week that is gone.
      await Promise.all([store.saveSpans([inWeek(3, 3)], origin), other.saveSpans([inWeek(3, 4)], origin)]);
      expect(await store.spans(traceId(3))).toEqual([inWeek(3, 3)]);
      expect(await store.spans(traceId(4))).toEqual([inWeek(3, 4)]);
      await store.close();
      await other.close();
    });

    it('removes resources that no trace has any more, and none that somebody stores a span of at that moment', async () => {
      const { url, owner } = await ordinaryDatabase();
      const [store, other] = await Promise.all([open(url), open(url)]);
      const span = (number: number, process: number) => ({ ...agentTrace(number), resource: { 'process.pid': process } });
      await store.saveSpans([span(1, 1), span(2, 1), span(3, 2), span(4, 3)], origin);
      const processes = async () =>
        (await runSql(owner, 'SELECT DISTINCT attributes FROM docket.trace_resources ORDER BY 1')).map(({ attributes }) => attributes);
      const later = Array.from({ length: 20 }, (_, index) => span(100 + index, 1 + (index % 3)));
      const [, removed] = await Promise.all([
        (async () => {
          for (const each of later) await other.saveSpans([each], origin);
        })(),
        store.prune({ before: start + 4500 }),
      ]);
      expect(removed).toEqual({ traces: 4, spans: 4 });
      for (const each of later) expect(await store.spans(each.traceId)).toEqual([each]);
      await store.prune({ before: start + 110_500 });
      expect(await processes()).toHaveLength(3);
      await store.prune({ before: start + 117_500 });
      expect(await processes()).toEqual(['{"process.pid":1}', '{"process.pid":2}']);
      await store.prune({ before: start + 1e9 });
      expect(await processes()).toEqual([]);
      await store.close();
      await other.close();
    });

    it('takes over what an older Docket left, also what came for a week that had been dropped, and lets that one go on', async () => {
      const { url, owner } = await ordinaryDatabase();
      const older = { ...postgresTraces, migrations: postgresTraces.migrations.slice(0, 1) };
      await (await PostgresDatabase.open(parsePostgresAddress(url, {}), older)).close();
      const weeks = [0, 3, 600].map((week) => `(date_trunc('week', current_date)::date - ${week * 7})`);
      await runSql(
        owner,
        `INSERT INTO trace_resources (hash, attributes) VALUES ('h', '{}');
        ${weeks
          .map(
            (
              week,
              index,
            ) => `INSERT INTO trace_heads (trace_id, week, source, saved_at, listed_at, span_count) VALUES ('${index}', ${week}, 'otlp', 1, 1, 1);
              INSERT INTO trace_spans (week, trace, span_id, name, scope, status_code, status_message, attributes, resource, events, checksum)
                VALUES (${week}, ${index + 1}, 's', 'n', '', 'ok', '', '{}', 1, '[]', 0);
              INSERT INTO trace_words VALUES (${week}, ${index + 1}, 's', '');`,
          )
          .join('\n')}`,
      );
      const store = await open(url);
      const lying = await runSql(
        owner,
        "SELECT relname ~ '[0-9]$' AS own, head.week = span.week AS placed FROM trace_spans AS span JOIN pg_class ON pg_class.oid = span.tableoid JOIN trace_heads AS head ON head.id = trace ORDER BY trace",
      );
      expect(lying).toEqual([
        { own: true, placed: true },
        { own: true, placed: true },
        { own: false, placed: true },
      ]);
      expect(await runSql(owner, 'SELECT count(*)::integer AS words FROM trace_words')).toEqual([{ words: 3 }]);
      // As the older one asks for it.
      await runSql(owner, "SELECT make_trace_week(date_trunc('week', current_date)::date - 70)");
      expect(
        await runSql(owner, "SELECT count(*)::integer AS parts FROM pg_class WHERE relname ~ '^trace_spans_[0-9]+$' AND relkind = 'r'"),
      ).toEqual([{ parts: 3 }]);
      await store.close();
    });

    it('takes what a role may only add, lets a reader read, and tells each what it may not', async () => {
      const { url, owner } = await ordinaryDatabase();
      await (await open(url)).close();
      const name = new URL(owner).pathname.slice(1);
      const server = await sharedPostgres();
      const roles = ['adder', 'reader'] as const;
      await runSql(
        owner,
        `${rolesSql([postgresTraces]).join('\n')}
          ${roles.map((role) => `CREATE ROLE ${role}_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_${role};`).join('\n')}`,
      );
      const told: string[] = [];
      const [adder, reader] = await Promise.all(
        roles.map(async (role) => {
          const address = parsePostgresAddress(server.url(name, `${role}_${name}`, testPassword), {});
          return new PostgresTraceStore(await PostgresDatabase.open(address, postgresTraces), now, (message) => told.push(message));
        }),
      );
      await adder?.saveSpans([rawSpan(1)], origin);
      expect(await adder?.list({ text: 'step' })).toHaveLength(1);
      await adder?.saveSpans([rawSpan(2, { traceId: traceId(2) })], origin);
      expect(await reader?.list({ text: 'step' })).toHaveLength(1);
      expect(told).toEqual([expect.stringContaining('1 span came since somebody searched')]);
      expect(await reader?.spans(traceId(2))).toHaveLength(1);
      expect((await reader?.query('SELECT count(*) FROM spans', limits))?.rows).toEqual([[2]]);
      await expect(reader?.saveSpans([rawSpan(3)], origin)).rejects.toThrow(/may not do this/);
      await expect(adder?.prune({ before: start + 1e9 })).rejects.toThrow(/may not do this/);
      expect(await adder?.list({})).toHaveLength(2);
      await adder?.close();
      await reader?.close();
    });

    it('is read and searched where nothing may be written, as in a copy of the database, and says what a change meets', async () => {
      const { url, owner } = await ordinaryDatabase();
      const store = await open(url);
      await store.saveSpans([rawSpan(1)], origin);
      expect(await store.list({ text: 'step' })).toHaveLength(1);
      await store.saveSpans([rawSpan(2, { traceId: traceId(2) })], origin);
      await store.close();
      await runSql(owner, `ALTER DATABASE ${new URL(owner).pathname.slice(1)} SET default_transaction_read_only = on`);
      const told: string[] = [];
      const database = await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTraces);
      const copy = new PostgresTraceStore(database, now, (message) => told.push(message));
      expect(await copy.list({ text: 'step' })).toHaveLength(1);
      expect(told).toEqual([expect.stringContaining('1 span came since somebody searched')]);
      expect(await copy.idsThatBegin('0')).toEqual([traceId(1), traceId(2)]);
      expect((await copy.query('SELECT count(*) FROM spans', limits)).rows).toEqual([[2]]);
      await expect(copy.saveSpans([rawSpan(3)], origin)).rejects.toThrow(
        /the server takes no changes: it is a copy, or the database is read-only/,
      );
      await copy.close();
    });

    it('calls nothing damaged that somebody removes while it is read', async () => {
      const { url } = await ordinaryDatabase();
      const [store, other] = await Promise.all([open(url), open(url)]);
      const large = { attributes: { words: 'x'.repeat(300_000) } };
      await store.saveSpans([agentTrace(1), { ...agentTrace(2), ...large }], origin);
      const runs = store.runs({});
      expect((await runs.next()).value?.summary.traceId).toBe(traceId(2));
      expect(await other.prune({ before: start + 1500 })).toEqual({ traces: 1, spans: 1 });
      expect(await runs.next()).toEqual({ done: true, value: undefined });
      await store.close();
      await other.close();
    });

    it('says what is damaged, and reads the rest', async () => {
      const { url } = await ordinaryDatabase();
      const told: string[] = [];
      const database = await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTraces);
      const store = new PostgresTraceStore(database, now, (message) => told.push(message));
      await store.saveSpans([rawSpan(1), rawSpan(2)], origin);
      await runSql(url, `UPDATE docket.trace_spans SET name = 'forged' WHERE span_id = '${rawSpan(2).spanId}'`);
      expect(await store.spans(rawSpan(1).traceId)).toEqual([rawSpan(1)]);
      expect(told).toEqual([expect.stringContaining('a span of trace')]);
      expect(told[0]).not.toContain(encodeURIComponent(testPassword));
      await store.saveSpans([rawSpan(2)], origin);
      expect(await store.spans(rawSpan(1).traceId)).toEqual([rawSpan(1), rawSpan(2)]);
      await store.close();
    });
  });

  describe('a query of traces in PostgreSQL', () => {
    let store: PostgresTraceStore;
    beforeAll(async () => {
      store = await open((await ordinaryDatabase()).url);
      await store.saveSpans([agentTrace(1)], origin);
    });
    afterAll(() => store.close());

    it.each([
      'DELETE FROM docket.trace_spans',
      'DROP TABLE docket.trace_heads',
      'SELECT 1; COMMIT; DROP TABLE docket.trace_heads',
      'SELECT 1; DELETE FROM docket.trace_spans',
      'WITH gone AS (DELETE FROM docket.trace_heads RETURNING 1) SELECT * FROM gone',
      "SELECT docket.make_trace_week('2026-11-23')",
      "SELECT nextval('docket.trace_heads_id_seq')",
      "SELECT pg_read_file('/etc/hostname')",
      "SELECT set_config('transaction_read_only', 'off', true)",
      "COPY docket.trace_heads TO '/tmp/heads'",
      'SELECT * INTO copied FROM traces',
      'SELECT * FROM traces FOR UPDATE',
      '',
      'nonsense',
    ])('refuses %j', async (sql) => {
      await expect(store.query(sql, limits)).rejects.toThrow(DocketError);
      expect((await store.trace(traceId(1)))?.agent).toBe('desk');
    });

    it('ends one that takes too long, and cuts one that has too many rows', async () => {
      await expect(store.query('SELECT pg_sleep(5)', { rows: 1, milliseconds: 50 })).rejects.toThrow(/took longer than 0.05 s/);
      expect(await store.query('SELECT n FROM generate_series(1, 2000) AS n -- all', { rows: 700, milliseconds: 20_000 })).toMatchObject({
        cut: true,
        rows: { length: 700 },
      });
    });

    it('gives every kind of value', async () => {
      const sql = `SELECT 9007199254740993 AS large, 7::bigint AS small, 0.1::numeric AS exact, '\\xff'::bytea AS bytes, ARRAY[1, 2] AS list,
        '{"a": 1}'::jsonb AS json, 'NaN'::double precision AS none, timestamptz '2026-01-01 00:00Z' AS time, NULL AS nothing`;
      expect((await store.query(sql, limits)).rows).toEqual([
        ['9007199254740993', 7, '0.1', 'ff', [1, 2], { a: 1 }, 'NaN', '2026-01-01T00:00:00.000Z', null],
      ]);
    });
  });
}
