import type { JsonValue } from '../contracts/json.ts';
import { isObject } from './json-values.ts';

/** The text of a conversation in which the user says one thing; undefined for anything else. `rest` holds what others say. */
export function soleMessage(value: JsonValue): { readonly text?: string; readonly rest?: JsonValue } {
  if (!Array.isArray(value)) return {};
  const messages = value.flatMap((each) =>
    isObject(each) && typeof each.role === 'string' && typeof each.content === 'string' ? [each] : [],
  );
  if (messages.length !== value.length) return {};
  const said = messages.filter(({ role }) => role === 'user' || messages.length === 1);
  const [only] = said;
  if (said.length !== 1 || typeof only?.content !== 'string') return {};
  const rest = messages.filter((each) => each !== only);
  return { text: only.content, ...(rest.length > 0 ? { rest } : {}) };
}
