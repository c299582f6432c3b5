import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { personalIn } from './redact-text.ts';

const bracketed = /\[([a-z][a-z-]{0,30})-([a-p]{10})\]/g;
/** Other ways to write `[person-adkfmnpcbe]`, for schemas that take no brackets, or letters and spaces only. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => text.replace(bracketed, '$1-$2'),
  (text) => text.replace(bracketed, (_, kind: string, letters: string) => `${capital(kind.replace(/-/g, ' '))} ${capital(letters)}`),
  (text) => text.replace(bracketed, '$2'),
];

/**
 * A redacted input whose pseudonyms are written so that the agent takes the fields that it took before: one name in a field never costs the object
 * around it.
 * @param faultyFields top-level fields that the agent does not take
 */
export function fitPseudonyms(
  original: JsonObject,
  redacted: JsonObject,
  faultyFields: (input: JsonObject) => readonly string[],
): JsonObject {
  const before = faultyFields(original);
  let fitted = redacted;
  for (const field of faultyFields(redacted)) {
    const value = redacted[field];
    if (before.includes(field) || value === undefined) continue;
    const taken = spellings
      .map((spelling) => ({ ...fitted, [field]: respelled(value, spelling) }))
      .find((input) => !faultyFields(input).includes(field));
    fitted = taken ?? fitted;
  }
  return fitted;
}

function respelled(value: JsonValue, spelling: (text: string) => string): JsonValue {
  if (typeof value === 'string') {
    const text = spelling(value);
    return text === value || personalIn(text).length > 0 ? value : text;
  }
  if (Array.isArray(value)) return value.map((each) => respelled(each, spelling));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, respelled(member, spelling)]));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
