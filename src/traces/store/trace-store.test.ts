import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import { rawSpan, traceId } from '../testing/raw-span.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openTraceStore } from './open-trace-store.ts';
import { agentTrace, describeTraceStore } from './testing/trace-store-contract.ts';

const origin = { source: 'otlp' } as const;
const limits = { rows: 100, milliseconds: 20_000 };

describeTraceStore(
  'in SQLite',
  async (isShared) => {
    if (!isShared) return { open: async (now) => openTraceStore(':memory:', now) };
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    return { open: async (now) => openTraceStore(folder.file('traces.db'), now) };
  },
  { rounds: 30 },
);

describe('openTraceStore', () => {
  it('lets nobody but its owner read what customers said, in an older file too, and leaves a group that was let in', async () => {
    using folder = temporaryFolder();
    const path = folder.file('traces.db');
    const modes = () => ['', '-wal', '-shm'].map((ending) => (statSync(path + ending).mode & 0o777).toString(8));
    const opened = async (mode?: number) => {
      if (mode !== undefined) chmodSync(path, mode);
      const store = openTraceStore(path);
      await store.saveSpans([rawSpan(1)], origin);
      const found = modes();
      await store.close();
      return found;
    };
    expect(await opened()).toEqual(['600', '600', '600']);
    expect(await opened(0o644)).toEqual(['600', '600', '600']);
    expect(await opened(0o640)).toEqual(['640', '640', '640']);
    const empty = folder.file('empty.db');
    writeFileSync(empty, '', { mode: 0o666 });
    await openTraceStore(empty).close();
    expect(statSync(empty).mode & 0o777).toBe(0o600);
  });

  it('tells how far the index of words is, and takes up an older one anew', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans(
      Array.from({ length: 2500 }, (_, index) => rawSpan(index + 1)),
      origin,
    );
    expect(await Array.fromAsync(store.indexText())).toEqual([
      { indexed: 2000, total: 2500 },
      { indexed: 2500, total: 2500 },
    ]);
    expect(await Array.fromAsync(store.indexText())).toEqual([]);
    await store.close();
    const older = new DatabaseSync(folder.file('traces.db'));
    for (const table of ['span_rows', 'trace_rows', 'score_rows', 'sent_rows', 'cursors', 'text_progress'])
      older.exec(`ALTER TABLE ${table} DROP COLUMN checksum`);
    older.exec('DROP VIEW traces; DROP INDEX trace_rows_session');
    for (const column of ['judge', 'score_count', 'session', 'session_start']) older.exec(`ALTER TABLE trace_rows DROP COLUMN ${column}`);
    older.exec('DROP TABLE log_rows; PRAGMA user_version = 2');
    older.close();
    const again = openTraceStore(folder.file('traces.db'));
    expect(await Array.fromAsync(again.indexText())).toHaveLength(2);
    expect(await again.list({ text: 'step 2499' })).toHaveLength(1);
    await again.close();
  });

  it('removes the oldest until the file is small enough, and gives the space back', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans(
      Array.from({ length: 300 }, (_, index) => agentTrace(index + 1, 'desk', 'x'.repeat(10_000))),
      origin,
    );
    const { traces } = await store.prune({ bytes: 1_000_000 });
    expect(traces).toBeGreaterThan(180);
    const left = await store.list({ limit: 1000 });
    expect(left).toHaveLength(300 - traces);
    expect(left.length).toBeGreaterThan(50);
    expect(left[0]?.traceId).toBe(traceId(300));
    expect(left.at(-1)?.traceId).toBe(traceId(traces + 1));
    expect(statSync(folder.file('traces.db')).size).toBeLessThanOrEqual(1_000_000);
    await store.close();
  });

  it('refuses the database of another program and of a newer Docket, and leaves them as they are', async () => {
    using folder = temporaryFolder();
    const foreign = new DatabaseSync(folder.file('foreign.db'));
    foreign.exec('CREATE TABLE theirs (x)');
    foreign.close();
    expect(() => openTraceStore(folder.file('foreign.db'))).toThrow(/this is another program's database/);
    await openTraceStore(folder.file('newer.db')).close();
    const newer = new DatabaseSync(folder.file('newer.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => openTraceStore(folder.file('newer.db'))).toThrow(/newer Docket/);
    expect(() => openTraceStore(folder.path)).toThrow(DocketError);
  });

  it('moves no file away that is not damaged, only of another program or of a newer Docket', async () => {
    using folder = temporaryFolder();
    const told: string[] = [];
    const open = (name: string) => openTraceStore(folder.file(name), Date.now, (message) => told.push(message));
    const foreign = new DatabaseSync(folder.file('foreign.db'));
    foreign.exec('CREATE TABLE theirs (x); CREATE TABLE cursors (importer, cursor); INSERT INTO cursors VALUES (1, 2)');
    foreign.close();
    expect(() => open('foreign.db')).toThrow(/this is another program's database/);
    const store = open('newer.db');
    await store.saveSpans([agentTrace(1)], origin);
    await store.close();
    const newer = new DatabaseSync(folder.file('newer.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => open('newer.db')).toThrow(/newer Docket/);
    expect(told).toEqual([]);
    expect(readdirSync(folder.path).sort()).toEqual(['foreign.db', 'newer.db']);
  });
});

describe('query', () => {
  const refused = async (sql: string) => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans([agentTrace(1)], origin);
    await expect(store.query(sql, limits)).rejects.toThrow(DocketError);
    expect((await store.trace(traceId(1)))?.agent).toBe('desk');
    await store.close();
  };

  it.each(['DELETE FROM span_rows', "SELECT load_extension('x')", 'SELECT 1; DELETE FROM span_rows', 'nonsense'])('refuses %j', refused);

  it.each([
    'DROP TABLE trace_rows',
    'CREATE TABLE t (x)',
    "ATTACH 'other.db' AS other",
    "VACUUM INTO 'copy.db'",
    'PRAGMA writable_schema = 1',
    "SELECT * FROM pragma_table_info('trace_rows')",
    "INSERT INTO span_text (span_text) VALUES ('delete-all')",
    'SELECT zeroblob(1000000000)',
    "SELECT printf('%.*c', 100000000, 'x')",
    '',
  ])('refuses %j', { tags: ['slow'] }, refused);

  it('ends a query that takes too much memory', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    const sorted = 'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, hex(x) AS text FROM n ORDER BY text';
    await expect(store.query(sorted, { ...limits, memoryBytes: 128 * 1024 * 1024 })).rejects.toThrow(/128 MiB of memory/);
    await store.close();
  });

  it('ends a query whose asker was ended', async () => {
    using folder = temporaryFolder();
    await openTraceStore(folder.file('traces.db')).close();
    const asker = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { spawn } from 'node:child_process';
        const query = spawn(process.execPath, [${JSON.stringify(fileURLToPath(new URL('./query-process.ts', import.meta.url)))}], { env: {} });
        const order = ${JSON.stringify({ path: folder.file('traces.db'), sql: 'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n', rows: 1, memoryBytes: 1e9 })};
        query.stdin.end(JSON.stringify({ ...order, asker: process.pid }));
        setTimeout(() => console.log(query.pid), 1000);`,
    ]);
    const pid = Number(String((await once(asker.stdout, 'data'))[0]));
    expect(process.kill(pid, 0)).toBe(true);
    asker.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
  });

  it('ends a query that runs for ever', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    const endless = 'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n';
    await expect(store.query(endless, { rows: 1, milliseconds: 1 })).rejects.toThrow(/took longer/);
    await store.close();
  });
});
