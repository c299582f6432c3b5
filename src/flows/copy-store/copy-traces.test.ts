import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePostgresAddress } from '../../database/postgres/postgres-address.ts';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { fromLog } from '../../traces/otlp/raw-log.ts';
import { openSharedTraceStore, openTraceStore } from '../../traces/store/open-trace-store.ts';
import { agentTrace } from '../../traces/store/testing/trace-store-contract.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import { rawSpan, spanId, testStart, traceId } from '../../traces/testing/raw-span.ts';
import { temporaryFolder } from '../../traces/testing/temporary-folder.ts';
import { copyTraces } from './copy-traces.ts';

const { signal } = new AbortController();
const now = () => Number(testStart / 1_000_000n) + 60_000;
const score = { name: 'fair', pass: false, value: 0, reason: 'r', hard: true, findings: [{ code: 'unfair', message: 'm' }] };

function inFile(told: string[] = []): { readonly store: TraceStore; readonly file: string } {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const file = folder.file('traces.db');
  const store = openTraceStore(file, now, (message) => told.push(message));
  onTestFinished(() => store.close());
  return { store, file };
}

async function inDatabase(told: string[] = []): Promise<{ readonly store: TraceStore; readonly url: string }> {
  const url = await newDatabase(await sharedPostgres());
  const store = await openSharedTraceStore(parsePostgresAddress(url, {}), (message) => told.push(message));
  onTestFinished(() => store.close());
  return { store, url };
}

/** Two traces of an agent, one of an importer with what a log record added, one that was scored and sent. */
async function filled(store: TraceStore): Promise<void> {
  await store.saveSpans([agentTrace(1), agentTrace(2, 'other')], { source: 'otlp' });
  await store.saveSpans(
    [rawSpan(1, { traceId: traceId(3), name: 'a\u0000b', parentSpanId: spanId(9), resource: { 'service.name': 's' } })],
    { source: 'langfuse' },
  );
  await store.saveLogs([
    { traceId: traceId(3), spanId: spanId(1), event: { name: 'log', timeUnixNano: testStart, attributes: { [fromLog]: true } } },
  ]);
  await store.saveAllScores(new Map([[traceId(1), [score]]]), 'judge');
  await store.saveSent('langfuse', new Map([[traceId(1), 'all']]));
}

const everything = async (store: TraceStore) => {
  const ids = (await store.list({})).map((trace) => trace.traceId);
  return { list: await store.list({}), held: [...(await store.held(ids))].sort() };
};

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

onServer(missing ?? 'traces that are copied', () => {
  it.each(['into a database', 'into a file'] as const)('%s are there as they were, with scores, and once', async (where) => {
    const [file, database] = [inFile().store, (await inDatabase()).store];
    const [from, to] = where === 'into a file' ? [database, file] : [file, database];
    await filled(from);
    expect(await copyTraces(from, to, { signal })).toEqual({
      ...{ traces: 3, known: 0, spans: 3, conflicts: 0, conflicting: [], damaged: 0, scored: 1, waiting: 0 },
    });
    const copied = await everything(to);
    expect(copied).toEqual(await everything(from));
    expect(copied.list.map(({ source }) => source).sort()).toEqual(['langfuse', 'otlp', 'otlp']);
    expect(await copyTraces(from, to, { signal })).toMatchObject({ traces: 0, known: 3, spans: 0, scored: 0 });
    expect(await everything(to)).toEqual(copied);
  });

  it('go on where they were broken off, and take what has come since', async () => {
    const [from, to] = [inFile().store, (await inDatabase()).store];
    const many = Array.from({ length: 250 }, (_, index) => agentTrace(index + 1));
    await from.saveSpans(many, { source: 'otlp' });
    const stop = new AbortController();
    const broken = { ...to, held: to.held.bind(to), saveSpans: to.saveSpans.bind(to) } as TraceStore;
    let saves = 0;
    broken.saveSpans = async (...words) => {
      saves += 1;
      if (saves === 2) stop.abort(new Error('broken off'));
      return to.saveSpans(...words);
    };
    await expect(copyTraces(from, broken, { signal: stop.signal })).rejects.toThrow('broken off');
    expect(await to.list({ limit: 1000 })).toHaveLength(200);
    await from.saveSpans([rawSpan(2, { traceId: traceId(250) })], { source: 'otlp' });
    expect(await copyTraces(from, to, { signal })).toMatchObject({ traces: 50, known: 200, spans: 51 });
    expect(await to.spans(traceId(250))).toHaveLength(2);
  });

  it('name what is there with another content or damaged, and leave it', async () => {
    const told: string[] = [];
    const [{ store: from, file }, { store: to, url }] = [inFile(told), await inDatabase()];
    const open = { endUnixNano: null } as const;
    await from.saveSpans([rawSpan(1), rawSpan(2), rawSpan(3), rawSpan(4, { ...open, name: 'begun' })], { source: 'otlp' });
    await to.saveSpans([rawSpan(1, { name: 'another' }), rawSpan(2, open), rawSpan(4)], { source: 'otlp' });
    await from.saveAllScores(new Map([[traceId(1), [score]]]), 'judge');
    const raw = new DatabaseSync(file);
    raw.exec(`UPDATE span_rows SET name = 'forged' WHERE span_id = '${spanId(3)}'`);
    raw.close();
    for (const spans of [1, 0])
      expect(await copyTraces(from, to, { signal })).toMatchObject({
        ...{ traces: 0, known: 1, spans, conflicts: 1, conflicting: [traceId(1)], damaged: 1, scored: 0 },
      });
    expect((await to.spans(traceId(1))).map(({ name, endUnixNano }) => [name, endUnixNano !== null])).toEqual([
      ['another', true],
      [rawSpan(2).name, true],
      [rawSpan(4).name, true],
    ]);
    expect(told[0]).toMatch(/a span of trace 0+1 cannot be read/);
    expect(await runSql(url, 'SELECT conflict_count FROM trace_heads')).toEqual([{ conflict_count: 0 }]);
  });
});
