import { plainLine } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

/** Says what of a store is damaged. */
export function damageNote(note: Output): (message: string) => void {
  return (message) => note.line(note.style('yellow', `! ${plainLine(message)}`));
}
