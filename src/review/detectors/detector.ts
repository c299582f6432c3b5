/** A piece of a text, as character positions: `start` included, `end` excluded. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** What made-up values are drawn from: the same for the same value, and for the same project. */
export interface Draw {
  /** Ten letters from a to p. */
  readonly letters: string;
  digit(): string;
  letter(): string;
  /** A number from 0 to 255. */
  byte(): number;
}

/** Finds one kind of personal or secret text. Pure, and linear in the length of the text. */
export interface Detector {
  /** Lower-case kind; pseudonyms carry it. */
  readonly kind: string;
  /**
   * Name of a field that holds nothing else, so that its whole value is replaced, in whatever form it is written; in small letters with `_`
   * between words.
   */
  readonly fieldName?: RegExp;
  /** True when spaces, dashes and brackets in it are only there for the eye: with and without them it is the same. */
  readonly isNumber?: boolean;
  find(text: string): Match[];
  /** True when nothing without a digit, of whatever script, is of this kind. */
  readonly hasDigits?: boolean;
  /**
   * A made-up value in the form of the one that it stands for, so that a schema takes it, and that `isInvented` knows again; undefined where it has no such
   * form. Without this a value becomes `[kind-letters]`.
   */
  readonly invent?: (value: string, draw: Draw) => string | undefined;
  readonly isInvented?: (value: string) => boolean;
}

/** Matches of a global regular expression; where not the whole of it counts, the part that does is its group `found`. */
export function matchesOf(text: string, pattern: RegExp): Match[] {
  const found: Match[] = [];
  // Not matchAll: it makes a copy of the expression each time, which takes longer than most of them need for a sentence.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const part = match.groups?.found ?? match[0];
    const start = match.index + match[0].lastIndexOf(part);
    found.push({ start, end: start + part.length });
    if (match[0] === '') pattern.lastIndex += 1;
  }
  return found;
}
