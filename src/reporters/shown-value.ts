import type { JsonValue } from '../contracts/json.ts';
import { amount } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';

/** A decision field on one line: numbers with separators, text visible, the rest as JSON. */
export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return amount(value, 6);
  return visibleLine(typeof value === 'string' ? value : JSON.stringify(value));
}
