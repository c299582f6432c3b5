import type { JsonValue } from './json.ts';

/**
 * Another value of the same kind, where there is one; of an object another one of every field.
 * @param text in the place of texts; numbers are huge where there is one
 */
export function otherValue(value: JsonValue | undefined, text: string): JsonValue {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return text === '' ? -2 * value - 1 : 1e12;
  if (typeof value === 'string') return value === text ? `${text}!` : text;
  if (Array.isArray(value)) return value.length === 0 ? [text] : [];
  if (typeof value !== 'object' || value === null) return text;
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, otherValue(part, text)]));
}
