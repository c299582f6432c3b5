import type { JsonValue } from '../contracts/json.ts';
import { visibleLine } from '../text/hostile-text.ts';

const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** A decision field on one line: numbers with separators, text visible, the rest as JSON. */
export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return fine.format(value);
  return visibleLine(typeof value === 'string' ? value : JSON.stringify(value));
}
