import { detectors } from './detectors/detectors.ts';
import { plainSpelling } from './plain-spelling.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** A text after redaction, with the kinds that were found in it. */
export interface RedactedText {
  readonly text: string;
  readonly kinds: readonly string[];
}

/** A replacement may bring two halves together; more rounds than this mean that it never ends. */
const mostRounds = 4;

/**
 * Replaces everything that a detector finds by pseudonyms. Afterwards no detector finds anything: what keeps matching is removed whole. A
 * text that hides something behind the digits or dashes of another script comes back in plain spelling.
 */
export function redactText(text: string, pseudonyms: Pseudonyms): RedactedText {
  const kinds = new Set<string>();
  const plain = plainSpelling(text);
  let current = plain !== text && detects(plain) ? plain : text;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = current;
    for (const { kind, find } of detectors) {
      let rest = '';
      let position = 0;
      for (const { start, end } of find(current).toSorted((one, other) => one.start - other.start || other.end - one.end)) {
        if (start < position) continue;
        kinds.add(kind);
        rest += current.slice(position, start) + pseudonyms.text(kind, current.slice(start, end));
        position = end;
      }
      current = rest + current.slice(position);
    }
    if (current === before) return { text: current, kinds: [...kinds] };
  }
  return detects(current) ? { text: '[removed]', kinds: [...kinds] } : { text: current, kinds: [...kinds] };
}

/** True when some detector finds something. */
export function detects(text: string): boolean {
  return detectors.some(({ find }) => find(text).length > 0);
}
