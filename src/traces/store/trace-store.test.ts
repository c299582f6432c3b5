import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Score } from '../../contracts/score.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { rawSpan, spanId, testStart, traceId } from '../testing/raw-span.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openTraceStore } from './open-trace-store.ts';

const origin = { source: 'otlp' } as const;
const limits = { rows: 100, milliseconds: 20_000 };

function score(code: string): Score {
  return { name: 'self-consistency', pass: false, value: 0, reason: 'r', hard: true, findings: [{ code, message: 'm' }] };
}

/** A trace with one span of an agent, which began so many seconds after the start of all. */
function agentTrace(number: number, agent = 'desk', words = ''): RawSpan {
  return rawSpan(1, {
    traceId: traceId(number),
    name: `invoke_agent ${agent}`,
    startUnixNano: testStart + BigInt(number) * 1_000_000_000n,
    endUnixNano: testStart + BigInt(number) * 1_000_000_000n + 5_000_000n,
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': agent, 'docket.input': JSON.stringify({ words }) },
  });
}

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

  it('gives back what was saved, bit for bit, also from another process of the same file', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    const span = rawSpan(1, {
      name: 'a\u0000b\u001b[31m',
      attributes: JSON.parse(
        '{"__proto__":{"admin":true},"constructor":1,"":null,"deep":[[{"x":9007199254740991}]]}',
      ) as RawSpan['attributes'],
      events: [{ name: 'exception', timeUnixNano: testStart + 1n, attributes: { 'exception.message': 'no' } }],
      startUnixNano: testStart + 123_456_789n,
    });
    await store.saveSpans([span], origin);
    expect(await store.spans(span.traceId)).toEqual([span]);
    expect(Object.keys((await store.spans(span.traceId))[0]?.attributes ?? {})).toEqual(['__proto__', 'constructor', '', 'deep']);
    const other = openTraceStore(folder.file('traces.db'));
    expect(await other.spans(span.traceId)).toEqual([span]);
    await other.close();
    await store.close();
  });

  it('stores each span once, whatever comes again in whatever order and batches', async () => {
    const spans = [1, 2, 3, 4, 5, 6].flatMap((number) => [
      rawSpan(number),
      rawSpan(number + 10, { traceId: traceId(2), parentSpanId: number === 1 ? null : spanId(11) }),
    ]);
    const expected = openTraceStore(':memory:', () => 0);
    await expected.saveSpans(spans, origin);
    const order = fc.shuffledSubarray(spans, { minLength: spans.length });
    await fc.assert(
      fc.asyncProperty(
        order,
        fc.array(fc.integer({ min: 0, max: spans.length - 1 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 12 }),
        async (given, again, size) => {
          const store = openTraceStore(':memory:', () => 0);
          const sent = [...given, ...again.flatMap((at) => given[at] ?? [])];
          let added = 0;
          for (let at = 0; at < sent.length; at += size) added += (await store.saveSpans(sent.slice(at, at + size), origin)).added;
          expect(added).toBe(spans.length);
          expect(await store.list({})).toEqual(await expected.list({}));
          for (const id of [traceId(1), traceId(2)]) expect(await store.trace(id)).toEqual(await expected.trace(id));
          await store.close();
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });

  it('replaces a span that had not ended, and names a span that came again with another content', async () => {
    const store = openTraceStore(':memory:');
    await store.saveSpans([rawSpan(1, { endUnixNano: null, name: 'begun' })], origin);
    expect(await store.saveSpans([rawSpan(1, { name: 'ended' })], origin)).toEqual({ added: 0, known: 1 });
    expect((await store.spans(traceId(1))).map(({ name }) => name)).toEqual(['ended']);
    expect((await store.list({}))[0]).toMatchObject({ spans: 1, durationMs: 1 });
    await store.saveSpans([rawSpan(1, { name: 'forged' })], origin);
    expect((await store.spans(traceId(1))).map(({ name }) => name)).toEqual(['ended']);
    expect((await store.trace(traceId(1)))?.gaps.map(({ code }) => code)).toContain('duplicate');
  });

  it('takes times that SQLite cannot hold as missing', async () => {
    const store = openTraceStore(':memory:', () => 1000);
    await store.saveSpans([rawSpan(1, { startUnixNano: (1n << 64n) - 1n, endUnixNano: null })], origin);
    expect((await store.list({}))[0]).toMatchObject({ startedAt: null, durationMs: null });
    expect((await store.trace(traceId(1)))?.gaps).toContainEqual(expect.objectContaining({ code: 'bad-time', spanId: spanId(1) }));
  });

  it('lists newest first, page by page, by agent, time, finding and words', async () => {
    const store = openTraceStore(':memory:');
    for (let number = 1; number <= 25; number += 1) {
      await store.saveSpans(
        [agentTrace(number, number % 2 ? 'desk' : 'clerk', number === 7 ? 'Ärger mit "AND" NEAR(x)' : 'nothing')],
        origin,
      );
    }
    const ids = async (filter: Parameters<typeof store.list>[0]) =>
      (await store.list(filter)).map((trace) => Number.parseInt(trace.traceId, 16));
    expect(await ids({ limit: 3 })).toEqual([25, 24, 23]);
    expect(await ids({ limit: 3, before: traceId(23) })).toEqual([22, 21, 20]);
    expect(await ids({ agent: 'clerk', limit: 2 })).toEqual([24, 22]);
    const second = (number: number) => Number(testStart / 1_000_000n) + number * 1000;
    expect(await ids({ since: second(3), until: second(6) })).toEqual([5, 4, 3]);
    expect(await ids({ text: 'ÄRGER and near x' })).toEqual([7]);
    expect(await ids({ text: '" OR nothing' })).toEqual([]);
    expect(await ids({ text: '***' })).toEqual([]);
    await store.saveAllScores(new Map([[traceId(4), [score('false-approval')]]]), 'judge');
    expect(await ids({ finding: 'false-approval' })).toEqual([4]);
    expect((await store.list({ finding: 'false-approval' }))[0]).toMatchObject({
      source: 'otlp',
      agent: 'clerk',
      findings: ['false-approval'],
    });
    expect((await Array.fromAsync(store.traces({ agent: 'desk' }))).map((trace) => trace.agent)).toEqual(Array(13).fill('desk'));
    expect(await Array.fromAsync(store.traces({ limit: 4 }))).toHaveLength(4);
  });

  it('reads many with their spans at once as it reads each of them, however large they are', async () => {
    const store = openTraceStore(':memory:');
    const spans = Array.from({ length: 30 }, (_, index) =>
      rawSpan(index + 1, {
        traceId: traceId((index % 7) + 1),
        attributes: { words: 'x'.repeat(index % 5 === 0 ? 200_000 : 10), 'gen_ai.agent.name': `desk ${index % 2}` },
        resource: { process: index % 3 },
        startUnixNano: index % 4 === 0 ? null : testStart + BigInt(index),
        events: index % 2 === 0 ? [] : [{ name: 'e', timeUnixNano: testStart, attributes: { n: index } }],
      }),
    );
    await store.saveSpans(spans, origin);
    for (const filter of [{}, { limit: 3 }, { agent: 'desk 1' }]) {
      const listed = await Promise.all(
        (await store.list(filter)).map(async (summary) => ({ summary, spans: await store.spans(summary.traceId) })),
      );
      expect(await Array.fromAsync(store.runs(filter))).toEqual(listed);
    }
    expect(await Array.fromAsync(store.runs({}))).toHaveLength(7);
    await store.close();
  });

  it('keeps the newest scores, their findings with them, and refuses scores of a trace that is not there', async () => {
    const store = openTraceStore(':memory:');
    await store.saveSpans([agentTrace(1)], origin);
    await store.saveAllScores(
      new Map([[traceId(1), [score('one'), { ...score('stale'), name: 'a scorer that the agent no longer has' }]]]),
      'judge',
    );
    expect((await store.list({}))[0]?.findings).toEqual(['one', 'stale']);
    await store.saveAllScores(new Map([[traceId(1), [score('two')]]]), 'judge');
    expect(await store.scores(traceId(1))).toEqual([score('two')]);
    expect((await store.list({}))[0]?.findings).toEqual(['two']);
    await expect(store.saveAllScores(new Map([[traceId(2), [score('one')]]]), 'judge')).rejects.toThrow(DocketError);
  });

  it('gives scores by their judge as long as the trace is what was judged', async () => {
    const store = openTraceStore(':memory:');
    await store.saveSpans([agentTrace(1), agentTrace(2)], origin);
    expect(await store.scoresBy(traceId(1), 'old')).toBeUndefined();
    await store.saveAllScores(
      new Map([
        [traceId(1), [score('one')]],
        [traceId(2), []],
      ]),
      'old',
    );
    expect(await store.scoresBy(traceId(1), 'old')).toEqual([score('one')]);
    expect(await store.scoresBy(traceId(2), 'old')).toEqual([]);
    expect(await store.scoresBy(traceId(1), 'new')).toBeUndefined();
    await store.saveSpans([agentTrace(1)], origin);
    expect(await store.scoresBy(traceId(1), 'old')).toEqual([score('one')]);
    await store.saveSpans([{ ...agentTrace(1), spanId: 'abcdef0123456789' }], origin);
    expect(await store.scoresBy(traceId(1), 'old')).toBeUndefined();
    expect(await store.scores(traceId(1))).toEqual([score('one')]);
  });

  it('searches what was saved after the last search, and no longer what was removed', async () => {
    const store = openTraceStore(':memory:');
    await store.saveSpans([agentTrace(1, 'desk', 'umbrella')], origin);
    expect(await store.list({ text: 'umbrella' })).toHaveLength(1);
    await store.saveSpans([agentTrace(2, 'desk', 'umbrella')], origin);
    expect(await store.list({ text: 'umbrella' })).toHaveLength(2);
    expect(await store.prune({ before: Number(testStart / 1_000_000n) + 2000 })).toEqual({ traces: 1, spans: 1 });
    expect((await store.list({ text: 'umbrella' })).map((trace) => trace.traceId)).toEqual([traceId(2)]);
  });

  it('is not held up by spans that are full of backslashes', async () => {
    const store = openTraceStore(':memory:');
    const attributes = { text: `${'\\'.repeat(30_000)} umbrella` };
    await store.saveSpans(
      Array.from({ length: 10 }, (_, index) => rawSpan(1, { traceId: traceId(index + 1), attributes })),
      origin,
    );
    expect(await store.list({ text: 'umbrella' })).toHaveLength(10);
  });

  it('finds words behind line breaks, escapes and a NUL, and folders that look like escapes', async () => {
    const store = openTraceStore(':memory:');
    const attributes = {
      plain: 'first\nsecond\tthird',
      nested: JSON.stringify({ text: 'fourth\nfifth', path: 'C:\\new\\report', ascii: 'Zo\u00eb' }).replace('\u00eb', '\\u00eb'),
    };
    await store.saveSpans([rawSpan(1, { name: 'before\u0000after', attributes })], origin);
    const found = async (text: string) => (await store.list({ text })).length;
    for (const word of ['before', 'after', 'first', 'second', 'third', 'fourth', 'fifth', 'new', 'report', 'Zoë'])
      expect([word, await found(word)]).toEqual([word, 1]);
    expect(await found('nsecond')).toBe(0);
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
    for (let number = 1; number <= 300; number += 1) await store.saveSpans([agentTrace(number, 'desk', 'x'.repeat(10_000))], origin);
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

  it('remembers where importers stopped', async () => {
    const store = openTraceStore(':memory:');
    expect(await store.cursor('a')).toBeUndefined();
    await store.saveCursor('a', '1');
    await store.saveCursor('a', '2');
    expect(await store.cursor('a')).toBe('2');
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
  it('answers a SELECT over the views, and says when it cut the rows', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans([agentTrace(1), agentTrace(2), agentTrace(3, 'clerk')], origin);
    await store.saveAllScores(new Map([[traceId(3), [score('false-approval')]]]), 'judge');
    expect(await store.query('SELECT agent, count(*) AS n FROM traces GROUP BY agent ORDER BY n DESC; -- comment', limits)).toEqual({
      columns: ['agent', 'n'],
      rows: [
        ['desk', 2],
        ['clerk', 1],
      ],
      cut: false,
    });
    expect(await store.query('SELECT trace_id FROM spans', { ...limits, rows: 2 })).toMatchObject({ cut: true, rows: { length: 2 } });
    expect((await store.query(`SELECT name, pass, code FROM scores JOIN findings USING (trace_id)`, limits)).rows).toEqual([
      ['self-consistency', 0, 'false-approval'],
    ]);
    await store.close();
  });

  it.each([
    'DELETE FROM span_rows',
    'DROP TABLE trace_rows',
    'CREATE TABLE t (x)',
    "ATTACH 'other.db' AS other",
    "VACUUM INTO 'copy.db'",
    'PRAGMA writable_schema = 1',
    "SELECT * FROM pragma_table_info('trace_rows')",
    "SELECT load_extension('x')",
    'SELECT 1; DELETE FROM span_rows',
    "INSERT INTO span_text (span_text) VALUES ('delete-all')",
    'SELECT zeroblob(1000000000)',
    "SELECT printf('%.*c', 100000000, 'x')",
    '',
    'nonsense',
  ])('refuses %j', async (sql) => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans([agentTrace(1)], origin);
    await expect(store.query(sql, limits)).rejects.toThrow(DocketError);
    expect((await store.trace(traceId(1)))?.agent).toBe('desk');
    await store.close();
  });

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
    await expect.poll(() => existsSync(`/proc/${pid}/exe`), { timeout: 10_000 }).toBe(false);
  });

  it('ends a query that runs for ever', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    const endless = 'WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n';
    await expect(store.query(endless, { rows: 1, milliseconds: 1 })).rejects.toThrow(/took longer/);
    await store.close();
  });
});
