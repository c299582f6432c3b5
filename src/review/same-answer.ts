import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/**
 * The part of a decision that says what was decided: its yes/no fields, or, where it has none, the fields that are no number and no prose.
 * Numbers follow the input, and prose is never the same twice.
 */
export function choiceOf(decision: JsonObject): JsonObject {
  const entries = Object.entries(decision);
  const choices = entries.filter(([, value]) => typeof value === 'boolean');
  if (choices.length > 0) return Object.fromEntries(choices);
  return Object.fromEntries(entries.filter(([, value]) => isWord(value)));
}

/** The choice as text: equal choices, equal texts. */
export function choiceText(decision: JsonObject): string {
  let flags = '';
  // Called millions of times where traces are put together, and nearly every decision has a yes/no field.
  for (const field of Object.keys(decision).sort()) {
    const value = decision[field];
    if (typeof value === 'boolean') flags += `${field}=${value};`;
  }
  return flags === '' ? canonicalJson(choiceOf(decision)) : flags;
}

/** True when two decisions choose the same. */
export function sameChoice(one: JsonObject, other: JsonObject): boolean {
  return choiceText(one) === choiceText(other);
}

function isWord(value: JsonValue): boolean {
  return value === null || (typeof value === 'string' && /^[\p{L}\p{N}_-]{1,40}$/u.test(value));
}
