import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import Long from 'long';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../contracts/json.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { decodeRequest, RequestTooLargeError, unpack } from './decode-request.ts';
import { OtlpFormatError } from './leaf-values.ts';
import { requestType } from './trace-schema.ts';

type Json = { readonly [key: string]: unknown };

const ids = { traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174' };

function jsonRequest(...spans: Json[]): Json {
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: 's' }, spans }] }] };
}

const decodeJson = (request: unknown) => decodeRequest(Buffer.from(JSON.stringify(request)), 'json');

/** The same request for protobuf: ids and texts as bytes, times and integers as 64 bits. */
function protobufOf(request: Json): Uint8Array {
  const convert = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((entry) => convert(entry));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, convert(member, name)]));
    }
    if (/Id$/.test(key)) return Buffer.from(String(value), 'hex');
    if (/UnixNano$/.test(key)) return Long.fromString(String(value), true);
    if (key === 'intValue') return Long.fromString(String(value));
    return typeof value === 'string' ? Buffer.from(value) : value;
  };
  return requestType.encode(requestType.fromObject(convert(request) as Json)).finish();
}

/** JSON as an AnyValue. */
function anyValue(value: JsonValue): Json {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: Object.entries(value).map(([key, member]) => ({ key, value: anyValue(member) })) } };
}

const jsonValues = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value || 0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('decodeRequest', () => {
  it('reads the same spans from JSON and from protobuf, whatever their attributes hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), jsonValues, { noNullPrototype: true }),
        fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
        (attributes, start) => {
          const request = jsonRequest({
            ...ids,
            name: 'n',
            startTimeUnixNano: String(start),
            attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
            status: { code: 2, message: 'm' },
            events: [{ name: 'e', timeUnixNano: '7', attributes: [] }],
          });
          const fromJson = decodeJson(request);
          expect(decodeRequest(protobufOf(request), 'protobuf')).toEqual(fromJson);
          expect(fromJson.spans[0]).toMatchObject({ startUnixNano: start, statusCode: 'error', scope: 's' });
          expect(fromJson.spans[0]?.attributes).toEqual(attributes);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it('reads ids in either case and as base64, integers as text or number, and keeps those a double cannot hold as text', () => {
    const integers = ['9007199254740991', -9007199254740991, '9223372036854775807', 7];
    const attributes = integers.map((intValue, index) => ({ key: String(index), value: { intValue } }));
    const base64 = { traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=' };
    const { spans } = decodeJson(jsonRequest({ ...ids, attributes, startTimeUnixNano: 1 }, base64));
    expect(spans.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(
      Array(2).fill(['5b8efff798038103d269b633813fc60c', 'eee19b7ec3c1b174']),
    );
    expect(spans[0]?.attributes).toEqual({ 0: 9007199254740991, 1: -9007199254740991, 2: '9223372036854775807', 3: 7 });
    expect(spans[0]?.startUnixNano).toBe(1n);
  });

  it('ignores unknown members, and rejects single spans without usable ids with a reason', () => {
    const request = {
      ...jsonRequest({ ...ids, flags: 1, links: [{}], future: {} }, { ...ids, traceId: '0'.repeat(32) }, { ...ids, spanId: 'xyz' }),
      extra: 1,
    };
    const read = decodeJson(request);
    expect(read.spans).toHaveLength(1);
    expect(read.rejected).toBe(2);
    expect(read.unread.map(({ reason }) => reason).join()).toContain('16 hexadecimal digits');
  });

  it('replaces what is not UTF-8 or nested too deeply, and notes it on the span', () => {
    let value: Json = { stringValue: 'deep' };
    for (let depth = 0; depth < 90; depth += 1) value = { arrayValue: { values: [value] } };
    const deep = decodeJson(jsonRequest({ ...ids, attributes: [{ key: 'k', value }] })).spans[0];
    expect(deep?.attributes['docket.unreadable']).toContain('nested deeper');
    // In protobuf as well, where each map takes three messages.
    let map: Json = { stringValue: 'deep' };
    for (let depth = 0; depth < 90; depth += 1) map = { kvlistValue: { values: [{ key: 'k', value: map }] } };
    const deepMap = jsonRequest({ ...ids, attributes: [{ key: 'k', value: map }] });
    expect(decodeRequest(protobufOf(deepMap), 'protobuf')).toEqual(decodeJson(deepMap));
    const bytes = protobufOf(jsonRequest({ ...ids, name: 'name' }));
    bytes.set([0xff, 0xfe], Buffer.from(bytes).indexOf('name'));
    expect(decodeRequest(bytes, 'protobuf').spans[0]).toMatchObject({
      name: '\uFFFD\uFFFDme',
      attributes: { 'docket.unreadable': expect.stringContaining('not UTF-8') },
    });
  });

  it.each([
    ['json', Buffer.from('nonsense')],
    ['json', Buffer.from('[]')],
    ['json', Buffer.from('{"resourceSpans": 1}')],
    ['json', Buffer.from('{"resourceSpans": [{"scopeSpans": [{"spans": {}}]}]}')],
    ['protobuf', Buffer.from('nonsense')],
    ['protobuf', Buffer.from([0x0a, 0x7f, 0x00])],
    // A message nested a hundred thousand times deep: AnyValue in ArrayValue in AnyValue.
    ['protobuf', Buffer.concat([Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(200_000, 0x0a)])],
  ] as const)('refuses %s that is no request (%#)', (encoding, body) => {
    expect(() => decodeRequest(body, encoding)).toThrow(OtlpFormatError);
  });

  it.each([
    ['json', Buffer.from(`{"resourceSpans":[${'{},'.repeat(4_000_000)}{}]}`)],
    ['protobuf', Buffer.alloc(8_000_002, Buffer.from([0x0a, 0x00]))],
  ] as const)('refuses %s that is small and would fill the memory', (encoding, body) => {
    expect(() => decodeRequest(body, encoding)).toThrow(RequestTooLargeError);
  });

  it('never throws anything else, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('json', 'protobuf'), (body, encoding) => {
        try {
          decodeRequest(body, encoding);
        } catch (error) {
          expect(error).toBeInstanceOf(OtlpFormatError);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

it('stores nothing of a damaged request that cannot be read and searched again', async () => {
  const text = readFileSync(new URL('../dialects/fixtures/openllmetry-langgraph.otlp.json', import.meta.url), 'utf8').split('\n')[0] ?? '';
  const damage = fc.constantFrom(
    ...['null', '""', '-1', '1e308', '"18446744073709551615"', '"__proto__"', '"\\ud800"', '"\\u0000"', '[[[]]]', '{}'],
    ...['{"__proto__":{"polluted":1}}', '{"arrayValue":{"values":[null,{}]}}', '"[{\\"role\\":null,\\"parts\\":[null,1]}]"'],
  );
  const values = [...text.matchAll(/(?<=:)(?:"(?:[^"\\]|\\.)*"|\d+)/g)];
  expect(values.length).toBeGreaterThan(100);
  let stored = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(values.length - 1), damage), { minLength: 1, maxLength: 8 }), async (changes) => {
      let damaged = text;
      for (const [at, value] of changes.toSorted(([one], [other]) => other - one)) {
        const { 0: old, index } = values[at] as RegExpExecArray;
        if (damaged.startsWith(old, index)) damaged = damaged.slice(0, index) + value + damaged.slice(index + old.length);
      }
      const store = openTraceStore(':memory:');
      try {
        const { spans } = decodeRequest(Buffer.from(damaged), 'json');
        await store.saveSpans(spans, { source: 'otlp' });
        const listed = await store.list({});
        stored += listed.length;
        expect(listed.length > 0).toBe(spans.length > 0);
        for (const { traceId } of listed) expect((await store.trace(traceId))?.traceId).toBe(traceId);
        await store.list({ text: 'umbrella' });
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpFormatError);
      } finally {
        await store.close();
      }
      expect({}).not.toHaveProperty('polluted');
    }),
    { numRuns: 60, seed: 1 },
  );
  expect(stored).toBeGreaterThan(20);
});

describe('unpack', () => {
  it('unpacks within the limit and not a byte more', async () => {
    expect(Buffer.from(await unpack(gzipSync('x'.repeat(100)), 100)).toString()).toBe('x'.repeat(100));
    await expect(unpack(gzipSync('x'.repeat(101)), 100)).rejects.toThrow(RequestTooLargeError);
    await expect(unpack(Buffer.from('no gzip'), 100)).rejects.toThrow(OtlpFormatError);
    await expect(unpack(gzipSync('x'.repeat(100)).subarray(0, 15), 100)).rejects.toThrow(OtlpFormatError);
  });
});
