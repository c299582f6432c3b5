/**
 * Reads a date with up to nine digits of a second; without a time zone it is UTC.
 * @returns nanoseconds since 1970, or null when it is no date
 */
export function unixNanoOf(text: unknown): bigint | null {
  if (typeof text !== 'string') return null;
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9})\d*)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text.trim());
  if (!found) return null;
  const [, day, time, fraction = '', zone = 'Z'] = found;
  const milliseconds = Date.parse(`${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  return Number.isNaN(milliseconds) ? null : BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Seconds since 1970 with a fraction; null when senseless. Microseconds are kept, more is not in such a number. */
export function unixNanoOfSeconds(seconds: unknown): bigint | null {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > 1e11) return null;
  return BigInt(Math.round(seconds * 1e6)) * 1000n;
}

/** Milliseconds since 1970 as a date with milliseconds, in UTC. */
export function isoDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
