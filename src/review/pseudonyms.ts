import { createHmac } from 'node:crypto';
import type { Draw } from './detectors/detector.ts';
import { detectors } from './detectors/detectors.ts';

/** Replaces values: the same kind and value always by the same word, and nobody without the key can find the value by trying. */
export interface Pseudonyms {
  /**
   * A made-up value in the form of the one that it stands for where its kind has one, so that what takes a telephone number takes it too; otherwise for
   * example `[person-adkfmnpcbe]`. No detector takes it for anything.
   */
  text(kind: string, value: string): string;
  /** A whole number of so many digits, at most 9. */
  number(kind: string, value: number): number;
}

const byKind = new Map(detectors.map((detector) => [detector.kind, detector]));

/** @param key secret of the project; a new key gives new pseudonyms */
export function createPseudonyms(key: string): Pseudonyms {
  const digest = (kind: string, value: string) => createHmac('sha256', key).update(`${kind}\0${value}`).digest();
  return {
    text(kind, value) {
      const detector = byKind.get(kind);
      const spelled = value.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
      // In numbers spaces, dashes and brackets are only there for the eye.
      const normal = detector?.isNumber ? spelled.replace(/[^\p{L}\p{N}]/gu, '') : spelled;
      const draw = drawFrom((part) => digest(kind, part === 0 ? normal : `${part}\0${normal}`));
      return detector?.invent?.(value, draw) ?? `[${kind.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'text'}-${draw.letters}]`;
    },
    number(kind, value) {
      const digits = Math.min(9, Math.max(1, String(Math.trunc(Math.abs(value))).length));
      const least = digits === 1 ? 0 : 10 ** (digits - 1);
      return least + (digest(kind, String(value)).readUInt32BE(0) % (10 ** digits - least));
    },
  };
}

/** @param digest gives one part after another of as many as are needed */
function drawFrom(digest: (part: number) => Buffer): Draw {
  const first = digest(0);
  let bytes = first.subarray(10);
  let part = 0;
  let position = 0;
  const byte = (): number => {
    if (position === bytes.length) {
      part += 1;
      bytes = digest(part);
      position = 0;
    }
    position += 1;
    return bytes[position - 1] ?? 0;
  };
  return {
    // Letters only: digits could look like a telephone number.
    letters: [...first.subarray(0, 10)].map((each) => String.fromCharCode(97 + (each & 15))).join(''),
    byte,
    digit: () => String(byte() % 10),
    letter: () => String.fromCharCode(97 + (byte() & 15)),
  };
}
