import { jsonPieces } from '../../contracts/json-pieces.ts';
import { visibleText } from '../../text/hostile-text.ts';

/**
 * JSON text, two spaces deep, that is safe on a terminal: characters JSON allows and a terminal would obey are written as `\uXXXX`,
 * so the value stays the same.
 */
export function plainJson(value: unknown): string {
  return visibleText(JSON.stringify(value, null, 2));
}

/** The same on one line. */
export function plainJsonLine(value: unknown): string {
  return visibleText(JSON.stringify(value));
}

/** Longest text that is written at a time, in UTF-16 units: whoever waits for a short object has it at once. */
const mostAtOnce = 64 * 1024;

/** Raised when a field of what `--json` prints changes its meaning or goes; new fields may come at any time. */
const schemaVersion = 1;

/**
 * Prints what `plainJson` gives, in portions: it may be longer than any text can be. What names its `kind` says its `schemaVersion`, too; the schemas of all
 * kinds are `json-output.schema.json`, made of the types of what is given here.
 */
export function printJson<const Value extends object>(value: Value, output: { raw(text: string): void }): void {
  const told = 'kind' in value && !('schemaVersion' in value) ? Object.assign({ kind: value.kind, schemaVersion }, value) : value;
  let portion = '';
  for (const piece of jsonPieces(told, 2)) {
    portion += visibleText(piece);
    if (portion.length < mostAtOnce) continue;
    output.raw(portion);
    portion = '';
  }
  output.raw(`${portion}\n`);
}
