/** Figures as they are printed: short, with thousands separators, always in the same form whatever the machine's language is. */

/** A whole number. By hand, because the first use of Intl costs more than the whole of `docket --help`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 case`, `2 cases`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share as a whole percentage; never 100 % or 0 % unless it is exactly that. */
export function percent(part: number, all: number): string {
  if (all === 0) return '–';
  const share = part / all;
  const rounded = Math.round(share * 100);
  if (share < 1 && rounded === 100) return '>99 %';
  if (share > 0 && rounded === 0) return '<1 %';
  return `${rounded} %`;
}

/** Dollars: cents when there are some, more digits for fractions of a cent. */
export function money(value: number | undefined): string {
  if (value === undefined) return 'price unknown';
  return `$${value.toFixed(value === 0 || value >= 0.995 ? 2 : 4)}`;
}

/** A span of time given in milliseconds. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
