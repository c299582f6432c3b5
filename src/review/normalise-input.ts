import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** Hash of an input in which spelling does not count: order of keys, Unicode form, surrounding and repeated white space, minus zero. */
export function normalisedInputHash(input: JsonObject): string {
  return sha256(canonicalJson(normaliseValue(input)));
}

/** The value in its normal spelling. */
export function normaliseValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(normaliseValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normaliseValue(member)]));
}
