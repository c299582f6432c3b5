const dayMs = 86_400_000;
/** Traces that began longer ago share one place. */
const oldestMs = 400 * dayMs;

/** The place of all that is too far in the past or in the future to have a week of its own. */
export const otherWeek = '1900-01-01';

/**
 * The Monday (UTC) of the week in which a trace began, as `2026-11-23`.
 * @param startUnixNano of the first span that came of it
 * @param now milliseconds since 1970
 */
export function traceWeek(startUnixNano: bigint | null, now: number): string {
  const start = startUnixNano === null ? now : Number(startUnixNano / 1_000_000n);
  if (start < now - oldestMs || start > now + dayMs) return otherWeek;
  const day = Math.floor(start / dayMs);
  // 1970 began on a Thursday.
  return new Date((day - ((day + 3) % 7)) * dayMs).toISOString().slice(0, 10);
}
