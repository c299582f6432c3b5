import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import { assertionOfCell } from './assertions.ts';

/** A row of a table of tests as the test that it stands for: `__expected`, `__description`, `__metadata:…` and the like; every other column is a variable. */
export function testOfRow(row: JsonObject): JsonObject {
  const vars: [string, JsonValue][] = [];
  const assert: JsonValue[] = [];
  const metadata: [string, JsonValue][] = [];
  const options: [string, JsonValue][] = [];
  const others: [string, JsonValue][] = [];
  for (const [name, cell] of Object.entries(row)) {
    const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
    if (name.startsWith('__expected')) assert.push(assertionOfCell(text));
    else if (name === '__description') others.push(['description', text]);
    else if (name === '__prefix' || name === '__suffix') options.push([name.slice(2), text]);
    else if (name.startsWith('__metadata:')) metadata.push(metadataCell(name.slice('__metadata:'.length), text));
    else if (name.startsWith('__')) others.push([name, text]);
    else vars.push([name, cell]);
  }
  return Object.fromEntries<JsonValue>([
    ...others,
    ['vars', Object.fromEntries(vars)],
    ['assert', assert],
    ['metadata', Object.fromEntries(metadata)],
    ['options', Object.fromEntries(options)],
  ]);
}

/** A name with `[]` is a list between commas; `\,` is a comma. */
function metadataCell(name: string, text: string): [string, JsonValue] {
  if (!name.endsWith('[]')) return [name, text];
  return [name.slice(0, -2), text.split(/(?<!\\),/).map((each) => each.trim().replaceAll('\\,', ','))];
}
