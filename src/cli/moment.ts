import { InvalidArgumentError } from 'commander';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a point in time, for commander: a date or date and time (`2026-11-01`, `2026-11-01T12:00Z`), or how long ago (`30m`, `24h`, `7d`).
 * @returns milliseconds since 1970
 */
export function moment(text: string): number {
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  if (ago) return Date.now() - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs];
  const date = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(date)) return date;
  throw new InvalidArgumentError('Expected a date (2026-11-01, 2026-11-01T12:00Z) or a time ago (30m, 24h, 7d).');
}
