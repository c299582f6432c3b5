import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';

/** A field of an input by its path, `applicant.name`; undefined where there is none. */
export function fieldOf(input: JsonObject, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>((value, step) => (isObject(value) ? ownField(value, step) : undefined), input);
}

/** The same input with another value in that field; what is missing on the way is added. */
export function withField(input: JsonObject, path: string, value: JsonValue): JsonObject {
  const [step = '', ...deeper] = path.split('.');
  const within = ownField(input, step);
  return { ...input, [step]: deeper.length === 0 ? value : withField(isObject(within) ? within : {}, deeper.join('.'), value) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
