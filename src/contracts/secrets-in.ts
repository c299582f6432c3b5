/** What is a secret, by the name of its variable. */
const secretName = /KEY|SECRET|TOKEN|PASSWORD|HEADERS/i;

/**
 * Secrets in an environment, whole and in the parts that a header or an assignment has: what a program says that was given them, or that could read them
 * as a process of the same user, is freed of them.
 */
export function secretsIn(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || !secretName.test(name)
      ? []
      : [value, ...value.split(/[\n,;]/).map((part) => part.slice(part.search(/[:=]/) + 1).trim())],
  );
}
