import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRequest } from '../otlp/decode-request.ts';
import { runFacts } from '../run-facts.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { otlpTrace } from './generate-spans.ts';

/*
 * How long it takes to read what `docket traces summary` adds up, of so many traces of five spans:
 *   node src/traces/testing/measure-summary.ts 100000
 */
const traces = Number(process.argv[2] ?? 100_000);
const atATime = 1_000;
const folder = mkdtempSync(join(tmpdir(), 'docket-summary-'));
try {
  const store = openTraceStore(join(folder, 'traces.db'));
  for (let first = 0; first < traces; first += atATime) {
    const some = Array.from({ length: Math.min(atATime, traces - first) }, (_, index) => JSON.stringify(otlpTrace(first + index)));
    await store.saveSpans(
      some.flatMap((text) => decodeRequest(Buffer.from(text), 'json').spans),
      { source: 'otlp' },
    );
  }
  const start = performance.now();
  const cpu = process.cpuUsage();
  let calls = 0;
  for await (const { spans } of store.runs({})) calls += runFacts(spans).calls.length;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ traces, calls, ms: Math.round(performance.now() - start), cpuMs: Math.round((user + system) / 1000) }));
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
