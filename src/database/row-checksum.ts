import { crc32 } from 'node:zlib';

/**
 * CRC-32 (ITU-T V.42) of a row: its key and everything it holds, so that a row that stands under another key shows as well. It is there for what
 * disks, copies and killed machines do, of which one in four thousand million passes; not against people, who can compute it. What they must
 * not change is signed.
 */
export function rowChecksum(...values: readonly (string | number | bigint | null)[]): number {
  let sum = 0;
  let short = '';
  for (const value of values) {
    const text = value === null ? '' : String(value);
    // The length parts the values: what one loses, the next cannot take over.
    short += value === null ? ':' : `${text.length}:`;
    if (text.length < longText) short += text;
    else {
      // The same sum, without joining what is long.
      sum = crc32(text, crc32(short, sum));
      short = '';
    }
  }
  return crc32(short, sum);
}

/** A shorter one is joined: calling the sum costs more than a copy. */
const longText = 4_000;
