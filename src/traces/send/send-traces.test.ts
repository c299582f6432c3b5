import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { decodeRequest } from '../otlp/decode-request.ts';
import { receiveTraces } from '../receiver/receive-traces.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { jumpingClock } from '../testing/jumping-clock.ts';
import { echoesOf, fixture, secrets, testKeys } from '../testing/vendor-answers.ts';
import { serveVendor } from '../testing/vendor-server.ts';
import { langfuseImporter } from '../vendors/langfuse/import.ts';
import { VendorClient } from '../vendors/vendor-client.ts';
import { readSettings } from '../vendors/vendor-settings.ts';
import { loadDestination, vendorsOf } from '../vendors/vendors.ts';
import { encodeSpans, type OtlpProtocol } from './encode-spans.ts';
import { type SendRequest, type SendSummary, sendTraces } from './send-traces.ts';

const spans = langfuseImporter.readExport?.(fixture('pydantic-ai-tools-2025-12-04.trace.json')).spans ?? [];
const traceId = spans[0]?.traceId ?? '';

async function storeOf(some: readonly RawSpan[]): Promise<TraceStore> {
  const store = openTraceStore(':memory:');
  await store.saveSpans(some, { source: 'langfuse' });
  return store;
}

async function send(
  name: string,
  url: string,
  store: TraceStore,
  protocol: OtlpProtocol = 'http/protobuf',
  more: Partial<SendRequest> = {},
): Promise<SendSummary> {
  const destination = await loadDestination(name);
  const { signal } = new AbortController();
  const target = destination.target(readSettings(testKeys, { baseUrl: url }));
  const { title, variables } = destination;
  const client = new VendorClient({ ...target, title, variables, signal, clock: jumpingClock(0), random: () => 0.5 });
  return sendTraces({ destination, target, client, store, filter: {}, protocol, signal, what: 'spans', ...more });
}

/** What each vendor's documentation asks for: path and headers. A vendor that is not here is tried in its own folder. */
const asked: Readonly<Record<string, readonly [path: string, headers: JsonObject]>> = {
  logfire: ['/v1/traces', { authorization: testKeys.LOGFIRE_TOKEN }],
  langfuse: [
    '/api/public/otel/v1/traces',
    {
      authorization: `Basic ${Buffer.from(`${testKeys.LANGFUSE_PUBLIC_KEY}:${testKeys.LANGFUSE_SECRET_KEY}`).toString('base64')}`,
      'x-langfuse-ingestion-version': '4',
    },
  ],
  braintrust: ['/otel/v1/traces', { authorization: `Bearer ${testKeys.BRAINTRUST_API_KEY}`, 'x-bt-parent': 'project_name:loans' }],
  datadog: ['/v1/traces', { 'dd-api-key': testKeys.DD_API_KEY, 'dd-otlp-source': 'llmobs' }],
  phoenix: ['/v1/traces', { authorization: `Bearer ${testKeys.PHOENIX_API_KEY}` }],
};

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
const inOrder = (some: readonly RawSpan[]) => some.toSorted((one, other) => one.spanId.localeCompare(other.spanId));

describe('sendTraces', () => {
  it.each<OtlpProtocol>(['http/protobuf', 'http/json'])('brings every span whole to a receiver by %s', async (protocol) => {
    const there = openTraceStore(':memory:');
    const receiver = await receiveTraces(there, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => receiver.close());
    expect(await send('phoenix', receiver.url, await storeOf(spans), protocol)).toEqual({
      traces: 1,
      known: 0,
      spans: spans.length,
      rejected: 0,
      reason: '',
    });
    expect(inOrder(await there.spans(traceId))).toEqual(inOrder(await (await storeOf(spans)).spans(traceId)));
  });

  it('every vendor that is sent to is tried: here, or by a test in its own folder', () => {
    const hasOwnTest = (name: string) =>
      readdirSync(join(import.meta.dirname, '../vendors', name)).some((file) => file.endsWith('.test.ts'));
    expect(vendorsOf('send').filter(({ name }) => !asked[name] && !hasOwnTest(name))).toEqual([]);
  });

  it.each(Object.entries(asked))('sends to %s as its documentation asks, once more when it is busy', async (name, [wantedPath, wanted]) => {
    const server = await serveVendor((_, before) => (before === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: {} }));
    await send(name, server.url, await storeOf(spans));
    expect(server.seen).toHaveLength(2);
    for (const { path, headers } of server.seen) {
      expect(path).toBe(wantedPath);
      expect(headers).toMatchObject({ ...wanted, 'content-type': 'application/x-protobuf' });
    }
  });

  it('uses the name that Langfuse knows for tokens written to the cache', async () => {
    const [span] = spans;
    const named = { ...(span as RawSpan), attributes: { 'gen_ai.usage.cache_write.input_tokens': 5 } };
    const server = await serveVendor(() => ({ body: {} }));
    await send('langfuse', server.url, await storeOf([named]), 'http/json');
    await send('logfire', server.url, await storeOf([named]), 'http/json');
    expect(server.seen[0]?.body.toString()).toContain('gen_ai.usage.cache_creation.input_tokens');
    expect(server.seen[1]?.body.toString()).toContain('gen_ai.usage.cache_write.input_tokens');
  });

  it('sends less at a time when a request is too large, and counts what was not taken', async () => {
    const server = await serveVendor(({ body }) => {
      const count = decodeRequest(body, 'protobuf').spans.length;
      return count > 5 ? { status: 413 } : { body: { partialSuccess: { rejectedSpans: '1', errorMessage: 'one is too old' } } };
    });
    const summary = await send('logfire', server.url, await storeOf(spans));
    const taken = server.seen.map(({ body }) => decodeRequest(body, 'protobuf').spans.length).filter((count) => count <= 5);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(spans.length);
    expect(summary).toMatchObject({ rejected: taken.length, reason: 'one is too old' });
  });

  it('says nothing of the key when a success gives it back, however it is written', async () => {
    for (const echo of echoesOf(testKeys.LOGFIRE_TOKEN)) {
      const server = await serveVendor(() => ({
        body: { partialSuccess: { rejectedSpans: 1, errorMessage: `token ${echo} is over its quota` } },
      }));
      const { reason } = await send('logfire', server.url, await storeOf(spans));
      expect(reason).toContain('over its quota');
      expect(reason).not.toContain(echo);
    }
  });

  it('leaves out spans without a time, and says so', async () => {
    const [first, ...others] = spans;
    const server = await serveVendor(() => ({ body: {} }));
    const summary = await send(
      'logfire',
      server.url,
      await storeOf([{ ...(first as RawSpan), startUnixNano: null, endUnixNano: null }, ...others]),
    );
    expect(summary).toMatchObject({ spans: spans.length - 1, rejected: 1, reason: 'spans without a time cannot be sent' });
  });

  it('sends small traces together', async () => {
    const server = await serveVendor(() => ({ body: {} }));
    const some = ['a', 'b', 'c'].flatMap((digit) => spans.map((span) => ({ ...span, traceId: digit.repeat(32) })));
    expect(await send('logfire', server.url, await storeOf(some))).toMatchObject({ traces: 3, spans: some.length });
    expect(server.seen.map(({ body }) => decodeRequest(body, 'protobuf').spans.length)).toEqual([some.length]);
  });

  it('goes on where it stopped, and sends nothing twice unless it is told to', async () => {
    const other = 'b'.repeat(32);
    const [first] = spans as [RawSpan];
    const many = Array.from({ length: 250 }, (_, index) => ({
      ...first,
      traceId: other,
      spanId: String(index).padStart(16, 'd'),
      startUnixNano: 1_900_000_000_000_000_000n,
      endUnixNano: 1_900_000_000_000_000_001n,
    }));
    const store = await storeOf([...spans, ...many]);
    // The newer trace takes two requests; the third is refused once.
    const flaky = await serveVendor((_, before) => (before === 2 ? { status: 400 } : { body: {} }));
    const sent = () => flaky.seen.map(({ body }) => decodeRequest(body, 'protobuf').spans.length);
    expect((await failureOf(send('logfire', flaky.url, store)))?.message).toContain('1 trace had been sent');
    expect(await send('logfire', flaky.url, store)).toMatchObject({ traces: 1, known: 1 });
    expect(await send('logfire', flaky.url, store)).toMatchObject({ traces: 0, known: 2, spans: 0 });
    expect(sent()).toEqual([200, 50, spans.length, spans.length]);

    // A span that came later, another destination, another project there, and who asks for it.
    await store.saveSpans([{ ...first, traceId: other, spanId: 'c'.repeat(16) }], { source: 'langfuse' });
    expect(await send('logfire', flaky.url, store)).toMatchObject({ traces: 1, spans: 251, known: 1 });
    expect(await send('braintrust', flaky.url, store)).toMatchObject({ traces: 2, known: 0 });
    expect(await send('logfire', flaky.url, store, 'http/protobuf', { again: true })).toMatchObject({ traces: 2, known: 0 });
    await store.prune({ before: Number.MAX_SAFE_INTEGER });
    await store.saveSpans(spans, { source: 'langfuse' });
    expect(await send('logfire', flaky.url, store)).toMatchObject({ traces: 1, known: 0 });
  });

  it('sends scores back as evaluation events below the run that they judge, and new ones only', async () => {
    const store = await storeOf(spans);
    const score = { name: 'self-consistency', pass: false, value: 0, reason: 'max_loan is 7', hard: true };
    await store.saveAllScores(
      new Map([[traceId, [{ ...score, findings: [{ code: 'wrong-max-loan', message: 'max_loan is 7' }] }]]]),
      'judge',
    );
    const there = await storeOf(spans);
    const receiver = await receiveTraces(there, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => receiver.close());
    const back = (more: Partial<SendRequest> = {}) => send('phoenix', receiver.url, store, 'http/protobuf', { what: 'scores', ...more });
    expect(await back()).toMatchObject({ traces: 1, spans: 1, rejected: 0 });
    expect(await back({ again: true })).toMatchObject({ traces: 1 });
    const [evaluated, ...more] = (await there.spans(traceId)).slice(spans.length);
    expect(more).toEqual([]);
    expect(spans.find(({ spanId }) => spanId === evaluated?.parentSpanId)?.attributes['gen_ai.agent.name']).toBe('joke_agent');
    expect(evaluated).toMatchObject({
      name: 'evaluate joke_agent',
      events: [
        {
          name: 'gen_ai.evaluation.result',
          attributes: {
            'gen_ai.evaluation.name': 'self-consistency',
            'gen_ai.evaluation.score.value': 0,
            'gen_ai.evaluation.score.label': 'fail',
            'gen_ai.evaluation.explanation': 'max_loan is 7',
            'docket.findings': ['wrong-max-loan'],
          },
        },
      ],
    });
    expect(await back()).toMatchObject({ traces: 0, known: 1 });
    await store.saveAllScores(new Map([[traceId, [{ ...score, pass: true, value: 1, findings: [] }]]]), 'judge');
    expect(await back({ content: false })).toMatchObject({ traces: 1 });
    expect((await there.spans(traceId)).at(-1)?.events[0]?.attributes).toEqual({
      'gen_ai.evaluation.name': 'self-consistency',
      'gen_ai.evaluation.score.value': 1,
      'gen_ai.evaluation.score.label': 'pass',
    });
  });

  it('stops at a refused key without showing it', async () => {
    for (const name of Object.keys(asked)) {
      const server = await serveVendor(({ headers }) => ({ status: 403, body: JSON.stringify(headers) }));
      const failure = await failureOf(send(name, server.url, await storeOf(spans)));
      expect(failure).toBeInstanceOf(DocketError);
      for (const secret of secrets) expect(failure?.message).not.toContain(secret);
    }
  });
});

describe('encodeSpans', () => {
  it('loses nothing of any attributes, in both forms', () => {
    const attributes = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'gen_ai.input.messages')),
      fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.maxSafeInteger(), fc.constantFrom(2 ** 53, -(2 ** 53), 1e300, 0.1)),
    );
    const span: RawSpan = { ...(spans[0] as RawSpan), startUnixNano: 1_795_168_800_500_000_001n, endUnixNano: (1n << 63n) - 1n };
    fc.assert(
      fc.property(attributes, (given) => {
        // JSON has no negative zero.
        const kept = JSON.parse(JSON.stringify(given)) as JsonObject;
        for (const protocol of ['http/protobuf', 'http/json'] as const) {
          const { body } = encodeSpans([{ ...span, attributes: kept }], protocol);
          const { spans: read } = decodeRequest(Buffer.from(body as Uint8Array), protocol === 'http/json' ? 'json' : 'protobuf');
          expect(read[0]).toEqual({ ...span, attributes: kept });
        }
      }),
    );
  });
});
