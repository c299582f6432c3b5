import type { JsonValue } from '../contracts/json.ts';

/** Control characters (also C1, which some terminals obey) and marks that turn the direction of writing; line breaks and tabs stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const activeCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text of a model as a terminal may show it: promptfoo prints outputs as they are. */
export function inertText(text: string): string {
  return text.replace(activeCharacters, '\ufffd');
}

/** A JSON value in which every text and key is inert. */
export function inertJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return inertText(value);
  if (Array.isArray(value)) return value.map(inertJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [inertText(key), inertJson(member)]));
}
