import type { ModelMode } from '../contracts/model-mode.ts';

/** Figures as they are printed, at the terminal and in reports: short, with thousands separators, the same on every machine. */

/** A whole number. By hand, because the first use of Intl costs more than the whole of `docket --help`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 case`, `2 cases`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share 0..1 as a whole percentage; never 100 % or 0 % unless it is exactly that. A share of nothing (0 / 0) is a dash. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return '–';
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

/** The size of a drop of a pass rate: `12.5 points`. */
export function dropText(share: number): string {
  return `${(share * 100).toFixed(1)} points`;
}

/** Dollars: cents, with more digits where cents alone would say little. */
export function money(value: number | undefined): string {
  if (value === undefined) return 'price unknown';
  return `$${value.toFixed(value === 0 || value >= 0.095 ? 2 : 4)}`;
}

/** What trials cost; where no model was paid, what they would have cost. */
export function cost(value: number | undefined, mode: ModelMode): string {
  return value === undefined || mode === 'live' ? money(value) : `${money(value)} if live`;
}

/** A span of time given in milliseconds. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  if (milliseconds < 1000) return `${milliseconds < 10 ? Number(milliseconds.toFixed(1)) : Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A p or an e-value: whole from 100 on, else two digits, with exponents where they are shorter. */
export function statistic(value: number): string {
  if (value === 0) return '0';
  if (value >= 100 && value < 1_000_000) return count(value);
  return value >= 0.001 && value < 100 ? String(Number(value.toPrecision(2))) : value.toExponential(1);
}

/** `7 of 10`. */
export function ratio({ passes, runs }: { readonly passes: number; readonly runs: number }): string {
  return runs === 0 ? 'not run' : `${passes} of ${runs}`;
}
