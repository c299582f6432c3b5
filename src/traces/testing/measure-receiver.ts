import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresAddress } from '../../database/postgres/postgres-address.ts';
import { receiveTraces } from '../receiver/receive-traces.ts';
import { openSharedTraceStore, openTraceStore } from '../store/open-trace-store.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { otlpTrace } from './generate-spans.ts';

/*
 * Whether the receiver keeps up with a sender in another process, and whether every span that was acknowledged is stored, also when the
 * receiver is killed (-9) in the middle and started again:
 *   node src/traces/testing/measure-receiver.ts 5000 60 3        spans a second, seconds, times that it is killed
 * Into PostgreSQL where DOCKET_STORE names an empty database and a role that is no superuser.
 * Ends with 1 when an acknowledged span is missing. Receiver, sender and this process are three.
 */

const spansARequest = 500;
const spansATrace = 5;
const tracesARequest = spansARequest / spansATrace;

interface Message {
  resourceSpans: { scopeSpans: { spans: unknown[] }[] }[];
}

/** What the sender tells at its end. */
interface Sent {
  readonly requests: number;
  /** Numbers of the requests that were answered with 200. */
  readonly acknowledged: readonly number[];
  /** Tries that failed, because there was no receiver or it was killed over them. */
  readonly failedTries: number;
  readonly seconds: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

function body(firstTrace: number): string {
  const messages = Array.from({ length: tracesARequest }, (_, index) => otlpTrace(firstTrace + index, spansATrace) as Message);
  const [whole] = messages;
  const scope = whole?.resourceSpans[0]?.scopeSpans[0];
  if (scope) scope.spans = messages.flatMap((message) => message.resourceSpans[0]?.scopeSpans[0]?.spans ?? []);
  return JSON.stringify(whole);
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Sends at an even pace and does not wait for answers, as many senders together would; tries again until it is acknowledged, as exporters do. */
async function send(url: string, rate: number, seconds: number): Promise<Sent> {
  const latencies: number[] = [];
  const acknowledged: number[] = [];
  let failedTries = 0;
  const start = performance.now();
  const sendOne = async (number: number) => {
    const content = body(number * tracesARequest);
    const headers = { 'content-type': 'application/json' };
    for (let tries = 1; tries <= 100; tries += 1) {
      const sent = performance.now();
      const status = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: content }).then(
        (answer) => answer.arrayBuffer().then(() => answer.status),
        () => undefined,
      );
      if (status === 200) {
        acknowledged.push(number);
        latencies.push(performance.now() - sent);
        return;
      }
      failedTries += 1;
      await pause(200);
    }
  };
  const requests = Math.ceil((rate * seconds) / spansARequest);
  const open: Promise<void>[] = [];
  for (let number = 0; number < requests; number += 1) {
    const wait = start + (number * spansARequest * 1000) / rate - performance.now();
    if (wait > 0) await pause(wait);
    open.push(sendOne(number));
  }
  await Promise.all(open);
  latencies.sort((one, other) => one - other);
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  const took = Math.round(performance.now() - start) / 1000;
  return { requests, acknowledged, failedTries, seconds: took, medianMs: at(0.5), p99Ms: at(0.99) };
}

async function openStore(file: string): Promise<TraceStore> {
  const shared = postgresAddress(process.env);
  return shared ? openSharedTraceStore(shared) : openTraceStore(file);
}

/** Receives until it is told to stop, or killed. */
async function receive(database: string, port: number): Promise<void> {
  const store = await openStore(database);
  const receiver = await receiveTraces(store, { host: '127.0.0.1', port });
  process.send?.({ url: receiver.url });
  await once(process, 'message');
  await receiver.close();
  await store.close();
  process.send?.({ peakMB: Math.round(process.resourceUsage().maxRSS / 1024) });
  process.disconnect();
}

function role(...words: readonly (string | number)[]): ChildProcess {
  return fork(fileURLToPath(import.meta.url), words.map(String));
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}

async function measure(rate: number, seconds: number, kills: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-measure-'));
  try {
    const database = join(folder, 'traces.db');
    let receiver = role('receive', database, 0);
    const { url } = await answerOf<{ url: string }>(receiver);
    const sender = role('send', url, rate, seconds);
    const sending = answerOf<Sent>(sender);
    for (let kill = 0; kill < kills; kill += 1) {
      await pause((seconds * 1000) / (kills + 1));
      receiver.kill('SIGKILL');
      await once(receiver, 'exit');
      receiver = role('receive', database, new URL(url).port);
      await answerOf(receiver);
    }
    const { acknowledged, requests, ...figures } = await sending;
    receiver.send('stop');
    const { peakMB } = await answerOf<{ peakMB: number }>(receiver);
    const store = await openStore(database);
    let missing = 0;
    for (const number of acknowledged) {
      for (let trace = number * tracesARequest; trace < (number + 1) * tracesARequest; trace += 1) {
        missing += spansATrace - (await store.spans((trace + 1).toString(16).padStart(32, '0'))).length;
      }
    }
    const stored = (await store.query('SELECT count(*) FROM spans', { rows: 1, milliseconds: 60_000 })).rows[0]?.[0];
    await store.close();
    const counts = { sent: requests * spansARequest, acknowledged: acknowledged.length * spansARequest, missing, stored, kills };
    console.log(JSON.stringify({ ...counts, ...figures, receiverPeakMB: peakMB }, null, 2));
    if (missing > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first = '5000', second = '60', third = '0', fourth = '60'] = process.argv.slice(2);
if (first === 'receive') await receive(second, Number(third));
else if (first === 'send') {
  process.send?.(await send(second, Number(third), Number(fourth)));
  process.disconnect();
} else await measure(Number(first), Number(second), Number(third));
