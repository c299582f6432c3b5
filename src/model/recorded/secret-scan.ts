/** What keys of model providers, clouds and code hosts look like. */
const patterns: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\b[Bb]earer\s+[A-Za-z0-9._~+/-]{20,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

/**
 * True when a text holds something that looks like a key, or one of `secrets` itself.
 * @param secrets keys in use now; short ones are left out, they would be found everywhere
 */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return patterns.some((pattern) => pattern.test(text)) || secrets.some((secret) => secret.length >= 8 && text.includes(secret));
}
