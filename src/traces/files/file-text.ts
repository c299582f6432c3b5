import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Unread } from '../importers/importer.ts';
import { hasByteOrderMark, isUtf16 } from '../otlp/decode-request.ts';

/** Largest file that is read at once, in bytes: it takes several times its size in memory. */
export const largestFile = 256 * 1024 * 1024;

/**
 * The text of a file that is read whole; what of it is no UTF-8 is replaced, and said.
 * @throws {DocketError} for UTF-16, with what to do
 */
export function textOfFile(bytes: Buffer, file: string): { readonly text: string; readonly unread: readonly Unread[] } {
  if (isUtf16(bytes))
    throw new DocketError(`${file} is UTF-16 text. JSON is UTF-8: convert it (iconv -f UTF-16 -t UTF-8), then import it.`);
  const reason = 'the file is not all UTF-8; the parts that could not be read were replaced';
  return {
    text: bytes.toString('utf8', hasByteOrderMark(bytes) ? 3 : 0),
    unread: isUtf8(bytes) ? [] : [{ reason, record: basename(file), kept: true }],
  };
}
