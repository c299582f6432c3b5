import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
import { rowChecksum } from '../../database/row-checksum.ts';
import { rawSpan, spanId, testStart, traceId } from '../testing/raw-span.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openTraceStore } from './open-trace-store.ts';
import { traceChecksumBeforeSessionsSql } from './trace-checksums.ts';

const origin = { source: 'otlp' } as const;

/** Attributes of a span, and the session that they name. */
const said: readonly (readonly [JsonObject, string | null])[] = [
  [{ 'gen_ai.conversation.id': 'c-1', 'session.id': 's-1' }, 'c-1'],
  [{ 'session.id': 's-2', 'user.id': 'u' }, 's-2'],
  [{ 'session.id': 4711 }, '4711'],
  [{ 'langfuse.session.id': 'lf' }, 'lf'],
  [{ 'gcp.vertex.agent.session_id': 'adk', 'gcp.vertex.agent.invocation_id': 'i' }, 'adk'],
  [{ 'gen_ai.thread.id': 'azure' }, 'azure'],
  [{ 'mlflow.trace.session': 'ml' }, 'ml'],
  [{ 'langsmith.metadata.thread_id': 'ls-thread' }, 'ls-thread'],
  [{ 'langsmith.metadata.session_id': 'ls-session' }, 'ls-session'],
  [{ 'traceloop.association.properties.chat_id': 'tl' }, 'tl'],
  [{ 'traceloop.association.properties.user_id': 'u', 'traceloop.association.properties.session_id': 'tl-2' }, 'tl-2'],
  [{ 'ai.telemetry.metadata.sessionId': 'ai' }, 'ai'],
  [{ 'ai.telemetry.metadata.conversationID': 'ai-2' }, 'ai-2'],
  [{ 'langwatch.thread.id': 'lw' }, 'lw'],
  [{ metadata: '{"thread_id": "lg", "langgraph_step": 1}' }, 'lg'],
  [{ 'braintrust.metadata': { session_id: 'bt', model: 'm' } }, 'bt'],
  [{ 'record.conversation_id': 'list' }, 'list'],
  [{ 'user_session-id': 'own' }, 'own'],
  // What ends alike and names something else.
  [{ 'thread.id': 8_391_201, 'thread.name': 'main' }, null],
  [{ 'mcp.session.id': 'transport' }, null],
  [{ 'langsmith.trace.session_id': 'a project' }, null],
  [{ 'session.id': '', 'gen_ai.response.id': 'r', 'gen_ai.tool.call.id': 't' }, null],
  [{ metadata: '{"session_id": "cut of' }, null],
  [{ 'session.id': { nested: true } }, null],
];

const spans = said.map(([attributes], index) => rawSpan(index + 1, { traceId: traceId(index + 1), parentSpanId: null, attributes }));
const expected = Object.fromEntries(said.map(([, session], index) => [traceId(index + 1), session]));

describe('the session of a trace', () => {
  it('is what its spans name, in every way in which they name one, and what a list is asked for', async () => {
    using folder = temporaryFolder();
    const store = openTraceStore(folder.file('traces.db'));
    await store.saveSpans(spans, origin);
    const sessions = (await store.list({})).map(({ traceId: id, session }) => [id, session]);
    expect(Object.fromEntries(sessions)).toEqual(expected);
    for (const { traceId: id } of spans) expect((await store.trace(id))?.session).toBe(expected[id]);
    expect((await store.list({ session: 'lg' })).map(({ traceId: id }) => id)).toEqual([traceId(15)]);
    expect(await store.list({ session: 'nobody' })).toEqual([]);
    expect((await store.query("SELECT trace_id FROM traces WHERE session = 'bt'", { rows: 10, milliseconds: 10_000 })).rows).toEqual([
      [traceId(16)],
    ]);
    await store.close();
  });

  it('is the outermost span’s, whichever comes first, and that of the process where no span names one', async () => {
    const store = openTraceStore(':memory:');
    const inner = rawSpan(2, { attributes: { 'session.id': 'inner' } });
    await store.saveSpans([inner], origin);
    expect((await store.list({}))[0]?.session).toBe('inner');
    await store.saveSpans([rawSpan(1, { attributes: { 'session.id': 'outer' } })], origin);
    expect([(await store.list({}))[0]?.session, (await store.trace(traceId(1)))?.session]).toEqual(['outer', 'outer']);
    const ofProcess = rawSpan(9, { traceId: traceId(2), spanId: spanId(9), parentSpanId: null, resource: { 'session.id': 'process' } });
    await store.saveSpans([ofProcess], origin);
    expect((await store.trace(traceId(2)))?.session).toBe('process');
    await store.close();
  });

  it('is known of traces that were stored before it was, and what was damaged then still is', async () => {
    using folder = temporaryFolder();
    const file = folder.file('traces.db');
    const store = openTraceStore(file);
    await store.saveSpans([...spans, rawSpan(99, { traceId: traceId(99), startUnixNano: testStart })], origin);
    await store.close();
    const older = new DatabaseSync(file);
    older.function('row_checksum', { varargs: true, useBigIntArguments: true }, (...row) =>
      rowChecksum(...(row as (string | bigint | null)[])),
    );
    older.exec('DROP VIEW traces; DROP INDEX trace_rows_session; ALTER TABLE trace_rows DROP COLUMN session');
    older.exec('ALTER TABLE trace_rows DROP COLUMN session_start; PRAGMA user_version = 6');
    older.exec(`UPDATE trace_rows SET checksum = ${traceChecksumBeforeSessionsSql}; UPDATE trace_rows SET agent = 'x' WHERE id = 2`);
    older.close();
    const told: string[] = [];
    const again = openTraceStore(file, Date.now, (message) => told.push(message));
    const sessions = (await again.list({})).map(({ traceId: id, session }) => [id, session]);
    expect(Object.fromEntries(sessions)).toEqual({ ...expected, [traceId(99)]: null });
    await again.close();
    expect(told).toEqual([expect.stringContaining(`what is listed of trace ${traceId(2)} is damaged`)]);
  });
});
