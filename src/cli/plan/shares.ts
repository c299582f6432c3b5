import type { Interval } from '../../stats/interval.ts';

/** A share 0..1 with its bounds, in percent: `1.5 % (0.5–4.3)`. */
export function shareText({ value, low, high }: Interval): string {
  return `${points(value)} % (${points(low)}–${points(high)})`;
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
