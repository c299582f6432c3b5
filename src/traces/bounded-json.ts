import type { JsonValue } from '../contracts/json.ts';
import { tooDeepAt } from '../contracts/json-depth.ts';

/** A text in which a number may be beyond what a double holds. */
const hugeNumber = /\d[eE]\+?\d{3}|\d{309}/;

/** What JSON text holds, with numbers that JSON can hold again; undefined when it is no JSON, or nests so far that it is better left a text. */
export function parseShallow(text: string): JsonValue | undefined {
  if (tooDeepAt(text) !== undefined) return undefined;
  try {
    return JSON.parse(text, hugeNumber.test(text) ? finiteOnly : undefined) as JsonValue;
  } catch {
    return undefined;
  }
}

/** `JSON.parse('1e999')` is Infinity, which is no JSON any more. */
function finiteOnly(_: string, value: JsonValue): JsonValue {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
