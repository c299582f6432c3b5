import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { RawSpan } from '../contracts/trace.ts';
import { openTraceStore, openTraceStoreToRead } from './store/open-trace-store.ts';
import { rawSpan, traceId } from './testing/raw-span.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const origin = { source: 'otlp' } as const;
const spanOf = (trace: number, number: number): RawSpan =>
  rawSpan(number, {
    traceId: traceId(trace),
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': `desk ${trace}`, note: `word${trace} and more` },
  });

/** A store of three traces of two spans, with one thing in it changed behind its back. */
async function damaged(file: string, sql: string): Promise<void> {
  const store = openTraceStore(file);
  await store.saveSpans(
    [1, 2, 3].flatMap((trace) => [spanOf(trace, trace * 2), spanOf(trace, trace * 2 + 1)]),
    origin,
  );
  for (const trace of [1, 2, 3]) {
    await store.saveAllScores(
      new Map([[traceId(trace), [{ name: 'fine', pass: true, hard: true, value: 1, reason: `score ${trace}`, findings: [] }]]]),
      'judge',
    );
  }
  await store.saveCursor('importer', 'far');
  expect(await store.list({ text: 'word2' })).toHaveLength(1);
  await store.close();
  const database = new DatabaseSync(file);
  database.enableDefensive(false);
  database.exec(sql);
  database.close();
}

function opened(file: string) {
  const told: string[] = [];
  return { store: openTraceStore(file, Date.now, (message) => told.push(message)), told };
}

describe('a damaged store of traces', () => {
  it.each([
    ['an attribute', `UPDATE span_rows SET attributes = replace(attributes, 'word2', 'ward2') WHERE id = 3`],
    ['a time', 'UPDATE span_rows SET end_unix_nano = end_unix_nano + 1 WHERE id = 3'],
    ['an id', `UPDATE span_rows SET parent_span_id = 'eeeeeeeeeeeeeeee' WHERE id = 3`],
    ['the trace that it is of', 'UPDATE span_rows SET trace = 1 WHERE id = 3'],
    ['the resource that it is of', `INSERT INTO resource_rows VALUES (77, '{"other":1}'); UPDATE span_rows SET resource = 77 WHERE id = 3`],
    ['a resource that is not there', 'UPDATE span_rows SET resource = 99 WHERE id = 3'],
    ['its checksum', 'UPDATE span_rows SET checksum = checksum + 1 WHERE id = 3'],
    ['all of it', 'DELETE FROM span_rows WHERE id = 3'],
  ])(
    'names the trace when of a span %s is not what was written, reads the others, and has it again when it comes again',
    async (_, sql) => {
      using folder = temporaryFolder();
      const file = folder.file('traces.db');
      await damaged(file, sql);
      await expect(openTraceStore(file).spans(traceId(2))).rejects.toThrow(/is damaged: a span of trace 0+2 cannot be read/);
      const { store, told } = opened(file);
      expect((await store.spans(traceId(2))).map(({ spanId }) => spanId)).toEqual([spanOf(2, 5).spanId]);
      const many = opened(file);
      expect((await Array.fromAsync(many.store.runs({}))).map(({ summary, spans }) => [summary.traceId, spans])).toEqual(
        await Promise.all([3, 2, 1].map(async (trace) => [traceId(trace), await store.spans(traceId(trace))])),
      );
      expect(many.told.filter((message) => message.includes(traceId(2)))).toHaveLength(1);
      await many.store.close();
      expect((await store.trace(traceId(2)))?.gaps.map(({ code, message }) => `${code} ${message}`).join()).toContain(
        'unreadable The store is damaged',
      );
      expect(told.filter((message) => message.includes(traceId(2)))).toHaveLength(1);
      expect([...(await store.spans(traceId(1))), ...(await store.spans(traceId(3)))]).toHaveLength(4);
      await store.saveSpans([spanOf(2, 4)], origin);
      expect((await store.trace(traceId(2)))?.gaps.map(({ message }) => message).join()).not.toContain('damaged');
      expect(await store.spans(traceId(2))).toHaveLength(2);
      await store.close();
    },
  );

  it.each([
    ['its agent', `UPDATE trace_rows SET agent = 'dusk 2' WHERE id = 2`],
    ['its source', `UPDATE trace_rows SET source = 'logfire' WHERE id = 2`],
    ['its time', 'UPDATE trace_rows SET first_start = first_start + 1 WHERE id = 2'],
    ['its number of spans', 'UPDATE trace_rows SET span_count = 7 WHERE id = 2'],
  ])('counts anew what is listed of a trace when %s is not what was written', async (_, sql) => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    await damaged(file, sql);
    const { store, told } = opened(file);
    expect((await store.list({})).map(({ agent, spans }) => [agent, spans])).toEqual([3, 2, 1].map((trace) => [`desk ${trace}`, 2]));
    expect(told).toEqual([expect.stringContaining(`what is listed of trace ${traceId(2)} is damaged`)]);
    expect(await store.list({ agent: 'desk 2' })).toHaveLength(1);
    await store.close();
  });

  it('leaves a damaged score out, forgets a damaged place and mends the index of words, and says so', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    await damaged(
      file,
      `UPDATE score_rows SET score = replace(score, 'score 2', 'score 9') WHERE trace = 2; UPDATE cursors SET cursor = 'for';
        DELETE FROM span_text_data WHERE id > 10`,
    );
    const { store, told } = opened(file);
    expect(await Promise.all([1, 2, 3].map(async (trace) => (await store.scores(traceId(trace))).length))).toEqual([1, 0, 1]);
    expect(await store.cursor('importer')).toBeUndefined();
    expect((await store.list({ text: 'word2' })).map(({ traceId: id }) => id)).toEqual([traceId(2)]);
    expect(told[0]).toContain('indexes were rebuilt');
    expect(told.filter((message) => message.includes('score'))).not.toEqual([]);
    expect((await store.query('SELECT count(*) FROM spans', { rows: 1, milliseconds: 10_000 })).rows).toEqual([[6]]);
    await store.close();
  });

  it('makes the index of words anew when it is not known any more how far it was', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    await damaged(file, 'DELETE FROM text_progress');
    const { store, told } = opened(file);
    expect((await store.list({ text: 'word2' })).map(({ traceId: id }) => id)).toEqual([traceId(2)]);
    expect(told.join()).toContain('the search index is damaged; it is rebuilt from the spans');
    await store.close();
  });

  it('says before a person asks in SQL which rows are not what was written', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    await damaged(file, `UPDATE span_rows SET name = 'x' WHERE id = 3; UPDATE trace_rows SET root = 'x' WHERE id = 1`);
    const { store, told } = opened(file);
    await store.query('SELECT name FROM spans', { rows: 10, milliseconds: 10_000 });
    expect(told.join()).toContain(`a span of trace ${traceId(2)} is damaged`);
    expect(told.join()).toContain(`what the list says of trace ${traceId(1)} is damaged`);
    await store.close();
  });

  it('makes an index anew that does not say what its table says, and says so', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    // The column is changed while the index is not looked after.
    const unindexed = `PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, '(agent, listed_at, id)', '(root, listed_at, id)')
      WHERE name = 'trace_rows_agent'; PRAGMA writable_schema = RESET`;
    await damaged(file, unindexed);
    const { store, told } = opened(file);
    expect(told).toEqual([expect.stringMatching(/indexes were rebuilt from the traces/)]);
    expect((await store.list({ agent: 'desk 2' })).map(({ traceId: id }) => id)).toEqual([traceId(2)]);
    await store.close();
    expect(opened(file).told).toEqual([]);
  });
});

describe('a store of traces that cannot be written', () => {
  it('is read all the same, with what was not yet in the file itself, searched and queried, and left as it is', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    const writer = openTraceStore(file);
    await writer.saveSpans([spanOf(1, 2), spanOf(2, 4)], origin);
    // As it stands while somebody writes, with its log beside it.
    using other = temporaryFolder();
    const copy = other.file('traces.db');
    for (const ending of ['', '-wal']) {
      copyFileSync(file + ending, copy + ending);
      // Somebody else than its owner was let in.
      chmodSync(copy + ending, 0o644);
    }
    await writer.close();
    const before = readFileSync(copy);
    const reading = await asOrdinaryUser(other.path, async () => {
      const store = openTraceStoreToRead(copy);
      expect((await store.list({ text: 'word2' })).map(({ traceId: id }) => id)).toEqual([traceId(2)]);
      expect((await store.trace(traceId(1)))?.agent).toBe('desk 1');
      return { store, counting: await store.query('SELECT count(*) FROM spans', { rows: 1, milliseconds: 10_000 }) };
    });
    expect((await reading.counting).rows).toEqual([[2]]);
    await reading.store.close();
    expect(readFileSync(copy)).toEqual(before);
    writeFileSync(other.file('words.db'), 'no database, but long enough for a header of a hundred bytes'.repeat(3));
    await asOrdinaryUser(other.path, async () => expect(() => openTraceStoreToRead(other.file('words.db'))).toThrow(/not a Docket store/));
  });

  it('is copied once for all who read it at a time or one after another, and anew when it changed', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    const save = async (number: number) => {
      const writer = openTraceStore(file);
      await writer.saveSpans([spanOf(number, 2 * number)], origin);
      await writer.close();
      chmodSync(file, 0o644);
    };
    const found = async () => {
      const store = openTraceStoreToRead(file);
      const traces = await store.list({ text: 'word1' });
      return { store, traces: traces.length };
    };
    await save(1);
    const [first, again] = await asOrdinaryUser(folder.path, async () => {
      const one = await found();
      await one.store.close();
      return [one, await found()];
    });
    expect(again?.store.file).toBe(first?.store.file);
    await save(2);
    const changed = await asOrdinaryUser(folder.path, found);
    expect([first?.traces, again?.traces, changed.traces]).toEqual([1, 1, 1]);
    expect((await changed.store.list({})).length).toBe(2);
    // The older copy goes with the last who reads it.
    expect(existsSync(String(again?.store.file))).toBe(true);
    await again?.store.close();
    expect(existsSync(String(again?.store.file))).toBe(false);
    await changed.store.close();
  });
});

/** Root may write anywhere; an ordinary user may not write into a folder made by root, nor anyone into one without the right to. */
async function asOrdinaryUser<T>(path: string, work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  chmodSync(path, 0o555);
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path, 0o755);
  }
}
