/** Names of environment variables whose values nobody else should read. */
const secretNames = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|AUTHORIZATION|OTLP(?:_TRACES)?_HEADERS)$/i;

/** Shorter values stand in ordinary text too often. */
const shortestSecret = 8;

const keyPattern = /\bsk-[A-Za-z0-9_-]{16,}/g;
/** The password of an address: `postgres://user:password@host`. */
const addressPattern = /(:\/\/[^\s/@:"'\\]*:)[^\s/@"'\\]+(?=@)/g;
const replacement = '[key removed]';

/** Takes keys out of a text. */
export type SecretRemover = (text: string) => string;

/**
 * Makes a remover of the values that the environment's keys, tokens and passwords have, in whatever they are said, and of what looks
 * like a model's key or stands as a password in an address. Headers count value by value, decoded and as written.
 */
export function secretRemover(environment: Readonly<Record<string, string | undefined>>): SecretRemover {
  const values = Object.entries(environment)
    .filter(([name]) => secretNames.test(name))
    .flatMap(([name, value = '']) => (name.endsWith('HEADERS') ? headerValues(value) : [value]));
  // Longest first, so that a value which holds another one is removed whole.
  const secrets = [...new Set(values)].filter(({ length }) => length >= shortestSecret).sort((one, other) => other.length - one.length);
  return (text) =>
    secrets
      .reduce((left, secret) => left.replaceAll(secret, replacement), text)
      .replace(keyPattern, replacement)
      .replace(addressPattern, `$1${replacement}`);
}

function headerValues(headers: string): string[] {
  const written = headers.split(',').flatMap((header) => header.slice(header.indexOf('=') + 1).trim());
  const all = [...written, ...written.map(decoded)];
  // `Bearer <key>`: the key alone is the secret.
  return [...all, ...all.flatMap((value) => value.split(' '))];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
