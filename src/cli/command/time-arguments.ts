import { InvalidArgumentError } from 'commander';
import { momentForms, momentOf } from '../../text/moment.ts';

/** Reads a point in time as milliseconds since 1970, for commander: `7d` (ago; m, h, d, w), `2026-11-23`, or a whole ISO 8601 time. */
export function pointInTime(text: string, _before?: unknown, now?: number): number {
  const moment = momentOf(text, now);
  if (moment !== undefined) return moment;
  throw new InvalidArgumentError(`Expected ${momentForms}.`);
}

const unitBytes = { '': 1, kb: 1e3, mb: 1e6, gb: 1e9 } as const;

/** Reads a size in bytes, for commander: `500MB`, `2GB`. */
export function byteSize(text: string): number {
  const found = /^(\d{1,12}(?:\.\d{1,3})?) ?(kb|mb|gb|)$/i.exec(text);
  if (found) return Math.floor(Number(found[1]) * unitBytes[(found[2] ?? '').toLowerCase() as keyof typeof unitBytes]);
  throw new InvalidArgumentError('Expected a size, for example 500MB or 2GB.');
}
