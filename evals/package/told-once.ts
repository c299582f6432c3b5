type Schema = Readonly<Record<string, unknown>>;

/** Shorter schemas are not worth a name. */
const worthAName = 160;

/**
 * Gives what several schemas say alike a definition of its own, named after the field that says it first.
 * @param definitions schemas by name; references are `#/$defs/<name>`
 */
export function toldOnce(definitions: ReadonlyMap<string, Schema>): Map<string, Schema> {
  const times = new Map<string, number>();
  for (const schema of definitions.values()) for (const { text } of schemasIn(schema, '')) times.set(text, (times.get(text) ?? 0) + 1);
  const names = new Map<string, string>();
  const taken = new Set(definitions.keys());
  for (const schema of definitions.values()) {
    for (const { text, field } of schemasIn(schema, '')) {
      if ((times.get(text) ?? 0) < 2 || text.length < worthAName || names.has(text)) continue;
      names.set(text, freeName(field, taken));
    }
  }
  const told = new Map<string, Schema>();
  for (const [text, name] of names) told.set(name, replaced(JSON.parse(text) as Schema, names, text) as Schema);
  return new Map([
    ...[...definitions].map(([name, schema]) => [name, replaced(schema, names, JSON.stringify(schema)) as Schema] as const),
    ...told,
  ]);
}

function freeName(field: string, taken: Set<string>): string {
  const wanted = field.charAt(0).toUpperCase() + field.slice(1).replace(/\W+/g, '');
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}${number}`;
  taken.add(name);
  return name;
}

/** All schemas of objects within one, with the field that holds each. */
function* schemasIn(value: unknown, field: string): Generator<{ readonly text: string; readonly field: string }> {
  if (typeof value !== 'object' || value === null) return;
  if ('properties' in value && field !== '') yield { text: JSON.stringify(value), field };
  for (const [name, member] of Object.entries(value)) {
    const isField =
      !Number.isInteger(Number(name)) && !['items', 'anyOf', 'properties', 'prefixItems', 'additionalProperties'].includes(name);
    yield* schemasIn(member, isField ? name : field);
  }
}

/** @param own the schema itself, which is not replaced by its own name */
function replaced(value: unknown, names: ReadonlyMap<string, string>, own: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  const name = text === own ? undefined : names.get(text);
  if (name !== undefined) return { $ref: `#/$defs/${name}` };
  if (Array.isArray(value)) return value.map((member) => replaced(member, names, ''));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, names, '')]));
}
