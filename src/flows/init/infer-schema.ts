import type { JsonObject, JsonValue } from '../../contracts/json.ts';

/**
 * A JSON Schema that takes all of these values: types as they occur, fields that each object has as required. It names no list of values and no
 * bounds: some examples do not say what else may come.
 */
export function inferSchema(values: readonly JsonValue[]): JsonObject {
  const kinds = new Set(values.map(kindOf));
  const some = [...kinds].map((kind) =>
    schemaOf(
      kind,
      values.filter((value) => kindOf(value) === kind),
    ),
  );
  const [only] = some;
  return some.length === 1 && only ? only : { anyOf: some };
}

type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

function kindOf(value: JsonValue): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as Kind;
}

function schemaOf(kind: Kind, values: readonly JsonValue[]): JsonObject {
  if (kind === 'array') {
    const items = (values as readonly JsonValue[][]).flat();
    return items.length === 0 ? { type: 'array' } : { type: 'array', items: inferSchema(items) };
  }
  if (kind !== 'object') return { type: kind };
  const objects = values as readonly JsonObject[];
  const names = [...new Set(objects.flatMap((value) => Object.keys(value)))];
  return {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => [name, inferSchema(objects.filter((value) => Object.hasOwn(value, name)).map((value) => value[name] ?? null))]),
    ),
    required: names.filter((name) => objects.every((value) => Object.hasOwn(value, name))),
  };
}
