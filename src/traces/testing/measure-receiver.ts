import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { receiveTraces } from '../receiver/receive-traces.ts';
import { openTraceStore } from '../trace-store.ts';
import { otlpTrace } from './generate-spans.ts';

/*
 * Whether the receiver keeps up with a sender in another process, and whether everything that was acknowledged is stored:
 *   node src/traces/testing/measure-receiver.ts 5000 60        spans a second, seconds
 */

const spansARequest = 500;
const spansATrace = 5;

interface Message {
  resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
}

function body(firstTrace: number): string {
  const messages = Array.from({ length: spansARequest / spansATrace }, (_, index) => otlpTrace(firstTrace + index, spansATrace) as Message);
  const [whole] = messages;
  const scope = whole?.resourceSpans[0]?.scopeSpans[0];
  if (scope) scope.spans = messages.flatMap((message) => message.resourceSpans[0]?.scopeSpans[0]?.spans ?? []);
  return JSON.stringify(whole);
}

/** Sends at an even pace and does not wait for answers, as many senders together would. */
async function send(url: string, rate: number, seconds: number): Promise<void> {
  const latencies: number[] = [];
  const open: Promise<void>[] = [];
  let acknowledged = 0;
  const start = performance.now();
  const requests = (rate * seconds) / spansARequest;
  for (let number = 0; number < requests; number += 1) {
    const wait = start + (number * spansARequest * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sent = performance.now();
    const content = body((number * spansARequest) / spansATrace);
    open.push(
      fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: content }).then(async (answer) => {
        await answer.arrayBuffer();
        if (answer.status === 200) acknowledged += spansARequest;
        latencies.push(performance.now() - sent);
      }),
    );
  }
  await Promise.allSettled(open);
  latencies.sort((one, other) => one - other);
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  const took = Math.round(performance.now() - start) / 1000;
  process.send?.({ sent: requests * spansARequest, acknowledged, seconds: took, medianMs: at(0.5), p99Ms: at(0.99) });
}

const [first, second, url] = process.argv.slice(2);
const rate = Number(first ?? 5000);
const seconds = Number(second ?? 60);
if (process.send && url) {
  await send(url, rate, seconds);
  process.disconnect();
} else {
  const folder = mkdtempSync(join(tmpdir(), 'docket-measure-'));
  try {
    const store = openTraceStore(join(folder, 'traces.db'));
    const receiver = await receiveTraces(store, { host: '127.0.0.1', port: 0 });
    const child = fork(fileURLToPath(import.meta.url), [String(rate), String(seconds), receiver.url]);
    const [figures] = (await once(child, 'message')) as [object];
    await receiver.close();
    const stored = store.query('SELECT count(*) FROM spans', { rows: 1, milliseconds: 60_000 }).rows[0]?.[0];
    console.log(JSON.stringify({ ...figures, stored, peakMB: Math.round(process.resourceUsage().maxRSS / 1024) }, null, 2));
    store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
