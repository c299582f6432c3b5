import type { Match } from './detectors/detector.ts';
import { detectors } from './detectors/detectors.ts';
import { plainSpelling } from './plain-spelling.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** A text after redaction, with the kinds that were found in it. */
export interface RedactedText {
  readonly text: string;
  readonly kinds: readonly string[];
}

/** What a detector found, and where. */
export interface PersonalText extends Match {
  readonly kind: string;
}

/** A replacement may bring two halves together; more rounds than this mean that it never ends. */
const mostRounds = 4;
/** Stands where something was found already: no letter, no digit, no space. */
const covered = '\uE000';

/** What is known of a text before it is read. */
export interface Reading {
  /** Stands before the text while it is read, and announces what is in it. */
  readonly before?: string;
  /** Of this kind nothing is looked for. */
  readonly without?: string;
}

/**
 * Replaces everything that a detector finds by pseudonyms. Afterwards no detector finds anything but pseudonyms: what keeps matching is removed whole. A
 * text that hides something behind the digits or dashes of another script comes back in plain spelling.
 */
export function redactText(text: string, pseudonyms: Pseudonyms, reading: Reading = {}): RedactedText {
  const kinds = new Set<string>();
  let current = text;
  for (let round = 0; ; round += 1) {
    // In each round: a key right behind a number hides it, in plain spelling, until the key is gone.
    const plain = plainSpelling(current);
    if (plain !== current && personalIn(plain, reading).length > 0) current = plain;
    const found = personalIn(current, reading);
    if (found.length === 0) return { text: current, kinds: [...kinds] };
    if (round === mostRounds) return { text: '[removed]', kinds: [...kinds] };
    let rest = '';
    let position = 0;
    for (const { kind, start, end } of found) {
      kinds.add(kind);
      rest += current.slice(position, start) + pseudonyms.text(kind, current.slice(start, end));
      position = end;
    }
    current = rest + current.slice(position);
  }
}

/** What the detectors find in a text, by position; each place counts for the first detector that finds it. Pseudonyms are nothing. */
export function personalIn(text: string, { before = '', without }: Reading = {}): PersonalText[] {
  const personal: PersonalText[] = [];
  const whole = before + text;
  let seen = whole;
  const digits = /\p{N}/u.test(whole);
  for (const { kind, find, isInvented, hasDigits } of detectors) {
    if (kind === without || (hasDigits && !digits)) continue;
    let rest = '';
    let position = 0;
    for (const { start, end } of find(seen).toSorted((one, other) => one.start - other.start || other.end - one.end)) {
      if (start < position || end <= start || start < before.length) continue;
      if (!isInvented?.(whole.slice(start, end))) personal.push({ kind, start: start - before.length, end: end - before.length });
      // Of the same length, so that positions stay.
      rest += seen.slice(position, start) + covered.repeat(end - start);
      position = end;
    }
    if (position > 0) seen = rest + seen.slice(position);
  }
  return personal.sort((one, other) => one.start - other.start);
}

/** True when some detector finds something. */
export function detects(text: string): boolean {
  return personalIn(text).length > 0;
}
