import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type ImportRequest, type ImportSummary, importTraces } from './import-traces.ts';
import { openTraceStore } from './store/open-trace-store.ts';
import type { TraceStore } from './store/trace-store.ts';
import { jumpingClock } from './testing/jumping-clock.ts';
import { spanId, traceId } from './testing/raw-span.ts';
import {
  type AnsweredVendor,
  answeredVendors,
  echoesOf,
  logfireRows,
  pagesOf,
  recordsOf,
  secrets,
  testKeys,
} from './testing/vendor-answers.ts';
import { serveVendor } from './testing/vendor-server.ts';
import { logfireColumns } from './vendors/logfire/import.ts';
import { VendorClient } from './vendors/vendor-client.ts';
import { readSettings } from './vendors/vendor-settings.ts';
import { loadImporter, vendors, vendorsOf } from './vendors/vendors.ts';

const noon = Date.parse('2026-11-23T12:00:00Z');
const hour = 3_600_000;

interface Trial extends Partial<Pick<ImportRequest, 'agent' | 'since' | 'until' | 'words' | 'signal' | 'onPage'>> {
  readonly store?: TraceStore;
  readonly clock?: ReturnType<typeof jumpingClock>;
  readonly pageSize?: number;
  readonly longestBytes?: number;
  readonly onPause?: (why: string, milliseconds: number) => void;
}

/** One import through the front door, against a server on loopback. */
async function runImport(name: AnsweredVendor, url: string, trial: Trial = {}): Promise<ImportSummary> {
  const { clock = jumpingClock(noon), pageSize = 2, longestBytes, onPause, store = openTraceStore(':memory:'), ...asked } = trial;
  const importer = { ...(await loadImporter(name)), pageSize };
  const signal = asked.signal ?? new AbortController().signal;
  const target = importer.target(readSettings(testKeys, { baseUrl: url }));
  const limits = longestBytes === undefined ? {} : { limits: { longestBytes } };
  const client = new VendorClient({
    ...target,
    ...limits,
    title: importer.title,
    variables: importer.variables,
    signal,
    clock,
    random: () => 0.5,
    ...(onPause === undefined ? {} : { onPause }),
  });
  return importTraces({ importer, target, client, store, clock, signal, ...asked });
}

function storeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docket-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'traces.db');
}

const hasOwnTest = (name: string) => readdirSync(join(import.meta.dirname, 'vendors', name)).some((file) => file.endsWith('.test.ts'));

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

it('every vendor that is read from is tried: here, or by a test in its own folder', () => {
  const untried = vendorsOf('import').filter(({ name }) => !(answeredVendors as string[]).includes(name) && !hasOwnTest(name));
  expect(untried).toEqual([]);
  expect(Object.keys(vendors)).toEqual(expect.arrayContaining(answeredVendors));
});

describe.each(answeredVendors)('importing from %s', (name) => {
  const total = recordsOf(name).length;

  it('stores nothing of a key that the system gives back, in ids, names, texts, attributes or places, however it is written', async () => {
    const file = storeFile();
    const store = openTraceStore(file);
    const [key] = (await loadImporter(name)).target(readSettings(testKeys)).secrets as [string];
    const [record] = recordsOf(name) as [JsonObject];
    const echoes = echoesOf(key);
    const records = echoes.map((echo, index) => {
      const text = JSON.stringify(record).replace(/"(name|span_name|input|metadata|span_kind)":/g, `"said${index}":"${echo}","$1":`);
      const named = JSON.parse(text) as JsonObject;
      const own = {
        id: `${echo} ${index}`,
        span_id: `${echo} ${index}`,
        name: echo,
        span_name: echo,
        metadata: { echo },
        input: echo,
        output: { [echo]: echo },
      };
      return { ...named, ...own, attributes: { ...(named.attributes as JsonObject), ...own, echo } };
    });
    const broken = { id: echoes[2], attributes: {} };
    const server = await serveVendor(() => ({ body: { data: [...records, broken], meta: { cursor: null } } }));
    const { added, unread } = await runImport(name, server.url, { store, pageSize: 100 });
    expect(added).toBeGreaterThan(0);
    await store.close();
    const said = readFileSync(file, 'latin1') + JSON.stringify(unread);
    for (const echo of echoes) expect(said.includes(echo), echo).toBe(false);
  });

  it('reads every page into one trace, and again changes nothing', async () => {
    const server = await serveVendor(pagesOf(name, 2));
    const store = openTraceStore(':memory:');
    const first = await runImport(name, server.url, { store, since: noon - 30 * 24 * hour });
    expect(first).toMatchObject({ added: total, known: 0, resumed: false, unread: [] });
    const [summary] = await store.list({});
    expect(summary).toMatchObject({ source: name, spans: total });
    const trace = await store.trace(summary?.traceId ?? '');
    expect(trace?.agent).toMatch(/underwriter|joke_agent/);
    expect(trace?.decision).not.toBeNull();
    expect(trace?.usage?.outputTokens).toBeGreaterThan(0);
    expect(trace?.gaps.map(({ code }) => code)).not.toContain('orphan');
    expect(await runImport(name, server.url, { store, since: noon - 30 * 24 * hour })).toMatchObject({ added: 0, known: total });
  });

  it('waits as long as a busy vendor asks for, and on its own when it is broken', async () => {
    const pages = pagesOf(name, 100);
    const server = await serveVendor((request, before) => {
      if (before === 0) return { status: 429, headers: { 'retry-after': '7' } };
      if (before === 1) return { status: 429, headers: { 'retry-after': new Date(Date.now() + 20_000).toUTCString() } };
      return before < 4 ? { status: 503, body: '<html>busy</html>' } : pages(request);
    });
    const clock = jumpingClock(noon);
    const told: string[] = [];
    const onPause = (why: string, milliseconds: number) => told.push(`${why} ${milliseconds}`);
    expect(await runImport(name, server.url, { clock, pageSize: 100, onPause })).toMatchObject({ added: total });
    expect(told.map((line) => line.split(' ')[0])).toEqual(['429', '429', '503', '503']);
    expect(told[3]).toBe('503 <html>busy</html> 4000');
    expect(clock.pauses[0]).toBeGreaterThanOrEqual(7000);
    // Counted by the vendor's clock, although this one is far from it.
    expect(clock.pauses[1]).toBeGreaterThanOrEqual(18_000);
    expect(clock.pauses[1]).toBeLessThan(24_000);
    expect(clock.pauses.slice(2)).toEqual([2000, 4000]);
  });

  it('stops at a key that is refused, says which, and shows no key', async () => {
    const server = await serveVendor(({ headers }) => ({ status: 401, body: { error: 'expired', echo: headers } }));
    const failure = await failureOf(runImport(name, server.url));
    expect(failure).toBeInstanceOf(DocketError);
    expect(failure?.message).toContain((await loadImporter(name)).variables[0]);
    for (const secret of secrets) expect(failure?.message).not.toContain(secret);
    expect(server.seen).toHaveLength(1);
  });

  it('goes on where an import stopped that broke off half-way', async () => {
    const pages = pagesOf(name, 1);
    let isBroken = true;
    const server = await serveVendor((request, before) => (isBroken && before >= 1 ? { status: 500 } : pages(request)));
    const file = storeFile();
    const broken = openTraceStore(file);
    const failure = await failureOf(runImport(name, server.url, { store: broken, pageSize: 1 }));
    expect(failure).toMatchObject({ exitCode: 3, message: expect.stringContaining('continues where it stopped') as string });
    await broken.close();
    isBroken = false;
    const store = openTraceStore(file);
    const second = await runImport(name, server.url, { store, pageSize: 1 });
    expect(second).toMatchObject({ resumed: true, added: total - 1, known: 0 });
    expect((await store.list({}))[0]?.spans).toBe(total);
    await store.close();
  });

  it('lets two importers work on one store at once', async () => {
    const server = await serveVendor(pagesOf(name, 1));
    const file = storeFile();
    const stores = [openTraceStore(file), openTraceStore(file)];
    const runs = await Promise.all(stores.map((store) => runImport(name, server.url, { store, pageSize: 1 })));
    expect(runs.reduce((sum, { added }) => sum + added, 0)).toBe(total);
    expect((await stores[0]?.list({}))?.[0]?.spans).toBe(total);
    for (const store of stores) await store.close();
  });

  it('never follows a redirect to another server with the key', async () => {
    const other = await serveVendor(() => ({ body: {} }));
    const server = await serveVendor(() => ({ status: 307, headers: { location: `${other.url}/stolen` } }));
    const failure = await failureOf(runImport(name, server.url));
    expect(failure?.message).toContain('the key was not sent on');
    expect(other.seen).toHaveLength(0);
  });
});

it.each([
  ['braintrust', ['correct 1 null null', 'unsure null null null']],
  ['datadog', ['correct 1 pass As the policy says.', 'tone null friendly null']],
] as const)('keeps the scores that %s has', async (name, expected) => {
  const server = await serveVendor(pagesOf(name, 100));
  const store = openTraceStore(':memory:');
  await runImport(name, server.url, { store });
  const [trace] = await Array.fromAsync(store.traces({}));
  const said = trace?.evaluations.map(({ name: of, value, label, explanation }) => [of, value, label, explanation].map(String).join(' '));
  expect(said).toEqual(expected);
});

describe('importTraces', () => {
  it('reads again from the end of the last import by the vendor’s clock, when this machine’s is ahead', async () => {
    const vendorTime = noon - hour;
    const pages = pagesOf('langfuse', 100);
    const server = await serveVendor((request) => ({ ...pages(request), headers: { date: new Date(vendorTime).toUTCString() } }));
    const store = openTraceStore(':memory:');
    await runImport('langfuse', server.url, { store });
    await runImport('langfuse', server.url, { store });
    const since = server.seen.map(({ path }) => new URL(path, server.url).searchParams.get('fromStartTime'));
    expect(since).toEqual([new Date(noon - 24 * hour).toISOString(), new Date(vendorTime - hour / 4).toISOString()]);
  });

  it('goes on without a gap when this machine’s clock was set back', async () => {
    const server = await serveVendor((request) => ({
      ...pagesOf('langfuse', 100)(request),
      headers: { date: new Date(noon).toUTCString() },
    }));
    const store = openTraceStore(':memory:');
    await runImport('langfuse', server.url, { store });
    const back = await runImport('langfuse', server.url, { store, clock: jumpingClock(noon - 5 * hour) });
    expect(back.since).toBeLessThan(back.until);
    const later = await runImport('langfuse', server.url, { store });
    expect(later.since).toBe(noon - hour / 4);
  });

  it('finishes the interrupted time first, then reads what has come since', async () => {
    const controller = new AbortController();
    const server = await serveVendor(pagesOf('datadog', 1));
    const store = openTraceStore(':memory:');
    const stopped = failureOf(
      runImport('datadog', server.url, {
        store,
        pageSize: 1,
        signal: controller.signal,
        onPage: () => controller.abort(new Error('stopped')),
      }),
    );
    expect((await stopped)?.message).toBe('stopped');
    const later = await runImport('datadog', server.url, { store, clock: jumpingClock(noon + 2 * hour) });
    expect(later).toMatchObject({ resumed: true, since: noon - 24 * hour, until: noon + 2 * hour });
    const windows = server.seen.map(({ body }) => JSON.parse(body.toString()).data.attributes.filter.from as string);
    expect(windows).toEqual(
      [noon - 24 * hour, noon - 24 * hour, noon - hour / 4, noon - hour / 4].map((time) => new Date(time).toISOString()),
    );
  });

  it('begins the time anew when the vendor has forgotten the cursor', async () => {
    const pages = pagesOf('langfuse', 4);
    let isBroken = true;
    const server = await serveVendor((request) => {
      if (!request.path.includes('page-')) return pages(request);
      if (isBroken) return { status: 500 };
      return server.seen.length < 9 ? { status: 400, body: 'unknown cursor' } : pages(request);
    });
    const store = openTraceStore(':memory:');
    await failureOf(runImport('langfuse', server.url, { store }));
    isBroken = false;
    const second = await runImport('langfuse', server.url, { store });
    expect(second).toMatchObject({ resumed: true, added: 8, known: 4 });
  });

  it('asks for fewer records while an answer is too long', async () => {
    const server = await serveVendor((request) =>
      pagesOf('datadog', JSON.parse(request.body.toString()).data.attributes.page.limit as number)(request),
    );
    expect(await runImport('datadog', server.url, { pageSize: 2, longestBytes: 900 })).toMatchObject({ added: 2, pages: 2 });
  });

  it('refuses a vendor that gives the same page for ever', async () => {
    const server = await serveVendor(() => ({ body: { data: [], meta: { cursor: 'page-1' } } }));
    expect((await failureOf(runImport('langfuse', server.url)))?.message).toContain('keeps returning the same page');
    expect(server.seen).toHaveLength(2);
  });

  it('counts and names what it cannot read, and keeps the rest', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const good = JSON.stringify(recordsOf('datadog')[0]);
    const server = await serveVendor(() => ({
      body: `{"data":[7,{"id":"x","attributes":{}},{"id":"deep","attributes":${deep}},${good}]}`,
    }));
    const { added, unread } = await runImport('datadog', server.url);
    expect(added).toBe(1);
    expect(unread).toEqual([
      { reason: 'the record is not a JSON object', count: 1, kept: false, examples: ['record 1'] },
      { reason: 'the span has no trace id or no span id', count: 1, kept: false, examples: ['x'] },
      { reason: 'the record nests too deeply', count: 1, kept: false, examples: ['deep'] },
    ]);
  });

  it('says what to check when something answers that is not the vendor', async () => {
    const server = await serveVendor(() => ({ body: '<html>login</html>' }));
    for (const name of answeredVendors)
      expect((await failureOf(runImport(name, server.url)))?.message).toContain(
        `${vendors[name].title} answered with something other than JSON`,
      );
  });

  it('reads more rows of one instant than Logfire gives at once, a row a line, each once, and whole traces of one agent', async () => {
    // Answers with what a database makes of the importer's own SQL, over the time that is asked for.
    const database = new DatabaseSync(':memory:');
    database.exec(`CREATE TABLE stored (${logfireColumns.join(', ')})`);
    const insert = database.prepare(`INSERT INTO stored VALUES (${logfireColumns.map(() => '?').join(', ')})`);
    const sample = { ...logfireRows[0], attributes: '{}' };
    const add = (row: JsonObject) => insert.run(...logfireColumns.map((column) => ({ ...sample, ...row })[column] as SQLInputValue));
    for (let number = 1250; number >= 1; number -= 1) {
      // Whole milliseconds, because this database compares texts. Only the run names the agent; each third is the clerk's.
      const agent = { agent_name: number % 3 === 0 ? 'clerk' : 'underwriter' };
      const ids = { trace_id: traceId(number), span_id: spanId(1), start_timestamp: '2026-11-20T10:00:00.123Z' };
      add({ ...ids, attributes: JSON.stringify(agent) });
      add({ ...ids, kind: 'span_event', span_id: spanId(2) });
      add({ ...ids, span_id: spanId(3), parent_span_id: spanId(1), start_timestamp: '2026-11-20T10:00:02.123Z' });
    }
    const server = await serveVendor(({ body }) => {
      const { sql, min_timestamp: from, max_timestamp: to } = JSON.parse(body.toString()) as Record<string, string>;
      database.exec('DROP VIEW IF EXISTS records');
      database.exec(`CREATE VIEW records AS SELECT * FROM stored WHERE start_timestamp BETWEEN '${from}' AND '${to}'`);
      const rows = database.prepare(sql ?? '').all();
      return { headers: { 'content-type': 'application/x-ndjson' }, body: rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
    });
    const since = Date.parse('2026-11-20T00:00:00Z');
    const store = openTraceStore(':memory:');
    const first = await runImport('logfire', server.url, { pageSize: 500, since, agent: 'clerk', store });
    expect(first).toMatchObject({ added: 832, known: 0, unread: [] });
    expect(await store.list({ agent: 'underwriter' })).toEqual([]);
    expect(await runImport('logfire', server.url, { pageSize: 500, since, store })).toMatchObject({ added: 2500 - 832, known: 832 });
    expect((await store.list({ limit: 2000 })).every(({ spans }) => spans === 2)).toBe(true);
    database.close();
  });

  it('asks for one agent in the vendor’s own way, whatever its name holds', async () => {
    const agent = "o'brien'; --";
    const server = await serveVendor((request) => pagesOf(request.path.startsWith('/v2') ? 'logfire' : 'braintrust', 100)(request));
    await runImport('logfire', server.url, { agent, pageSize: 100 });
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '').sql).toContain("attributes->>'agent_name' = 'o''brien''; --'");
    await runImport('braintrust', server.url, { agent, pageSize: 100 });
    expect(JSON.parse(server.seen[1]?.body.toString() ?? '').query).toContain("span_attributes.name = 'o''brien''; --'");
    // Langfuse leaves the window of the query out where there is a filter, so it stands in it.
    const langfuse = await serveVendor(pagesOf('langfuse', 100));
    const since = noon - hour;
    await runImport('langfuse', langfuse.url, { agent, since, until: noon });
    const asked = new URL(langfuse.seen[0]?.path ?? '', langfuse.url).searchParams;
    expect([asked.has('fromStartTime'), asked.has('toStartTime')]).toEqual([false, false]);
    expect(JSON.parse(asked.get('filter') ?? '')).toEqual([
      { type: 'string', column: 'traceName', operator: '=', value: agent },
      { type: 'datetime', column: 'startTime', operator: '>=', value: new Date(since).toISOString() },
      { type: 'datetime', column: 'startTime', operator: '<', value: new Date(noon).toISOString() },
    ]);
  });
});
