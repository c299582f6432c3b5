import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { parseShallow } from '../bounded-json.ts';

/** Deeper values are hostile or broken: no agent's input nests so far, and a stack would overflow later on. */
const deepest = 100;

/** The object a value is, also one written as JSON text; undefined when it is none. */
export function objectOf(value: unknown): JsonObject | undefined {
  const parsed = jsonOf(value);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
}

/** The value, or what its text holds when that is a JSON object or array. Other text, and JSON that is nested too deeply, stays text. */
export function jsonOf(value: unknown): JsonValue {
  if (typeof value !== 'string') return (value ?? null) as JsonValue;
  return /^\s*[[{]/.test(value) ? (parseShallow(value) ?? value) : value;
}

/** The text of a value: text as it is, everything else as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a member may hold instead of being left out. */
export function isEmptyText(value: JsonValue): boolean {
  return value === '';
}

/** An object of the members that say something; what is absent or null says nothing. */
export function presentMembers(
  members: readonly (readonly [name: string, value: JsonValue | undefined])[],
  saysNothing: (value: JsonValue) => boolean = () => false,
): JsonObject {
  const isPresent = (value: JsonValue | undefined): value is JsonValue => value !== undefined && value !== null && !saysNothing(value);
  return Object.fromEntries(members.flatMap(([name, value]) => (isPresent(value) ? [[name, value]] : [])));
}

/** True for values that nest too far to be handled. */
export function isTooDeep(value: unknown, most = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most <= 0 || Object.values(value).some((inner) => isTooDeep(inner, most - 1));
}

/** True for values with a number in them that JSON text can say and a double cannot hold; of values that are not too deep. */
export function hasEndlessNumber(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasEndlessNumber);
  return typeof value === 'number' && !Number.isFinite(value);
}
