const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

/** What a moment looks like, for who has to be told. */
export const momentForms = 'how long ago (30m, 12h, 7d, 4w) or a date (2026-11-23, 2026-11-23T08:00:00Z)';

/** Reads a point in time as milliseconds since 1970: `7d` (ago; m, h, d, w), `2026-11-23`, or a whole ISO 8601 time; undefined when it is none. */
export function momentOf(text: string, now: number = Date.now()): number | undefined {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago) return now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs];
  const time = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
