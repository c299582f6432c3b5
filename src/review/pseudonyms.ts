import { createHmac } from 'node:crypto';
import { detectors } from './detectors/detectors.ts';
import { email, inventedDomain } from './detectors/email.ts';

/** Replaces values: the same kind and value always by the same word, and nobody without the key can find the value by trying. */
export interface Pseudonyms {
  /**
   * For example `[phone-adkfmnpcbe]`; an address stays one, `email-adkfmnpcbe@redacted.invalid`, so that a schema that wants an address takes it. No
   * detector takes it for anything.
   */
  text(kind: string, value: string): string;
  /** A whole number of so many digits, at most 9. */
  number(kind: string, value: number): number;
}

/** Kinds in which spaces, dashes and brackets are only there for the eye. */
const numbers: ReadonlySet<string> = new Set(detectors.flatMap(({ kind, isNumber }) => (isNumber ? [kind] : [])));

/** @param key secret of the project; a new key gives new pseudonyms */
export function createPseudonyms(key: string): Pseudonyms {
  const digest = (kind: string, value: string) => createHmac('sha256', key).update(`${kind}\0${value}`).digest();
  return {
    text(kind, value) {
      const spelled = value.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
      const normal = numbers.has(kind) ? spelled.replace(/[^\p{L}\p{N}]/gu, '') : spelled;
      // Letters only: digits could look like a telephone number.
      const letters = [...digest(kind, normal).subarray(0, 10)].map((byte) => String.fromCharCode(97 + (byte & 15))).join('');
      if (kind === email.kind) return `${email.kind}-${letters}@${inventedDomain}`;
      return `[${kind.toLowerCase().replace(/[^a-z0-9]+/g, '-') || 'text'}-${letters}]`;
    },
    number(kind, value) {
      const digits = Math.min(9, Math.max(1, String(Math.trunc(Math.abs(value))).length));
      const least = digits === 1 ? 0 : 10 ** (digits - 1);
      return least + (digest(kind, String(value)).readUInt32BE(0) % (10 ** digits - least));
    },
  };
}
