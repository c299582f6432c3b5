import type { JsonValue } from '../contracts/json.ts';

/** What of a schema the API's grammar cannot hold a model to, and counts of what it takes only so many of. */
export interface SchemaLimits {
  /** One a keyword: where it stands and what it is. */
  readonly refused: readonly string[];
  readonly optionalFields: number;
  readonly unionFields: number;
}

/** Keywords that structured output and strict tools refuse, whatever their value. */
const refusedKeywords: ReadonlySet<string> = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
  ...['maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'prefixItems', 'unevaluatedItems'],
  ...['minProperties', 'maxProperties', 'patternProperties', 'propertyNames', 'unevaluatedProperties'],
  ...['dependentRequired', 'dependentSchemas', 'oneOf', 'not', 'if', 'then', 'else'],
]);

const takenFormats: ReadonlySet<string> = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
]);

/** Back-references, looks ahead and behind, and word boundaries. */
const refusedPattern = /\\[1-9bB]|\(\?[=!<]|\\k</;

/** Members whose values are schemas by name, and lists of schemas. */
const named = ['properties', '$defs', 'definitions'];
const listed = ['anyOf', 'allOf', 'oneOf', 'prefixItems'];

/**
 * Reads a schema by what structured output and strict tools take.
 * Source: Anthropic's page on structured outputs, "JSON Schema limitations", November 2026.
 */
export function schemaLimits(schema: JsonValue): SchemaLimits {
  const refused: string[] = [];
  const counts = { optionalFields: 0, unionFields: 0 };
  visit(schema, '');
  return { refused, ...counts };

  function visit(node: JsonValue | undefined, path: string): void {
    if (!isObject(node)) return;
    const at = (what: string) => refused.push(`${path || 'the whole schema'}: ${what}`);
    for (const [keyword, value] of Object.entries(node)) {
      if (refusedKeywords.has(keyword)) at(`${keyword} ${shown(value)}`);
    }
    if (typeof node.minItems === 'number' && node.minItems > 1) at(`minItems ${node.minItems}, where 0 and 1 are taken`);
    if (typeof node.format === 'string' && !takenFormats.has(node.format)) at(`format ${shown(node.format)}`);
    if (typeof node.pattern === 'string' && refusedPattern.test(node.pattern)) at(`pattern ${shown(node.pattern)}`);
    if (Array.isArray(node.enum) && node.enum.some((value) => typeof value === 'object' && value !== null)) at('enum of objects or lists');
    if (Array.isArray(node.items)) at('items as a list');
    if (Array.isArray(node.allOf) && node.allOf.some((part) => isObject(part) && '$ref' in part)) at('allOf with a $ref in it');
    if (isObjectSchema(node) && node.additionalProperties !== false) {
      at(
        `additionalProperties ${node.additionalProperties === undefined ? 'is missing' : shown(node.additionalProperties)}, and has to be false`,
      );
    }
    const { properties, required } = node;
    if (isObject(properties)) {
      const names = new Set(Array.isArray(required) ? required : []);
      counts.optionalFields += Object.keys(properties).filter((name) => !names.has(name)).length;
      counts.unionFields += Object.values(properties).filter(isUnion).length;
    }
    if (typeof node.$ref === 'string') checkReference(node.$ref, path);
    for (const name of named) {
      if (isObject(node[name])) for (const [key, child] of Object.entries(node[name])) visit(child, joined(path, key));
    }
    for (const name of listed) {
      const children = node[name];
      if (Array.isArray(children)) for (const [index, child] of children.entries()) visit(child, joined(path, `${name}[${index}]`));
    }
    visit(node.items, `${path}[]`);
    if (isObject(node.additionalProperties)) visit(node.additionalProperties, joined(path, '*'));
  }

  function checkReference(reference: string, path: string): void {
    const at = path || 'the whole schema';
    if (!reference.startsWith('#')) refused.push(`${at}: $ref ${shown(reference)}, which is not in the same file`);
    else if (leadsBack(reference, schema)) refused.push(`${at}: $ref ${shown(reference)}, which holds itself`);
  }
}

/** True when what a reference names refers to it again, over however many others. */
function leadsBack(reference: string, root: JsonValue): boolean {
  const seen = new Set<string>();
  const open = [reference];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = referencesIn(targetOf(next, root));
    if (found.includes(reference)) return true;
    for (const each of found) {
      if (!seen.has(each)) open.push(each);
      seen.add(each);
    }
  }
  return false;
}

function targetOf(reference: string, root: JsonValue): JsonValue | undefined {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.reduce<JsonValue | undefined>(
    (node, step) => (isObject(node) ? node[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  );
}

function referencesIn(node: JsonValue | undefined): string[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' && typeof value === 'string' ? [value] : referencesIn(value)));
}

function isObjectSchema(node: Record<string, JsonValue>): boolean {
  return node.type === 'object' || (Array.isArray(node.type) && node.type.includes('object')) || isObject(node.properties);
}

function isUnion(node: JsonValue): boolean {
  return isObject(node) && ((Array.isArray(node.type) && node.type.length > 1) || Array.isArray(node.anyOf));
}

function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function joined(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
