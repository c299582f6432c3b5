import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { objectOf } from '../importers/json-text.ts';
import { spanIds } from '../importers/span-ids.ts';

/** What a file says of a span. */
export interface SpanTold {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly scope?: string;
  readonly start: bigint | null;
  readonly end: bigint | null;
  /** What went wrong; absent when nothing is known to have. */
  readonly error?: string | undefined;
  readonly attributes: JsonObject;
  readonly resource?: JsonObject;
  readonly events?: RawSpan['events'];
}

/** A span as the store wants it, with the file's own ids kept where they had to be changed. */
export function spanOf({
  traceId,
  spanId,
  parentSpanId,
  name,
  scope = '',
  start,
  end,
  error,
  attributes,
  resource = {},
  events = [],
}: SpanTold): RawSpan {
  const { kept, ...ids } = spanIds(traceId, spanId, parentSpanId);
  const statusCode = error === undefined ? 'unset' : 'error';
  return {
    ...ids,
    name,
    scope,
    startUnixNano: start,
    endUnixNano: end,
    statusCode,
    statusMessage: error ?? '',
    attributes: { ...attributes, ...kept },
    resource,
    events: [...events],
  };
}

/** A text with something in it. */
export function wordsIn(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whole nanoseconds from a count of some unit, given as a number or as digits. */
export function nanosecondsFrom(value: JsonValue | undefined, unit: bigint): bigint | null {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return BigInt(value) * unit;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? BigInt(Math.round(value)) * unit : null;
}

/** The objects of a list; none where there is no list. */
export function objectsIn(list: JsonValue | undefined): JsonObject[] {
  const objects: JsonObject[] = [];
  for (const each of Array.isArray(list) ? list : []) {
    const object = objectOf(each);
    if (object) objects.push(object);
  }
  return objects;
}
