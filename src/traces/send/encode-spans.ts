import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { requestType } from '../otlp/trace-schema.ts';

/** How OTLP is written over HTTP. */
export type OtlpProtocol = 'http/protobuf' | 'http/json';

export interface EncodedSpans {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** How leaves are written in one of the two forms. */
interface Leaves {
  text(text: string): unknown;
  id(hexadecimal: string): unknown;
  integer(value: bigint): unknown;
}

const jsonLeaves: Leaves = { text: (text) => text, id: (hexadecimal) => hexadecimal, integer: String };

/** Our schema declares texts as bytes, and protobufjs takes 64 bits in two halves. */
const protobufLeaves: Leaves = {
  text: (text) => Buffer.from(text),
  id: (hexadecimal) => Buffer.from(hexadecimal, 'hex'),
  integer: (value) => ({ low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: value >= 0n }),
};

const statusCodes = { unset: 0, ok: 1, error: 2 } as const;

/**
 * Writes spans as one ExportTraceServiceRequest.
 * @param renamed names of attributes that the receiver knows otherwise
 */
export function encodeSpans(
  spans: readonly RawSpan[],
  protocol: OtlpProtocol,
  renamed: Readonly<Record<string, string>> = {},
): EncodedSpans {
  if (protocol === 'http/json') return { body: JSON.stringify(requestOf(spans, jsonLeaves, renamed)), contentType: 'application/json' };
  const message = requestOf(spans, protobufLeaves, renamed);
  // A copy of its own length: the writer's buffer is shared.
  return { body: new Uint8Array(requestType.encode(message).finish()), contentType: 'application/x-protobuf' };
}

function requestOf(spans: readonly RawSpan[], leaves: Leaves, renamed: Readonly<Record<string, string>>) {
  const byResource = Map.groupBy(spans, ({ resource }) => JSON.stringify(resource));
  return {
    resourceSpans: [...byResource.values()].map((ofResource) => ({
      resource: { attributes: keyValues(ofResource[0]?.resource ?? {}, leaves) },
      scopeSpans: [...Map.groupBy(ofResource, ({ scope }) => scope)].map(([scope, ofScope]) => ({
        scope: { name: leaves.text(scope) },
        spans: ofScope.map((span) => spanOf(span, leaves, renamed)),
      })),
    })),
  };
}

function spanOf(span: RawSpan, leaves: Leaves, renamed: Readonly<Record<string, string>>) {
  const attributes = Object.entries(span.attributes).map(
    ([name, value]) => [Object.hasOwn(renamed, name) ? (renamed[name] ?? name) : name, value] as const,
  );
  return {
    traceId: leaves.id(span.traceId),
    spanId: leaves.id(span.spanId),
    ...(span.parentSpanId === null ? {} : { parentSpanId: leaves.id(span.parentSpanId) }),
    name: leaves.text(span.name),
    startTimeUnixNano: leaves.integer(span.startUnixNano ?? 0n),
    endTimeUnixNano: leaves.integer(span.endUnixNano ?? span.startUnixNano ?? 0n),
    attributes: keyValues(Object.fromEntries(attributes), leaves),
    events: span.events.map(({ name, timeUnixNano, attributes: own }) => ({
      name: leaves.text(name),
      timeUnixNano: leaves.integer(timeUnixNano ?? 0n),
      attributes: keyValues(own, leaves),
    })),
    status: { code: statusCodes[span.statusCode], message: leaves.text(span.statusMessage) },
  };
}

function keyValues(values: { readonly [key: string]: JsonValue }, leaves: Leaves): object[] {
  return Object.entries(values).map(([key, value]) => ({ key: leaves.text(key), value: anyValue(value, leaves) }));
}

function anyValue(value: JsonValue, leaves: Leaves): object {
  if (typeof value === 'string') return { stringValue: leaves.text(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { intValue: leaves.integer(BigInt(value)) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item, leaves)) } };
  return value === null ? {} : { kvlistValue: { values: keyValues(value, leaves) } };
}
