import { foldTo } from './display-width.ts';
import type { Output } from './terminal.ts';

/** Prints lines, those that are too long for the terminal on several. */
export function printFolded(lines: readonly string[], output: Output): void {
  for (const line of lines) for (const part of foldTo(line, output.columns)) output.line(part);
}
