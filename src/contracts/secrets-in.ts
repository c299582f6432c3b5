/** What is a secret, by the name of its variable. */
const secretName = /KEY|SECRET|TOKEN|PASSWORD|HEADERS/i;

/** The password of an address: `postgres://user:password@host`. */
const addressPassword = /:\/\/[^\s/@:]*:([^\s/@]+)@/;

/**
 * Secrets in an environment, whole and in the parts that a header or an assignment has: what a program says that was given them, or that could read them
 * as a process of the same user, is freed of them. Of an address its password is one, as it is written and as it is meant.
 */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) =>
    secretName.test(name)
      ? [value, ...value.split(/[\n,;]/).map((part) => part.slice(part.search(/[:=]/) + 1).trim())]
      : passwordsIn(value),
  );
}

function passwordsIn(value: string): string[] {
  const [, written] = addressPassword.exec(value) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
