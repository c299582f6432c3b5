import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** A field, its value, and the name that it had. */
export type NamedField = readonly [field: string, value: JsonValue, from: string];

/**
 * The members of an object that are fields by their names: exactly, else however they are spelled (`Annual Income`, `annualIncome`,
 * `annual_income`). What is left over is given too.
 * @param used names that are something else already
 */
export function fieldsByName(
  object: JsonObject,
  fields: readonly string[],
  used: ReadonlySet<string>,
): { readonly fields: readonly NamedField[]; readonly rest: readonly (readonly [string, JsonValue])[] } {
  const members = Object.entries(object).filter(([name]) => !used.has(name));
  const found: NamedField[] = [];
  const taken = new Set<string>();
  for (const field of fields) {
    const exact = members.find(([name]) => name === field);
    const member = exact ?? members.find(([name]) => !taken.has(name) && !fields.includes(name) && spelling(name) === spelling(field));
    if (!member) continue;
    taken.add(member[0]);
    found.push([field, member[1], member[0]]);
  }
  return { fields: found, rest: members.filter(([name]) => !taken.has(name)) };
}

function spelling(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_.-]+/g, '');
}
