import type { Readable } from 'node:stream';

/**
 * Splits a stream into lines. A line over the limit is not kept: `onTooLong` is told once, and nothing after it is read.
 * @param longest most bytes of a line
 */
export function readLines(
  stream: Readable,
  longest: number,
  { onLine, onTooLong }: { readonly onLine: (line: string) => void; readonly onTooLong: () => void },
): void {
  let pieces: Buffer[] = [];
  let length = 0;
  let over = false;
  stream.on('data', (chunk: Buffer) => {
    let rest = chunk;
    while (!over) {
      const end = rest.indexOf(0x0a);
      const piece = end === -1 ? rest : rest.subarray(0, end);
      length += piece.length;
      if (length > longest) {
        over = true;
        pieces = [];
        onTooLong();
        return;
      }
      if (piece.length > 0) pieces.push(piece);
      if (end === -1) return;
      const line = pieces.length === 1 ? (pieces[0] as Buffer).toString('utf8') : Buffer.concat(pieces).toString('utf8');
      pieces = [];
      length = 0;
      if (line.trim() !== '') onLine(line);
      rest = rest.subarray(end + 1);
    }
  });
}
