import type { Output } from '../terminal/terminal.ts';
import { plainLine } from '../terminal/terminal-text.ts';

/** Says what of a store is damaged. */
export function damageNote(note: Output): (message: string) => void {
  return (message) => note.line(note.style('yellow', `! ${plainLine(message)}`));
}
