import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { Usage } from '../../contracts/transcript.ts';
import { parseShallow } from '../bounded-json.ts';

type Attributes = RawSpan['attributes'];

/** The first of the attributes that is there. */
export function attribute(attributes: Attributes, ...names: readonly string[]): JsonValue | undefined {
  for (const name of names) {
    // Own properties only: a span may ask for `constructor`.
    if (Object.hasOwn(attributes, name)) return attributes[name];
  }
  return undefined;
}

/** The first of the attributes that is a text with something in it. */
export function text(attributes: Attributes, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = attribute(attributes, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/**
 * The first of the attributes that is there, as a value: JSON written as text is parsed, other text stays text. JSON that was cut off is no
 * value: half of an answer would be read as another one.
 */
export function value(attributes: Attributes, ...names: readonly string[]): JsonValue | null {
  const found = attribute(attributes, ...names);
  if (found === undefined) return null;
  const read = parsed(found);
  return read === found && isCutOff(found) ? null : read;
}

/** True for JSON text of an object or a list that ends before its end, as a limit on the length of attributes leaves it. */
export function isCutOff(found: JsonValue): boolean {
  return typeof found === 'string' && /^\s*(?:\{\s*"|\[\s*[[{"])/.test(found) && endsInside(found);
}

/** True when a bracket or a text is still open at the end. */
function endsInside(json: string): boolean {
  let open = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (inText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === '{' || sign === '[') open += 1;
    else if (sign === '}' || sign === ']') open -= 1;
  }
  return inText || open > 0;
}

/** JSON written as text becomes the value; any other text, and JSON that is nested too deeply, stays text. */
export function parsed(found: JsonValue): JsonValue {
  if (typeof found !== 'string' || !/^\s*[[{"\d\-tfn]/.test(found)) return found;
  const json = parseShallow(found);
  return json === undefined ? found : json;
}

/** A value where a text is expected: text as it is, nothing as an empty text, everything else as JSON. */
export function wordsOf(found: JsonValue | undefined): string {
  if (found === undefined || found === null) return '';
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** An object, or undefined. */
export function objectOf(found: JsonValue | undefined | null): JsonObject | undefined {
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : undefined;
}

/** Tokens from counts that include the cached ones in the input, as all conventions have them; null when no count is there. */
export function usageFrom(counts: {
  input?: number | null;
  output?: number | null;
  cacheWrite?: number | null;
  cacheRead?: number | null;
}): Usage | null {
  const { input, output } = counts;
  if ((input ?? null) === null && (output ?? null) === null) return null;
  const cacheWriteTokens = counts.cacheWrite ?? 0;
  const cacheReadTokens = counts.cacheRead ?? 0;
  return {
    inputTokens: Math.max((input ?? 0) - cacheWriteTokens - cacheReadTokens, 0),
    outputTokens: output ?? 0,
    cacheWriteTokens,
    cacheReadTokens,
  };
}

/** The first of the attributes that is a count; some systems export numbers as text. */
export function tokens(attributes: Attributes, ...names: readonly string[]): number | null {
  for (const name of names) {
    const found = attribute(attributes, name);
    const number = typeof found === 'string' && /^\d{1,15}$/.test(found) ? Number(found) : found;
    if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  }
  return null;
}
