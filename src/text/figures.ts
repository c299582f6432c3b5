import type { ModelMode } from '../contracts/model-mode.ts';

/** Figures as they are printed, at the terminal and in reports: short, with thousands separators, the same on every machine. */

/** A whole number. By hand, because the first use of Intl costs more than the whole of `docket --help`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(thousands, ',');
}

/** `1 case`, `2 cases`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `the prompt, the tools and the model`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A number of a case or a decision: thousands separators, and decimals as it has them, to so many at most. */
export function amount(value: number, decimals = 2): string {
  const known = formats.get(decimals) ?? new Intl.NumberFormat('en-US', { maximumFractionDigits: decimals });
  formats.set(decimals, known);
  return known.format(value);
}

/** Made once, when one is first needed: a new one for every number would take most of the time of scoring. */
const formats = new Map<number, Intl.NumberFormat>();

const thousands = /\B(?=(?:\d{3})+$)/g;

/** A share 0..1 as a whole percentage; never 100 % or 0 % unless it is exactly that. A share of nothing (0 / 0) is a dash. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return '–';
  const rounded = Math.round(share * 100);
  if (share < 1 && rounded === 100) return '>99 %';
  if (share > 0 && rounded === 0) return '<1 %';
  return `${rounded} %`;
}

/** An upper bound 0..1 to a tenth of a percent, never smaller than it is: `9.6 %`. */
export function atMostPercent(share: number): string {
  return `${amount(Math.ceil(share * 1000 - 1e-9) / 10, 1)} %`;
}

/** A share 0..1 with its bounds, each to a tenth: `1.5 % (0.5–4.3)`. */
export function estimatedShare({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string {
  const [middle, from, to] = [value, low, high].map((share) => (share * 100).toFixed(1));
  return `${middle} % (${from}–${to})`;
}

/** A difference of two shares in percentage points, with its sign. */
export function points(difference: number): string {
  const value = Math.round(difference * 1000) / 10;
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)} pts`;
}

/** The size of a drop of a pass rate, which is no share of it: `12.5 points`, `5 points`. */
export function dropText(share: number): string {
  const value = Math.round(share * 1000) / 10;
  return `${value < 0 ? '−' : ''}${Math.abs(value)} ${value === 1 ? 'point' : 'points'}`;
}

/** Dollars: cents, with more digits where cents alone would say little; never zero unless it is. */
export function money(value: number | undefined): string {
  if (value === undefined) return 'price unknown';
  if (value > 0 && value < 0.00005) return '<$0.0001';
  const [whole = '', cents] = value.toFixed(value === 0 || value >= 0.095 ? 2 : 4).split('.');
  return `$${whole.replace(thousands, ',')}.${cents}`;
}

/** A sum of dollars as it is written down: without what adding binary fractions leaves behind, so 0.0045 and not 0.0045000000000000005. */
export function roundedDollars(dollars: number): number {
  return Number(dollars.toPrecision(12));
}

/** What trials cost; where no model was paid, what they would have cost. */
export function cost(value: number | undefined, mode: ModelMode): string {
  return value === undefined || mode === 'live' ? money(value) : `${money(value)} if live`;
}

/** A span of time given in milliseconds. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–';
  if (milliseconds < 999.5) return `${milliseconds < 10 ? Number(milliseconds.toFixed(1)) : Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.max(60, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
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
  return runs === 0 ? 'not run' : `${count(passes)} of ${count(runs)}`;
}
