import type { JsonObject } from '../../contracts/json.ts';
import { parseShallow } from '../../traces/bounded-json.ts';
import { isObject } from './run-of-trace.ts';

/** Most places in a text at which an object is looked for. */
const mostPlaces = 100;

/** The first JSON object of a text: the whole text, or one that stands in it, in a block of code or between words. */
export function jsonIn(text: string): JsonObject | undefined {
  let at = text.indexOf('{');
  for (let place = 0; at !== -1 && place < mostPlaces; place += 1) {
    const end = endOf(text, at);
    const read = end === undefined ? undefined : parseShallow(text.slice(at, end));
    if (read !== undefined && isObject(read)) return read;
    at = text.indexOf('{', at + 1);
  }
  return undefined;
}

/** Where the bracket that opens here is closed again, strings left aside. */
function endOf(text: string, from: number): number | undefined {
  let open = 0;
  let inText = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (inText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === '{') open += 1;
    else if (sign === '}') {
      open -= 1;
      if (open === 0) return at + 1;
    }
  }
  return undefined;
}
