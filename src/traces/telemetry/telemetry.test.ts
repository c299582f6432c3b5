import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import { receiveTraces } from '../receiver/receive-traces.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { startTelemetry } from './telemetry.ts';
import type { TelemetryEnvironment } from './telemetry-settings.ts';

const key = 'sk-ant-api03-0123456789abcdef';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A store that stays open when telemetry closes it, so that a test can look into it. */
function openStore(): TraceStore {
  const store = openTraceStore(':memory:');
  closing.push(() => store.close());
  return new Proxy(store, { get: (target, name) => (name === 'close' ? () => {} : Reflect.get(target, name)?.bind(target)) });
}

async function receiver() {
  const store = openStore();
  const { url, counts, close } = await receiveTraces(store, { host: '127.0.0.1', port: 0, token: 'a-token-of-the-receiver' });
  closing.push(close);
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20a-token-of-the-receiver' };
  return { store, counts, environment };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts the recording, makes a span, and ends the recording. */
async function record(options: { environment: TelemetryEnvironment; openStore?: () => TraceStore }, text = 'said') {
  const warnings: string[] = [];
  const telemetry = await startTelemetry({ ...options, warn: (message) => warnings.push(message) });
  const span = trace
    .getTracer('docket')
    .startSpan('invoke_agent clerk', { attributes: { 'gen_ai.operation.name': 'invoke_agent', said: text, all: [text, 'b'] } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: text }).addEvent('event', { said: text });
  span.end();
  await telemetry.close();
  return { warnings, traceId: span.spanContext().traceId, recorded: span.isRecording() };
}

describe('where traces go', () => {
  test('to the local store alone when nobody else is named', async () => {
    const store = openStore();
    const before = Date.now();
    const { traceId, warnings } = await record({ environment: {}, openStore: () => store });
    expect(warnings).toEqual([]);
    const [span] = await store.spans(traceId);
    expect(span).toMatchObject({
      name: 'invoke_agent clerk',
      scope: 'docket',
      parentSpanId: null,
      statusCode: 'error',
      statusMessage: 'said',
      attributes: { said: 'said', all: ['said', 'b'] },
      resource: { 'service.name': 'docket' },
      events: [{ name: 'event', attributes: { said: 'said' } }],
    });
    const ended = Number((span?.endUnixNano ?? 0n) / 1_000_000n);
    expect(ended).toBeGreaterThanOrEqual(before);
    expect(ended).toBeLessThanOrEqual(Date.now());
  });

  test('to the receiver of OTEL_EXPORTER_OTLP_ENDPOINT as well, with its headers, and nothing but traces', async () => {
    const { store: received, counts, environment } = await receiver();
    const store = openStore();
    const { traceId, warnings } = await record({ environment, openStore: () => store });
    expect(warnings).toEqual([]);
    expect(await received.spans(traceId)).toMatchObject([{ attributes: { said: 'said' }, resource: { 'service.name': 'docket' } }]);
    expect(await store.spans(traceId)).toHaveLength(1);
    expect(counts).toMatchObject({ requests: 1, added: 1, refused: 0 });
    // Neither the machine nor its user nor the command line is told to anybody.
    expect(Object.keys((await received.spans(traceId))[0]?.resource ?? {}).filter((name) => /^(host|process|os)\./.test(name))).toEqual([]);
  });

  test('under the name and with the attributes that OpenTelemetry has variables for', async () => {
    const { store, environment } = await receiver();
    const named = { ...environment, OTEL_SERVICE_NAME: 'loans', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test' };
    const { traceId } = await record({ environment: named });
    expect((await store.spans(traceId))[0]?.resource).toMatchObject({ 'service.name': 'loans', 'deployment.environment.name': 'test' });
    expect(process.env.OTEL_SERVICE_NAME).toBeUndefined();
    const local = openStore();
    const kept = await record({ environment: { OTEL_SERVICE_NAME: 'loans' }, openStore: () => local });
    expect((await local.spans(kept.traceId))[0]?.resource).toMatchObject({ 'service.name': 'loans' });
  });

  test.each([
    ['always_off', undefined, 0],
    ['parentbased_traceidratio', '0', 0],
    ['traceidratio', '1.0', 1],
    ['traceidratio', undefined, 1],
  ])('to the receiver by OTEL_TRACES_SAMPLER=%s with %s, and always to the local store', async (sampler, argument, sent) => {
    const { store: received, environment } = await receiver();
    const store = openStore();
    const sampled = { ...environment, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument };
    const { traceId, warnings } = await record({ environment: sampled, openStore: () => store });
    expect(warnings).toEqual([]);
    expect(await store.spans(traceId)).toHaveLength(1);
    expect(await received.spans(traceId)).toHaveLength(sent);
  });

  test.each<[string, TelemetryEnvironment, RegExp]>([
    [
      'an address without a scheme',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
      /^Traces are not sent: OTEL_EXPORTER_OTLP_ENDPOINT is/,
    ],
    [
      'no address',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '://key-0123456789', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      /^Traces are not sent: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not an http\(s\) URL\. Set it to the receiver, for example http/,
    ],
    ['another exporter', { OTEL_TRACES_EXPORTER: 'console' }, /^OTEL_TRACES_EXPORTER names console; only otlp and none are supported\.$/],
  ])('nowhere else than the local store with %s, and that is said', async (_name, environment, warning) => {
    const store = openStore();
    const { traceId, warnings } = await record({ environment, openStore: () => store });
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    expect(warnings.join()).not.toContain('key-0123456789');
    expect(await store.spans(traceId)).toHaveLength(1);
  });

  test('and nothing of it to stdout, whatever OTEL_LOG_LEVEL says', async () => {
    const { environment } = await receiver();
    const printed = [vi.spyOn(console, 'debug'), vi.spyOn(console, 'info'), vi.spyOn(console, 'log')];
    await record({ environment: { ...environment, OTEL_LOG_LEVEL: 'all' } });
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test.each<[string, TelemetryEnvironment]>([
    ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }],
    ['no destination', {}],
    ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }],
  ])('nowhere with %s', async (_name, environment) => {
    expect(await record({ environment })).toMatchObject({ recorded: false, warnings: [] });
  });

  test('nowhere of our own while another SDK records', async () => {
    const store = openStore();
    const outer = await startTelemetry({ environment: {}, openStore: () => store, warn: expect.unreachable });
    closing.push(() => outer.close());
    const inner = await startTelemetry({ environment: {}, openStore: () => expect.unreachable(), warn: expect.unreachable });
    await inner.close();
    expect(trace.getTracer('docket').startSpan('still recorded').isRecording()).toBe(true);
  });
});

test('no key reaches a trace, whatever it is said in', async () => {
  const { store: received, environment } = await receiver();
  const store = openStore();
  const secrets = { ANTHROPIC_API_KEY: 'not-the-usual-form-of-a-key', DATABASE_PASSWORD: 'a-password-of-12' };
  const said = `${secrets.ANTHROPIC_API_KEY} ${key} a-token-of-the-receiver ${secrets.DATABASE_PASSWORD} and postgres://me:pass:w0rd@db:5432/x at http://h:80/p?q=a@b`;
  const { traceId } = await record({ environment: { ...environment, ...secrets }, openStore: () => store }, said);
  for (const spans of [await store.spans(traceId), await received.spans(traceId)]) {
    const text = JSON.stringify(spans, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain(
      '[key removed] [key removed] [key removed] [key removed] and postgres://me:[key removed]@db:5432/x at http://h:80/p?q=a@b',
    );
    for (const secret of [...Object.values(secrets), key, 'a-token-of-the-receiver', 'pass:w0rd']) expect(text).not.toContain(secret);
  }
});

describe('a receiver that fails', () => {
  test.each<[string, () => Promise<string> | string, RegExp]>([
    [
      'is not there',
      () => 'http://127.0.0.1:9/with?key=secret-in-the-address',
      /^1 of 1 span of this run could not be sent to 127\.0\.0\.1:9: \S/,
    ],
    ['never answers', () => listen(createServer(() => {})), /could not be sent to 127\.0\.0\.1:\d+: \S/],
    [
      'refuses',
      () => listen(createServer((_, response) => void response.writeHead(401).end('go away'))),
      /could not be sent to 127\.0\.0\.1:\d+: 401 Unauthorized; check OTEL_EXPORTER_OTLP_HEADERS\.$/,
    ],
    [
      'asks for patience',
      () => listen(createServer((_, response) => void response.writeHead(503, { 'retry-after': '3600' }).end())),
      /could not be sent to 127\.0\.0\.1:\d+: it is busy or out of service/,
    ],
  ])('is not waited for when it %s, and the local store has the trace', async (_name, address, warning) => {
    const store = openStore();
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: await address(),
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      DOCKET_TEST_TOKEN: 'secret-in-the-address',
    };
    const { warnings, traceId } = await record({ environment, openStore: () => store });
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    expect(warnings.join()).not.toContain('secret-in-the-address');
    expect(await store.spans(traceId)).toHaveLength(1);
  });

  test('or is to be spoken to in another protocol gets the one that is spoken here, and that is said', async () => {
    const { store, environment } = await receiver();
    for (const [name, value] of [
      ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
      ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json'],
    ] as const) {
      const { warnings, traceId } = await record({ environment: { ...environment, [name]: value } });
      expect(warnings).toEqual([expect.stringContaining(`as http/protobuf; ${name}=${value} is not supported`)]);
      expect(await store.spans(traceId)).toHaveLength(1);
    }
  });

  test('or is slower than the runs gets what it takes; the rest is counted and does not pile up', async () => {
    const { counts, environment } = await receiver();
    const warnings: string[] = [];
    const patient = { ...environment, OTEL_EXPORTER_OTLP_TIMEOUT: '60000' };
    const telemetry = await startTelemetry({ environment: patient, warn: (message) => warnings.push(message) });
    for (let number = 0; number < 20_000; number += 1) trace.getTracer('docket').startSpan('quick').end();
    await telemetry.close();
    const lost = Number(
      /^([\d,]+) of 20,000 spans .* they came faster than they could be sent\.$/.exec(warnings.join())?.[1]?.replace(',', ''),
    );
    expect(lost).toBeGreaterThan(10_000);
    expect(counts.added).toBe(20_000 - lost);
  });
});

test('a store that cannot be opened or written is said, and the run goes on', async () => {
  const closed = openTraceStore(':memory:');
  await closed.close();
  expect((await record({ environment: {}, openStore: () => closed })).warnings).toEqual([
    expect.stringMatching(/^1 of 1 span of this run could not be stored: /),
  ]);
  const failing = () => {
    throw new DocketError('the disk is gone');
  };
  expect((await record({ environment: {}, openStore: failing })).warnings).toEqual(['This run leaves no trace: the disk is gone']);
});
