import type { RawSpan } from '../../contracts/trace.ts';

/** A time of which all test spans are offsets, nanoseconds since 1970. */
export const testStart = 1_760_000_000_000_000_000n;

/** A span's id by a number. */
export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** A trace's id by a number. */
export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** A span that lasts a millisecond and begins as many milliseconds after `testStart` as its number says; `changes` override the rest. */
export function rawSpan(number: number, changes: Partial<RawSpan> = {}): RawSpan {
  const startUnixNano = testStart + BigInt(number) * 1_000_000n;
  return {
    traceId: traceId(1),
    spanId: spanId(number),
    parentSpanId: number === 1 ? null : spanId(1),
    name: `step ${number}`,
    scope: 'test',
    startUnixNano,
    endUnixNano: startUnixNano + 1_000_000n,
    statusCode: 'unset',
    statusMessage: '',
    attributes: {},
    resource: { 'service.name': 'loans' },
    events: [],
    ...changes,
  };
}
