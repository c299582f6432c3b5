import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { receiveTraces } from '../receiver/receive-traces.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { otlpTrace } from './generate-spans.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * What a receiver in a process of its own makes of requests that are small on the wire and large in memory, while an honest sender goes on:
 *   node src/traces/testing/measure-bombs.ts 80 blanks        how many at once, and of which kind (one of `bombs`; all of them when not said)
 * Linux only: memory is read from /proc.
 */

const mebibyte = 1024 * 1024;
const manySpans = (attributes: readonly object[]) =>
  JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'n', attributes }] }] }],
  });
const numbered = (count: number, text: (number: number) => string) => Array.from({ length: count }, (_, number) => text(number)).join(',');

const bombs: Readonly<Record<string, () => string>> = {
  blanks: () => `${' '.repeat(63 * mebibyte)}{}`,
  'blanks that fit': () => `${' '.repeat(15 * mebibyte)}{}`,
  brackets: () => '['.repeat(15 * mebibyte),
  objects: () => `{"resourceSpans":[${'{},'.repeat(5_000_000)}{}]}`,
  'keys that fit': () => `{${numbered(580_000, (number) => `"${number.toString(36)}":1`)}}`,
  'texts that fit': () => `{"x":[${numbered(1_100_000, (number) => `"${number.toString(36)}"`)}]}`,
  'one long text': () => manySpans([{ key: 'k', value: { stringValue: 'a'.repeat(15 * mebibyte) } }]),
  'one long wide text': () => manySpans([{ key: 'k', value: { stringValue: '漢'.repeat(5 * mebibyte) } }]),
  attributes: () =>
    manySpans(Array.from({ length: 160_000 }, (_, number) => ({ key: `k${number}`, value: { stringValue: `v${number}` } }))),
};

/** Megabytes that a process has, and the most that it had. */
function memoryOf(pid: number | undefined): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function receive(database: string): Promise<void> {
  const store = openTraceStore(database);
  const receiver = await receiveTraces(store, { host: '127.0.0.1', port: 0 });
  process.send?.(receiver.url);
  await once(process, 'message');
  await receiver.close();
  await store.close();
  process.disconnect();
}

async function measure(kind: string, text: () => string, count: number): Promise<void> {
  using folder = temporaryFolder();
  const receiver: ChildProcess = fork(fileURLToPath(import.meta.url), ['receive', folder.file('traces.db')]);
  const [url] = (await once(receiver, 'message')) as [string];
  const post = async (body: Uint8Array<ArrayBuffer>) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    return fetch(`${url}/v1/traces`, { method: 'POST', headers, body }).then(({ status }) => status);
  };
  const bomb = new Uint8Array(gzipSync(text()));
  const before = memoryOf(receiver.pid).now;
  const honest: number[] = [];
  let goesOn = true;
  const traffic = (async () => {
    for (let number = 0; goesOn; number += 1) {
      honest.push(await post(new Uint8Array(gzipSync(JSON.stringify(otlpTrace(number))))));
      await pause(20);
    }
  })();
  const answers = await Promise.all(Array.from({ length: count }, () => post(bomb)));
  goesOn = false;
  await traffic;
  const { peak } = memoryOf(receiver.pid);
  await pause(1000);
  const tally = (statuses: readonly number[]) =>
    [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => `${all.length} × ${status}`).join(', ');
  console.log(
    `| ${kind} | ${(bomb.length / 1024).toFixed(0)} KB × ${count} | ${tally(answers)} | ${tally(honest)} | ${before} | ${peak} | ${memoryOf(receiver.pid).now} |`,
  );
  receiver.send('end');
  await once(receiver, 'exit');
}

const [first = '20', second] = process.argv.slice(2);
if (first === 'receive') await receive(second ?? '');
else {
  console.log(
    '| kind | sent | answers | honest requests meanwhile | MB before | most MB | MB a second later |\n|---|---|---|---|---|---|---|',
  );
  for (const [kind, text] of Object.entries(bombs)) if (second === undefined || kind === second) await measure(kind, text, Number(first));
}
