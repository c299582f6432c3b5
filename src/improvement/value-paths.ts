import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** A value by its field's path. */
export function valueAt(value: JsonObject, path: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const key of path.split('.')) {
    const holder: JsonValue | undefined = found;
    found = holder !== null && typeof holder === 'object' && !Array.isArray(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
  }
  return found;
}

/** The leaves of a value by their paths. */
export function flat(value: JsonObject, path = ''): Record<string, JsonValue> {
  const leaves: Record<string, JsonValue> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (entry !== null && typeof entry === 'object' && !Array.isArray(entry)) Object.assign(leaves, flat(entry, name));
    else leaves[name] = entry;
  }
  return leaves;
}
