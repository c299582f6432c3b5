import type { JsonValue } from '../../../contracts/json.ts';
import { isObject } from '../../json-values.ts';

/**
 * promptfoo takes every text for a template of nunjucks. What begins one, and a text that would be taken for a file's name, is printed by a template
 * of its own, so that it reaches the prompt as it is.
 */
const opener = /\{[{%#]/g;
const printed = /\{\{ "(\{[{%#]|f(?=" \}\}ile:\/\/))" \}\}|\{[{%#]/g;

/** A value none of whose texts is a template to promptfoo. */
export function literal(value: JsonValue): JsonValue {
  return mapped(value, (text) => text.replace(opener, '{{ "$&" }}').replace(/^file:\/\//, '{{ "f" }}ile://'));
}

/** What `literal` made of a value, back; `isTemplate` where there is a template beside. */
export function filledIn(value: JsonValue): { readonly value: JsonValue; readonly isTemplate: boolean } {
  let isTemplate = false;
  const plain = mapped(value, (text) =>
    text.replace(printed, (found, inner: string | undefined) => {
      if (inner === undefined) isTemplate = true;
      return inner ?? found;
    }),
  );
  return { value: plain, isTemplate };
}

function mapped(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapped(member, change)]));
  return value;
}
