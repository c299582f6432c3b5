import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { didYouMean } from '../text/did-you-mean.ts';

/** Keywords that say something of values of one type only. Without `type` the reader of JSON Schema lets them pass. */
const ofType: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'contains', 'minContains', 'maxContains', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
};
const typed = Object.values(ofType).flat();
const joined = ['anyOf', 'oneOf', 'allOf'];
const known = [...typed, ...joined, 'type', 'enum', 'const', 'not', '$ref', '$defs', 'definitions'];
/** Words that look like keywords and say nothing of a value, or are refused by name elsewhere. */
const annotations = ['example', 'additionalItems', 'id', '$id', 'if', 'then', 'else', 'unevaluatedItems'];

/**
 * What a JSON Schema says that zod's reader would leave out without a word, in words that name the place; undefined where it says all of it. A decision
 * would pass for right by what is left out.
 */
export function schemaGap(schema: JsonValue | undefined, place = ''): string | undefined {
  if (!isObject(schema)) return undefined;
  const at = place === '' ? 'it' : place;
  const keywords = Object.keys(schema);
  const [first] = keywords.filter((keyword) => typed.includes(keyword));
  if ('$ref' in schema && first !== undefined) return `${at} has "${first}" beside "$ref", where it is not read: join them by "allOf"`;
  if (first !== undefined && !('type' in schema)) {
    const type = Object.keys(ofType).find((name) => ofType[name]?.includes(first));
    return `${at} has "${first}" without "type", where it is not read: add "type": "${type}"`;
  }
  const missing = Array.isArray(schema.required)
    ? schema.required.find((name) => !(isObject(schema.properties) && typeof name === 'string' && Object.hasOwn(schema.properties, name)))
    : undefined;
  if (missing !== undefined) return `${at} requires ${JSON.stringify(missing)}, which is not one of its "properties": add it there`;
  const counted = ['minItems', 'maxItems'].find((name) => name in schema);
  if (counted !== undefined && !('items' in schema || 'prefixItems' in schema))
    return `${at} has "${counted}" without "items": add "items": {}`;
  for (const keyword of keywords) {
    const meant = known.includes(keyword) || annotations.includes(keyword) ? '' : didYouMean(keyword, known);
    if (meant.startsWith(' Did')) return `${at} has "${keyword}", which is no keyword.${meant}`.replace(/\.$/, '');
  }
  for (const [below, each] of subschemas(schema)) {
    const gap = schemaGap(each, place === '' ? below : `${place}.${below}`);
    if (gap !== undefined) return gap;
  }
  return undefined;
}

function subschemas(schema: JsonObject): [place: string, schema: JsonValue][] {
  const named = ['properties', 'patternProperties', '$defs', 'definitions'].flatMap((keyword) =>
    isObject(schema[keyword])
      ? Object.entries(schema[keyword]).map(([name, each]): [string, JsonValue] => [
          keyword === 'properties' ? name : `${keyword}.${name}`,
          each,
        ])
      : [],
  );
  const listed = [...joined, 'prefixItems'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? schema[keyword].map((each, index): [string, JsonValue] => [`${keyword}.${index}`, each]) : [],
  );
  const single = ['items', 'additionalProperties', 'contains', 'propertyNames'].flatMap((keyword): [string, JsonValue][] =>
    schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]],
  );
  return [...named, ...listed, ...single];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
