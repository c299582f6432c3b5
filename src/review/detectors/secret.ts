import { type Detector, matchesOf } from './detector.ts';

/** Forms that vendors give their keys, private keys, and what stands after a word that announces a secret. */
const known =
  /(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|AKIA[A-Z0-9]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[\w-]{30,}|pylf_v\d_\w{10,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;
const privateKey = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g;
const announced =
  /\b(?:bearer|basic|password|passwd|api[_ -]?key|secret|access[_ -]?token|auth[_ -]?token)\b["']?\s{0,4}(?:[:=]|\bis\b)?\s{0,4}["']?(?<value>[^\s"'[\]]{8,})/giu;
const dense = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{32,}(?![A-Za-z0-9+/_=-])/g;

/** Keys, tokens and passwords. */
export const secret: Detector = {
  kind: 'secret',
  find: (text) => [
    ...matchesOf(text, privateKey),
    ...matchesOf(text, known),
    ...matchesOf(text, announced, 'value').filter(({ start, end }) => /\d|[^\p{L}\p{N}.,;:!?-]/u.test(text.slice(start, end))),
    ...matchesOf(text, dense).filter(({ start, end }) => looksRandom(text.slice(start, end))),
  ],
};

/** A long word is no secret; one of letters and digits mixed is. */
function looksRandom(word: string): boolean {
  return /\d/.test(word) && /[A-Za-z]/.test(word) && new Set(word).size >= 10;
}
