import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { JsonValue } from '../contracts/json.ts';
import type { RawSpan } from '../contracts/trace.ts';

const statusCodes = ['unset', 'ok', 'error'] as const;

/** A span of the OpenTelemetry SDK as OTLP would have it, without the way over the wire. */
export function rawSpanOf(span: ReadableSpan): RawSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    scope: span.instrumentationScope.name,
    startUnixNano: nanoseconds(span.startTime),
    endUnixNano: nanoseconds(span.endTime),
    statusCode: statusCodes[span.status.code],
    statusMessage: span.status.message ?? '',
    attributes: plain(span.attributes),
    resource: plain(span.resource.attributes),
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(time),
      attributes: plain(attributes ?? {}),
    })),
  };
}

function nanoseconds([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

/** Attribute values are flat already; what is not defined is left out, and a number that JSON does not have becomes its name. */
function plain(attributes: Readonly<Record<string, unknown>>): Record<string, JsonValue> {
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(known.map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map((each) => plainValue(each));
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value as JsonValue;
}
