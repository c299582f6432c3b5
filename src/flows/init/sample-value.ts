import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { isObject } from '../../suites/json-values.ts';

/** Deeper than anybody writes by hand; a schema that refers to itself ends here. */
const deepest = 12;

/**
 * A value that a JSON Schema describes, another one for each `variant`. What schemas say beyond the common words (patterns, conditions) is not
 * understood: the caller checks the value.
 */
export function sampleValue(schema: JsonObject, variant: number, root: JsonObject = schema, depth = 0): JsonValue {
  if (depth > deepest) return null;
  const inner = (value: unknown, more = 1) => sampleValue(isObject(value) ? value : {}, variant, root, depth + more);
  if (Object.hasOwn(schema, 'const')) return schema.const ?? null;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[variant % schema.enum.length] ?? null;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[variant % schema.examples.length] ?? null;
  if (typeof schema.$ref === 'string') return inner(referred(schema.$ref, root));
  const branches = [schema.anyOf, schema.oneOf].find((value) => Array.isArray(value)) as JsonValue[] | undefined;
  if (branches) return inner(branches[0]);
  if (Array.isArray(schema.allOf)) return inner(Object.assign({}, ...schema.allOf.filter(isObject), { ...schema, allOf: undefined }));
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'boolean':
      return variant % 2 === 0;
    case 'integer':
    case 'number':
      return numberIn(schema, variant);
    case 'string':
      return textFor(schema, variant);
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema.minItems ?? 1)) }, () => inner(schema.items));
    case 'null':
      return null;
    default:
      return Object.fromEntries(
        Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([name, value]) => [name, inner(value)]),
      );
  }
}

function numberIn({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: JsonObject, variant: number): number {
  const step = typeof multipleOf === 'number' ? multipleOf : 1;
  const lowest = Math.max(numberOr(minimum, Number.NEGATIVE_INFINITY), numberOr(exclusiveMinimum, Number.NEGATIVE_INFINITY) + step);
  const highest = Math.min(numberOr(maximum, Number.POSITIVE_INFINITY), numberOr(exclusiveMaximum, Number.POSITIVE_INFINITY) - step);
  const from = Number.isFinite(lowest) ? Math.ceil(lowest / step) * step : Math.min(step, highest);
  return Math.min(from + variant * step, Number.isFinite(highest) ? highest : Number.POSITIVE_INFINITY);
}

const formats: Readonly<Record<string, (variant: number) => string>> = {
  date: (variant) => `2026-01-0${1 + variant}`,
  'date-time': (variant) => `2026-01-0${1 + variant}T12:00:00Z`,
  time: () => '12:00:00Z',
  email: (variant) => `person${variant + 1}@example.com`,
  uri: (variant) => `https://example.com/${variant + 1}`,
  uuid: (variant) => `00000000-0000-4000-8000-00000000000${variant}`,
};

function textFor({ format, minLength, maxLength }: JsonObject, variant: number): string {
  const formatted = typeof format === 'string' ? formats[format]?.(variant) : undefined;
  return formatted ?? `example ${variant + 1}`.padEnd(numberOr(minLength, 0), '.').slice(0, numberOr(maxLength, 100_000));
}

function referred(reference: string, root: JsonObject): JsonValue {
  let found: JsonValue = root;
  for (const name of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const key = decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~');
    found = (isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined) ?? null;
  }
  return found;
}

function numberOr(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
