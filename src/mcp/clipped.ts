import { clipText } from '../text/clip-text.ts';

/** Cuts every text of a value, and every list, so that an answer stays readable; what is cut says so. */
export function clipped(value: unknown, longest: number, mostItems = 50): unknown {
  if (typeof value === 'string') return clipText(value, longest);
  if (Array.isArray(value)) {
    const kept = value.slice(0, mostItems).map((item) => clipped(item, longest, mostItems));
    return value.length > mostItems ? [...kept, `… ${value.length - mostItems} more`] : kept;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, clipped(part, longest, mostItems)]));
}
