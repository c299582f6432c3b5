import type { JsonObject, JsonValue } from '../contracts/json.ts';

/**
 * The fields that a decision's JSON schema names, each with its schemas: its own `properties`, and those of `allOf`, `anyOf`, `oneOf`, `then`,
 * `else` and `$ref` within the document. Empty for a schema that names none.
 */
export function decisionFieldsOf(schema: JsonObject): Map<string, JsonObject[]> {
  const fields = new Map<string, JsonObject[]>();
  const seen = new Set<JsonValue>();
  const visit = (part: JsonValue | undefined) => {
    if (!isObject(part) || seen.has(part)) return;
    seen.add(part);
    for (const [field, value] of Object.entries(isObject(part.properties) ? part.properties : {})) {
      if (isObject(value)) fields.set(field, [...(fields.get(field) ?? []), resolved(schema, value)]);
    }
    for (const list of [part.allOf, part.anyOf, part.oneOf]) if (Array.isArray(list)) list.forEach(visit);
    visit(part.then);
    visit(part.else);
    if (typeof part.$ref === 'string') visit(pointed(schema, part.$ref));
  };
  visit(schema);
  return fields;
}

/** A field's schema with the document's definitions, so that it can be read by itself. */
function resolved(schema: JsonObject, field: JsonObject): JsonObject {
  const { $defs, definitions } = schema;
  return { ...($defs === undefined ? {} : { $defs }), ...(definitions === undefined ? {} : { definitions }), ...field };
}

/** What a reference within the document points at (RFC 6901). */
function pointed(schema: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  const steps = reference.slice(1).split('/').slice(1);
  return steps
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<JsonValue | undefined>((part, step) => (isObject(part) && Object.hasOwn(part, step) ? part[step] : undefined), schema);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
