import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import { visibleLine } from '../text/hostile-text.ts';

const longestName = 80;
const plainName = /^[a-z0-9][a-z0-9-]{0,79}$/;
/** What Windows takes for a device, whatever its ending. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The name of a row's case: its own id where that can be a file's name, else made of the id, so that no two ids make one name; without an id made of
 * the input. The same row has the same name at every import, and none is a path.
 * @param prefix for files whose ids are numbers that other files have as well
 */
export function rowName(id: string | undefined, input: JsonObject, prefix = ''): string {
  if (id === undefined) return `${prefix}row-${sha256(canonicalJson(input)).slice(0, 16)}`.slice(0, longestName);
  const whole = `${prefix}${id}`;
  if (plainName.test(whole) && !reserved.test(whole)) return whole;
  const slug = whole
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, longestName - 9);
  return `${slug === '' ? 'row' : slug}-${sha256(whole).slice(0, 8)}`;
}

const longestTitle = 120;

/** A title for a row that has none, of what the row itself says. */
export function rowTitle(input: JsonObject): string {
  const members = Object.entries(input);
  const shown = members.map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return members.length === 1 ? text : `${name} ${text}`;
  });
  return oneLine(shown.join(', ')) || 'A case without values';
}

/** A title as a case may have it: one line, not too long. */
export function oneLine(text: string): string {
  const line = visibleLine(text);
  const characters = [...line];
  return characters.length <= longestTitle ? line : `${characters.slice(0, longestTitle - 1).join('')}…`;
}
