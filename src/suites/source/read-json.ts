import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { deepestJson, tooDeepAt } from '../../contracts/json-depth.ts';
import { isObject } from '../json-values.ts';

/** A record of a file, or why it is none. */
export type SourceRecord = { readonly line: number; readonly value: JsonObject } | { readonly line: number; readonly fault: string };

/** Reads one record. */
export function recordOf(text: string, line: number, cut = false): SourceRecord {
  if (tooDeepAt(text) !== undefined) return { line, fault: `nests deeper than ${deepestJson} levels` };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { line, fault: cut ? 'the file ends in the middle of it' : 'it is not valid JSON' };
  }
  const endless = isObject(value) && endlessNumber(value);
  if (endless) return { line, fault: 'it has a number too large to be kept' };
  return isObject(value) ? { line, value } : { line, fault: `it is ${kindOf(value)}, not a JSON object` };
}

/** `1e999` is JSON, and no number that could be written again. */
function endlessNumber(value: JsonValue): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(endlessNumber);
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** The lines of a JSON lines text that are not blank. */
export function* jsonLines(text: string): Generator<{ readonly text: string; readonly line: number }> {
  let line = 0;
  for (let from = 0; from <= text.length; ) {
    const next = text.indexOf('\n', from);
    const end = next === -1 ? text.length : next;
    line += 1;
    const content = text.slice(from, end).trim();
    if (content !== '') yield { text: content, line };
    from = end + 1;
  }
}
