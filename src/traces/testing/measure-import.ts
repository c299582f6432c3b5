import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { importOtlpFile } from '../importers/otlp-file.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { otlpTrace } from './generate-spans.ts';

/*
 * How long an import of many spans takes, beside plain JSON.parse of the same bytes, and how long the index of words, a list and a search
 * take afterwards:
 *   node src/traces/testing/measure-import.ts 1000000
 * The import runs in a process of its own, so that its memory is its own.
 */

const tracesALine = 10;
const spansATrace = 5;

interface Message {
  resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
}

async function writeFile(path: string, spans: number): Promise<void> {
  const out = createWriteStream(path);
  for (let first = 0; first < spans / spansATrace; first += tracesALine) {
    const messages = Array.from({ length: tracesALine }, (_, index) => otlpTrace(first + index, spansATrace) as Message);
    const [whole] = messages;
    const scope = whole?.resourceSpans[0]?.scopeSpans[0];
    if (scope) scope.spans = messages.flatMap((message) => message.resourceSpans[0]?.scopeSpans[0]?.spans ?? []);
    if (!out.write(`${JSON.stringify(whole)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function plainParse(path: string): Promise<number> {
  const start = performance.now();
  for await (const line of createInterface({ input: createReadStream(path) })) JSON.parse(line);
  return performance.now() - start;
}

async function measured<T>(work: () => T | Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: Math.round((performance.now() - start) * 10) / 10, value };
}

async function importFile(path: string, database: string): Promise<void> {
  const store = openTraceStore(database);
  const done = await measured(() => importOtlpFile(path, store, new AbortController().signal));
  const importPeakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  const index = await measured(async () => (await Array.fromAsync(store.indexText())).length);
  const { user, system } = process.cpuUsage();
  const cpuMs = Math.round((user + system) / 1000);
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  const list = await measured(async () => (await store.list({ limit: 50 })).length);
  const ofAgent = await measured(async () => (await store.list({ limit: 50, agent: 'underwriter' })).length);
  const search = await measured(async () => (await store.list({ text: 'customer 4711', limit: 50 })).length);
  await store.close();
  process.send?.({
    ...done.value,
    importMs: done.ms,
    indexMs: index.ms,
    cpuMs,
    importPeakMB,
    peakMB,
    listMs: list.ms,
    listOfAgentMs: ofAgent.ms,
    searchMs: search.ms,
  });
}

const [first, second] = process.argv.slice(2);
if (process.send && first && second) await importFile(first, second);
else {
  const folder = mkdtempSync(join(tmpdir(), 'docket-measure-'));
  try {
    const path = join(folder, 'spans.jsonl');
    const database = join(folder, 'traces.db');
    await writeFile(path, Number(first ?? 100_000));
    const parseMs = Math.round(await plainParse(path));
    const child = fork(fileURLToPath(import.meta.url), [path, database]);
    const [figures] = (await once(child, 'message')) as [{ importMs: number }];
    await once(child, 'exit');
    const ratio = Math.round((figures.importMs / parseMs) * 100) / 100;
    const megabytes = (file: string) => Math.round(statSync(file).size / 1e6);
    console.log(
      JSON.stringify({ fileMB: megabytes(path), storeMB: megabytes(database), plainParseMs: parseMs, ratio, ...figures }, null, 2),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
