import { jsonPieces } from '../../contracts/json-pieces.ts';
import { visibleText } from '../../text/hostile-text.ts';

/**
 * JSON text, two spaces deep, that is safe on a terminal: characters JSON allows and a terminal would obey are written as `\uXXXX`,
 * so the value stays the same.
 */
export function plainJson(value: unknown): string {
  return visibleText(JSON.stringify(value, null, 2));
}

/** Prints what `plainJson` gives, piece by piece: it may be longer than any text can be. */
export function printJson(value: unknown, output: { raw(text: string): void }): void {
  for (const piece of jsonPieces(value, 2)) output.raw(visibleText(piece));
  output.raw('\n');
}
