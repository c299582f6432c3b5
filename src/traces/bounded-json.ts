import type { JsonValue } from '../contracts/json.ts';

/** Deeper JSON is kept as text: whoever walks or prints a value must not run out of stack. */
const deepest = 128;

/** A text in which a number may be beyond what a double holds. */
const hugeNumber = /\d[eE]\+?\d{3}|\d{309}/;

/** What JSON text holds, with numbers that JSON can hold again; undefined when it is no JSON, or nests so far that it is better left a text. */
export function parseShallow(text: string): JsonValue | undefined {
  if (isTooDeep(text)) return undefined;
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

function isTooDeep(json: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (inText) {
      if (character === 0x5c) at += 1;
      else if (character === 0x22) inText = false;
    } else if (character === 0x22) inText = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > deepest) return true;
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return false;
}
