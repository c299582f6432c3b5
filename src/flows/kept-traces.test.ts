import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../database/testing/postgres-server.ts';
import { rawSpan, traceId } from '../traces/testing/raw-span.ts';
import { temporaryFolder } from '../traces/testing/temporary-folder.ts';
import { KeptTraces } from './kept-traces.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

onServer(missing ?? 'traces of a server that lives long', () => {
  it('stay open from one reader to the next, tell each of them what is damaged, and are others where another database is named', async () => {
    const folder = temporaryFolder();
    const [url, another] = [await newDatabase(await sharedPostgres()), await newDatabase(await sharedPostgres())];
    const traces = new KeptTraces({ root: folder.path });
    onTestFinished(async () => {
      await traces.close();
      folder[Symbol.dispose]();
      vi.unstubAllEnvs();
    });
    vi.stubEnv('DOCKET_STORE', url);
    await traces.read((store) => store.saveSpans([rawSpan(1), rawSpan(2)], { source: 'otlp' }));
    await runSql(url, `UPDATE trace_spans SET name = 'forged' WHERE span_id = '${rawSpan(2).spanId}'`);
    const connections = async () =>
      (await runSql(url, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'docket'")).map(
        ({ pid }) => pid,
      );
    const before = await connections();
    for (let turn = 1; turn <= 3; turn += 1) {
      const told: string[] = [];
      expect(
        await traces.read(
          (store) => store.spans(traceId(1)),
          (message) => told.push(message),
        ),
      ).toEqual([rawSpan(1)]);
      expect(told).toEqual([expect.stringContaining('a span of trace')]);
    }
    expect(await connections()).toEqual(before);
    await runSql(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'docket' AND datname = current_database()",
    );
    expect(await traces.readIfThere((store) => store.list({}))).toHaveLength(1);
    vi.stubEnv('DOCKET_STORE', another);
    expect(await traces.read((store) => store.list({}))).toEqual([]);
    vi.stubEnv('DOCKET_STORE', another.replace(/test_\w+/, 'elsewhere'));
    await expect(traces.read((store) => store.list({}))).rejects.toThrow(/no database "elsewhere"/);
    vi.stubEnv('DOCKET_STORE', url);
    expect(await traces.read((store) => store.list({}))).toHaveLength(1);
    vi.stubEnv('DOCKET_STORE', '');
    await expect(traces.read((store) => store.list({}))).rejects.toThrow(/There are no traces in/);
    expect(await traces.readIfThere((store) => store.list({}))).toBeUndefined();
  });
});
