/** A piece of a text, as character positions: `start` included, `end` excluded. */
export interface Match {
  readonly start: number;
  readonly end: number;
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
}

/** Matches of a global regular expression; where not the whole of it counts, the part that does is its group `found`. */
export function matchesOf(text: string, pattern: RegExp): Match[] {
  return [...text.matchAll(pattern)].map((match) => {
    const part = match.groups?.found ?? match[0];
    const start = match.index + match[0].lastIndexOf(part);
    return { start, end: start + part.length };
  });
}
