import type { JsonValue } from '../contracts/json.ts';
import { visibleText } from '../text/hostile-text.ts';

/** A JSON value in which every text and key is visible: promptfoo prints outputs as they are. */
export function visibleJson(value: JsonValue): JsonValue {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(visibleJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [visibleText(key), visibleJson(member)]));
}
