import { InvalidArgumentError } from 'commander';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** Reads a point in time as milliseconds since 1970, for commander: `7d` (ago; m, h, d, w), `2026-11-23`, or a whole ISO 8601 time. */
export function pointInTime(text: string, _before?: unknown, now: number = Date.now()): number {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago) return now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs];
  const time = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError('Expected how long ago (30m, 12h, 7d, 4w) or a date (2026-11-23, 2026-11-23T08:00:00Z).');
}

const unitBytes = { '': 1, kb: 1e3, mb: 1e6, gb: 1e9 } as const;

/** Reads a size in bytes, for commander: `500MB`, `2GB`. */
export function byteSize(text: string): number {
  const found = /^(\d{1,12}(?:\.\d{1,3})?) ?(kb|mb|gb|)$/i.exec(text);
  if (found) return Math.floor(Number(found[1]) * unitBytes[(found[2] ?? '').toLowerCase() as keyof typeof unitBytes]);
  throw new InvalidArgumentError('Expected a size, for example 500MB or 2GB.');
}
