import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import { requestType, responseType, statusType } from '../otlp/trace-schema.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { otlpTrace } from '../testing/generate-spans.ts';
import { traceId } from '../testing/raw-span.ts';
import { type Receiver, type ReceiverOptions, receiveTraces } from './receive-traces.ts';

const open: { readonly receiver: Receiver; readonly store: TraceStore }[] = [];

afterEach(async () => {
  for (const { receiver, store } of open.splice(0)) {
    await receiver.close();
    await store.close();
  }
});

async function receiving(options: Partial<ReceiverOptions> = {}, store = openTraceStore(':memory:')) {
  const receiver = await receiveTraces(store, { host: '127.0.0.1', port: 0, ...options });
  open.push({ receiver, store });
  const post = (body: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${receiver.url}/v1/traces`, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { receiver, store, post };
}

const protobuf = { 'content-type': 'application/x-protobuf' };
const one = JSON.stringify(otlpTrace(0));

/** One span in protobuf. */
function protobufBody(spanIdBytes = 8): Uint8Array {
  const span = { traceId: Buffer.alloc(16, 7), spanId: Buffer.alloc(spanIdBytes, 9), name: Buffer.from('n') };
  return requestType.encode(requestType.fromObject({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })).finish();
}

async function statusOf(response: Response) {
  return statusType.decode(new Uint8Array(await response.arrayBuffer())).toJSON() as { code: number; message: string };
}

describe('receiveTraces', () => {
  it('stores JSON and protobuf, packed or not, and answers in the same encoding', async () => {
    const { store, post, receiver } = await receiving();
    const json = await post(one);
    expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([200, 'application/json', '{}']);
    const binary = await post(gzipSync(protobufBody()), { ...protobuf, 'content-encoding': 'gzip' });
    expect([binary.status, binary.headers.get('content-type'), (await binary.arrayBuffer()).byteLength]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
    expect((await store.list({})).map((trace) => [trace.traceId, trace.spans])).toEqual([
      ['07'.repeat(16), 1],
      [traceId(1), 5],
    ]);
    expect((await post(one)).status).toBe(200);
    expect(receiver.counts).toEqual({ requests: 3, added: 6, known: 5, rejected: 0, logs: 0, lostLogs: 0, ignored: 0, refused: 0 });
  });

  it('accepts metrics, which are sent to the same place, keeps nothing of them and says so', async () => {
    const paths: string[] = [];
    const { receiver, store } = await receiving({ onIgnored: (path) => paths.push(path) });
    const answer = await fetch(`${receiver.url}/v1/metrics`, {
      method: 'POST',
      body: gzipSync(protobufBody()),
      headers: { ...protobuf, 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(200);
    expect(responseType.decode(new Uint8Array(await answer.arrayBuffer())).toJSON()).toEqual({
      partialSuccess: { errorMessage: 'Metrics are not kept here.' },
    });
    expect(paths).toEqual(['/v1/metrics']);
    expect(receiver.counts).toMatchObject({ requests: 1, ignored: 1, added: 0, refused: 0 });
    expect(await store.list({})).toEqual([]);
  });

  it('takes log records with messages, says which it does not keep, and joins them with their spans', async () => {
    const { receiver, store, post } = await receiving();
    const event = (traceId: string, name: string) => ({
      traceId,
      spanId: '0000000000000001',
      eventName: name,
      body: { stringValue: 'word' },
    });
    const logs = (records: readonly object[]) =>
      fetch(`${receiver.url}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }),
      });
    const answer = await logs([event(traceId(1), 'gen_ai.choice'), event(traceId(1), 'request.served')]);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedLogRecords: '1', errorMessage: '1× A log record holds no message of an agent.' } },
    ]);
    expect(receiver.counts).toMatchObject({ logs: 1, lostLogs: 1, rejected: 0, refused: 0 });
    await post(one);
    expect((await store.spans(traceId(1))).flatMap(({ events }) => events.map(({ name }) => name))).toEqual(['gen_ai.choice']);
    expect(await (await logs([event(traceId(1), 'gen_ai.choice')])).text()).toBe('{}');
    expect((await logs([])).status).toBe(200);
    const broken = await fetch(`${receiver.url}/v1/logs`, { method: 'POST', headers: protobuf, body: 'nonsense' });
    expect(broken.status).toBe(400);
  });

  it('keeps the spans that can be kept, and says how many cannot', async () => {
    const { post, store } = await receiving();
    const request = JSON.parse(one);
    request.resourceSpans[0].scopeSpans[0].spans[1].spanId = 'short';
    const answer = await post(JSON.stringify(request));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('span id') } },
    ]);
    expect((await store.list({}))[0]?.spans).toBe(4);
    const binary = await post(protobufBody(3), protobuf);
    expect(responseType.decode(new Uint8Array(await binary.arrayBuffer())).toJSON()).toMatchObject({
      partialSuccess: { rejectedSpans: '1' },
    });
  });

  it('answers 400 with a Status in the encoding of the request when it cannot be decoded', async () => {
    const { post } = await receiving();
    const binary = await post('nonsense', protobuf);
    expect(binary.status).toBe(400);
    expect(await statusOf(binary)).toMatchObject({ code: 3, message: expect.stringContaining('protobuf') });
    const json = await post('nonsense');
    expect([json.status, await json.json()]).toEqual([400, { code: 3, message: 'The body is not JSON.' }]);
    expect((await post('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('answers 413 to more than 16 MiB, as sent or after decompression, without reading it all', async () => {
    const { post, receiver } = await receiving();
    const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(100_000);
    const packed = await post(bomb, { ...protobuf, 'content-encoding': 'gzip' });
    expect(packed.status).toBe(413);
    expect(await statusOf(packed)).toMatchObject({ code: 8 });
    expect(await announced(receiver.url, 16 * 1024 * 1024 + 1)).toBe(413);
    expect((await post(one)).status).toBe(200);
  });

  it('takes a bomb at a time, keeps no byte of them, and honest spans get through meanwhile', { tags: ['slow'] }, async () => {
    const { post, receiver, store } = await receiving();
    const bombs = [
      Buffer.concat([Buffer.alloc(63 * 1024 * 1024, 0x20), Buffer.from('{}')]),
      Buffer.alloc(8 * 1024 * 1024, '['),
      Buffer.from(`{"resourceSpans":[${'{},'.repeat(1_000_000)}{}]}`),
      Buffer.from(`{"resourceSpans":[],"x":[${'1,'.repeat(2_000_000)}1]}`),
    ].map((bomb) => gzipSync(bomb));
    const sent = Array.from({ length: 16 }, (_, index) => post(bombs[index % bombs.length] ?? '', { 'content-encoding': 'gzip' }));
    const honest = await Promise.all(Array.from({ length: 20 }, (_, number) => post(JSON.stringify(otlpTrace(number)))));
    expect(honest.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(413));
    expect(await store.list({ limit: 100 })).toHaveLength(20);
    expect(receiver.counts).toMatchObject({ added: 100, refused: 16 });
    // Nothing is held for them any more.
    expect((await post(gzipSync(JSON.stringify(otlpTrace(100, 2000))), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('says of a request without spans that nothing of it was kept, and of spans that were kept in part what is missing', async () => {
    const unused: string[] = [];
    const { post, store, receiver } = await receiving({ onUnused: (message) => unused.push(message) });
    const foreign = ['{"batches":[]}', '{"data":[{"traceID":"1","spans":[{}]}]}', '{"resource_spans":[]}', '{"traj":[{"role":"user"}]}'];
    for (const body of foreign) {
      const answer = await post(body);
      expect([answer.status, await answer.json()], body).toEqual([
        200,
        { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('has no "resourceSpans"') } },
      ]);
    }
    // A request with logs, in protobuf: the field of its own is not known here.
    const binary = await post(Buffer.from([0x0a, 0x05, 0x12, 0x03, 0x22, 0x01, 0x41]), protobuf);
    expect(responseType.decode(new Uint8Array(await binary.arrayBuffer())).toJSON()).toMatchObject({
      partialSuccess: { rejectedSpans: '1' },
    });
    expect(await store.list({})).toEqual([]);
    expect(receiver.counts).toMatchObject({ rejected: 5, refused: 0, added: 0 });
    expect(unused).toHaveLength(5);
    const partly = JSON.parse(one);
    partly.resourceSpans[0].scopeSpans[0].spans[1].status = { code: 77 };
    expect(await (await post(JSON.stringify(partly))).json()).toEqual({
      partialSuccess: { rejectedSpans: '0', errorMessage: '1 span kept in part: The status of the span is unknown.' },
    });
    expect(receiver.counts).toMatchObject({ rejected: 5, added: 5 });
  });

  it('answers 200 to what it understood only, and says what it did not take', async () => {
    const refused: string[] = [];
    const { post, store } = await receiving({ onRefused: (status, message) => refused.push(`${status} ${message}`) });
    const foreign = ['[{"resourceSpans":[]}]', 'null', '7'];
    const holders = [
      '{"resourceSpans":{}}',
      '{"resourceSpans":[7]}',
      '{"resourceSpans":[{"spans":[{}]}]}',
      '{"resourceSpans":[{"scopeSpans":[{"span":[1]}]}]}',
    ];
    for (const body of [...foreign, ...holders]) expect((await post(body)).status, body).toBe(400);
    expect((await post('{"resourceSpans":[]}'.replaceAll(/./g, '$&\0'))).status).toBe(400);
    expect(refused).toHaveLength(foreign.length + holders.length + 1);
    for (const empty of ['{}', '{"resourceSpans":[]}', '{"resourceSpans":[{"resource":{}}],"future":1}', `\uFEFF${one}`])
      expect((await post(empty)).status, empty).toBe(200);
    const old = one.replaceAll('scopeSpans', 'instrumentationLibrarySpans').replaceAll('"scope":', '"instrumentationLibrary":');
    expect(await (await post(old.replaceAll(traceId(1), 'f'.repeat(32)))).text()).toBe('{}');
    expect((await store.spans('f'.repeat(32))).map(({ scope }) => scope)).toEqual(
      (await store.spans(traceId(1))).map(({ scope }) => scope),
    );
    const mixed = JSON.parse(one);
    mixed.resourceSpans.push(null, { scopeSpans: [{ spans: [7, { traceId: 'zz' }] }, { spans: 'none' }] });
    const answer = await (await post(JSON.stringify(mixed))).json();
    expect(answer.partialSuccess.rejectedSpans).toBe('4');
    expect(answer.partialSuccess.errorMessage).toContain('1× A span is not an object.');
  });

  it('answers other paths, methods, types and encodings with what it expects', async () => {
    const { post, receiver } = await receiving();
    expect((await fetch(`${receiver.url}/v1/profiles`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await fetch(`${receiver.url}/v1/traces`)).status).toBe(405);
    expect((await post(one, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(one, { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post(gzipSync(one), { 'content-encoding': 'GZIP' })).status).toBe(200);
  });

  it('takes nothing from a web page that has no token, whatever it calls this machine', async () => {
    const page = { origin: 'http://rebound.example:4318' };
    const open = await receiving();
    expect((await open.post(one, page)).status).toBe(403);
    expect(await open.store.list({})).toEqual([]);
    const { post } = await receiving({ token: 'open sesame' });
    expect((await post(one, { ...page, authorization: 'Bearer open sesame' })).status).toBe(200);
  });

  it('does not wait for ever for a sender that stops in the middle, nor call it a fault', { tags: ['slow'] }, async () => {
    const errors: unknown[] = [];
    const { receiver, post } = await receiving({ onError: (error) => errors.push(error) });
    const { hostname, port } = new URL(receiver.url);
    const closed = Array.from({ length: 2 }, async (_, index) => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"a":');
      if (index === 0) socket.destroy();
      else await once(socket, 'close');
    });
    await closed[0];
    expect((await post(one)).status).toBe(200);
    await receiver.close();
    await Promise.all(closed);
    expect(errors).toEqual([]);
    expect(receiver.counts).toMatchObject({ added: 5, refused: 0 });
  });

  it('wants a token where others can reach it, and refuses any other', async () => {
    await expect(receiveTraces(openTraceStore(':memory:'), { host: '0.0.0.0', port: 0 })).rejects.toThrow(/DOCKET_TRACES_TOKEN/);
    const { post } = await receiving({ token: 'open sesame' });
    expect((await post(one)).status).toBe(401);
    expect((await post(one, { authorization: 'Bearer open sesam' })).status).toBe(401);
    expect((await post(one, { authorization: 'Bearer open sesame' })).status).toBe(200);
  });

  it('asks senders to come again when spans cannot be stored, and tells its owner why', async () => {
    const store = openTraceStore(':memory:');
    const errors: unknown[] = [];
    const { post } = await receiving({ onError: (error) => errors.push(error) }, store);
    await store.close();
    const answer = await post(one);
    expect([answer.status, answer.headers.get('retry-after'), (await answer.json()).message]).toEqual([
      503,
      '1',
      'The spans could not be stored.',
    ]);
    expect(errors).toHaveLength(1);
  });

  it('stores what many senders send at once, each span once', async () => {
    const { post, store } = await receiving();
    const bodies = Array.from({ length: 200 }, (_, number) => JSON.stringify(otlpTrace(number % 100)));
    const answers = await Promise.all(bodies.map((body) => post(body)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await store.list({ limit: 1000 })).map((trace) => trace.spans)).toEqual(Array(100).fill(5));
  });

  it('says that the port is taken', async () => {
    const { receiver } = await receiving();
    const again = receiveTraces(openTraceStore(':memory:'), { host: '127.0.0.1', port: Number(new URL(receiver.url).port) });
    await expect(again).rejects.toThrow(DocketError);
  });
});

/** Announces a body of that length, sends none of it, and gives the status of the answer. */
function announced(url: string, length: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}/v1/traces`, { method: 'POST', headers: { ...protobuf, 'content-length': length } }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
}
