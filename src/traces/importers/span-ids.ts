import { createHash } from 'node:crypto';
import type { JsonObject } from '../../contracts/json.ts';

/** Ids as the store wants them, and the vendor's own where they had to be changed. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** `docket.import.trace_id` and `docket.import.span_id`, as far as they differ. */
  readonly kept: JsonObject;
}

/** A trace id: 32 hexadecimal digits or a UUID are taken, a decimal is converted, anything else is hashed, so the same id is always the same. */
export function traceIdOf(id: string): string {
  const digits = id.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(digits) && !/^0+$/.test(digits)) return digits;
  return decimalToHexadecimal(id, 32) ?? hashed(id, 32);
}

/** A span id: 16 hexadecimal digits are taken, a decimal is converted, anything else (UUIDs) is hashed. */
export function spanIdOf(id: string): string {
  const digits = id.toLowerCase();
  if (/^[0-9a-f]{16}$/.test(digits) && !/^0+$/.test(digits)) return digits;
  return decimalToHexadecimal(id, 16) ?? hashed(id, 16);
}

/** A span id of a vendor that writes them in decimal: 16 decimal digits are no hexadecimal ones there. */
export function decimalSpanIdOf(id: string): string {
  return decimalToHexadecimal(id, 16) ?? spanIdOf(id);
}

/** All ids of a span. */
export function spanIds(
  traceId: string,
  spanId: string,
  parentSpanId: string | null,
  toSpanId: (id: string) => string = spanIdOf,
): SpanIds {
  const ids = {
    traceId: traceIdOf(traceId),
    spanId: toSpanId(spanId),
    parentSpanId: parentSpanId === null ? null : toSpanId(parentSpanId),
  };
  return {
    ...ids,
    kept: {
      ...(ids.traceId === traceId ? {} : { 'docket.import.trace_id': traceId }),
      ...(ids.spanId === spanId ? {} : { 'docket.import.span_id': spanId }),
    },
  };
}

function decimalToHexadecimal(id: string, digits: 16 | 32): string | undefined {
  if (!/^[1-9]\d{0,38}$/.test(id)) return undefined;
  const text = BigInt(id).toString(16);
  return text.length <= digits ? text.padStart(digits, '0') : undefined;
}

function hashed(id: string, digits: number): string {
  return createHash('sha256').update(id).digest('hex').slice(0, digits);
}
