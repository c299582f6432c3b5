/** A day, or a point in time, as ISO 8601 writes them. */
export interface DateValue {
  /** As written: `2026-03-01`. */
  readonly day: string;
  /** Milliseconds since 1970 in UTC; a day begins at midnight, a time without an offset is taken as it stands. */
  readonly milliseconds: number;
  /** `day`: nothing but a day; `local`: a time of nobody knows which zone; `instant`: a time with an offset. */
  readonly kind: 'day' | 'local' | 'instant';
}

const written = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** The date in a text; undefined where it holds none, as `2026-02-30` does. */
export function dateIn(value: unknown): DateValue | undefined {
  const [, day, hours, minutes, seconds = '0', fraction = '0', offset] = (typeof value === 'string' && written.exec(value)) || [];
  if (day === undefined) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  if (hours === undefined || minutes === undefined) return { day, milliseconds: midnight, kind: 'day' };
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const local = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction) * 1000;
  if (offset === undefined) return { day, milliseconds: local, kind: 'local' };
  return { day, milliseconds: local - minutesOf(offset) * 60_000, kind: 'instant' };
}

function minutesOf(offset: string): number {
  if (/^[Zz]$/.test(offset)) return 0;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', '') || '0')];
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** True when two dates are one. A day and a point in time are one where that is the day's midnight in UTC. */
export function sameDate(one: DateValue, other: DateValue): boolean {
  if ((one.kind === 'local') !== (other.kind === 'local')) return false;
  return one.milliseconds === other.milliseconds;
}

/** True when two dates are one where only a day is wanted: of a point in time the day that is written. */
export function sameDay(one: DateValue, other: DateValue): boolean {
  return one.kind === 'day' || other.kind === 'day' ? one.day === other.day : sameDate(one, other);
}
