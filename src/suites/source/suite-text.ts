import { isUtf8 } from 'node:buffer';
import { DocketError } from '../../contracts/docket-error.ts';

/** A file's text, and whether some of it could not be read. */
export interface SuiteText {
  readonly text: string;
  readonly damaged: boolean;
}

/**
 * The text of a file as spreadsheets and other systems save it: UTF-8 or UTF-16, with a byte order mark or without.
 * @throws {DocketError} when it is no text
 */
export function suiteText(bytes: Buffer, file: string): SuiteText {
  const encoding = encodingOf(bytes);
  if (encoding !== 'utf-8') return { text: new TextDecoder(encoding).decode(bytes), damaged: bytes.length % 2 === 1 };
  if (bytes.subarray(0, 4096).includes(0)) {
    const known = bytes.subarray(0, 2).toString('latin1') === 'PK' ? ' It looks like a spreadsheet or an archive: save it as CSV.' : '';
    throw new DocketError(`${file}: it is no text.${known}`);
  }
  return { text: new TextDecoder('utf-8').decode(bytes), damaged: !isUtf8(bytes) };
}

function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: every second byte of Latin letters is zero.
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0 && first !== 0) return 'utf-16le';
  if (bytes.length >= 4 && first === 0 && bytes[2] === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}
