import { type Detector, type Match, matchesOf } from './detector.ts';

/** Forms that vendors give their keys, private keys, and what stands after a word that announces a secret. A digit before one is no part of it; `risk-` is no key. */
const known =
  /(?<![A-Za-z])(?:sk-[A-Za-z0-9_-]{16,}|[psr]k_(?:live|test)_[A-Za-z0-9]{10,}|hf_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{15,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|AKIA[A-Z0-9]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,}|pylf_v\d_\w{10,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)|sk-ant-[a-z]{2,10}\d\d-[A-Za-z0-9_-]{8,}/g;
const keyBegins = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g;
const keyEnds = /-----END [A-Z ]{0,30}PRIVATE KEY-----/g;
/** The password in an address: `https://user:password@host`. */
const inAddress = /:\/\/[^\s/:@]{1,80}:(?<found>[^\s/@[\]]{1,80})@/g;
const announced =
  /\b(?:bearer|basic|password|passwd|passphrase|pwd|token|api[_ -]?key|secret|access[_ -]?token|auth[_ -]?token)\b["']?\s{0,4}(?:[:=]|\bis\b)?\s{0,4}["']?(?<found>[^\s"'[\]]{8,})/giu;
const dense = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{32,}(?![A-Za-z0-9+/_=-])/g;

/** Keys, tokens and passwords. */
export const secret: Detector = {
  kind: 'secret',
  fieldName: /^(?:.*_)?(?:password|passwd|pwd|passphrase|secret|token|api_?key|access_key|private_key|pin|cvv|cvc)$/,
  find: (text) => [
    ...privateKeys(text),
    ...matchesOf(text, inAddress),
    ...matchesOf(text, known),
    ...matchesOf(text, announced).filter(({ start, end }) => /\d|[^\p{L}\p{N}.,;:!?-]/u.test(text.slice(start, end))),
    ...matchesOf(text, dense).filter(({ start, end }) => looksRandom(text.slice(start, end))),
  ],
};

/** A text without the keys in it that a vendor's form, or an address, gives away; what only looks like one stays. */
export function withoutKeys(text: string): string {
  const found = [...privateKeys(text), ...matchesOf(text, inAddress), ...matchesOf(text, known)].sort(
    (one, other) => other.start - one.start,
  );
  return found.reduce((left, { start, end }) => `${left.slice(0, start)}[secret]${left.slice(end)}`, text);
}

/** From beginning to end; where the end was cut off, everything that follows. */
function privateKeys(text: string): Match[] {
  const found: Match[] = [];
  for (const { index } of text.matchAll(keyBegins)) {
    if (index < (found.at(-1)?.end ?? 0)) continue;
    keyEnds.lastIndex = index;
    found.push({ start: index, end: keyEnds.exec(text) ? keyEnds.lastIndex : text.length });
  }
  return found;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A long word is no secret; one of letters and digits mixed is, unless it is the name that a machine gave to a thing. */
function looksRandom(word: string): boolean {
  return !uuid.test(word) && /\d/.test(word) && /[A-Za-z]/.test(word) && new Set(word).size >= 10;
}
