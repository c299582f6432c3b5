import { counted } from './figures.ts';

/** A text that was cut: its beginning, and how much of it is not there. */
export interface CutText {
  readonly kept: string;
  readonly left: number;
}

/** What `cutTexts` made of a text; undefined when it was not cut. */
export function readCutText(text: string): CutText | undefined {
  // Looked for at the end alone: a text may be long.
  const at = text.lastIndexOf('… (');
  const [, left] = at < 0 ? [] : (note.exec(text.slice(at)) ?? []);
  return left === undefined ? undefined : { kept: text.slice(0, at), left: Number(left.replaceAll(',', '')) };
}

/** What stands behind the kept beginning of a text. */
export function leftOutNote(left: number, rest?: string): string {
  return `… (${counted(left, 'more character')} left out${rest === undefined ? '' : `; ${rest}`})`;
}

const note = /^… \(([\d,]+) more characters? left out; the trial store has them; SHA-256 [0-9a-f]{16}\)$/;

/** A place at which no character is cut in half. */
export function beforeHalf(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') ? at - 1 : at;
}
