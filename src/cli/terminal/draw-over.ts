import { cutTo } from './display-width.ts';
import type { Output } from './terminal.ts';

/** Draws a line over the one that was drawn before, where a person looks on; nothing elsewhere. Without a text it takes the line away. */
export function drawOver(output: Output, text = ''): void {
  // A line that goes on in the next row could not be drawn over.
  if (output.live) output.raw(`\r\u001B[2K${cutTo(text, output.columns - 1)}`);
}
