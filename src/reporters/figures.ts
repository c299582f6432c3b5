import type { JsonValue } from '../contracts/json.ts';
import { visibleLine } from './visible-text.ts';

/** Figures as reports print them: the same form on every machine. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

export function count(value: number): string {
  return whole.format(value);
}

/** `1 case`, `2 cases`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share 0..1 as a percentage; never 100 % or 0 % unless it is exactly that. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (share < 1 && rounded === 100) return '>99 %';
  if (share > 0 && rounded === 0) return '<1 %';
  return `${rounded} %`;
}

/** A difference of two shares in percentage points, with its sign. */
export function points(difference: number): string {
  const value = Math.round(difference * 1000) / 10;
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)} pts`;
}

/** Dollars: cents, with more digits where cents alone would say little. */
export function money(value: number | undefined): string {
  if (value === undefined) return '–';
  return `$${value.toFixed(value === 0 || value >= 0.1 ? 2 : 4)}`;
}

/** A span of time given in milliseconds. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  if (milliseconds < 1000) return `${milliseconds < 10 ? Number(milliseconds.toFixed(1)) : Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `7 of 10`. */
export function ratio({ passes, runs }: { readonly passes: number; readonly runs: number }): string {
  return runs === 0 ? 'not run' : `${passes} of ${runs}`;
}

/** A decision field on one line: numbers with separators, text visible, the rest as JSON. */
export function shownValue(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return fine.format(value);
  return visibleLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Free text differs in every trial and says nothing by differing. */
export function isProse(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && (value.length > 40 || value.includes('\n'));
}
