import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DocketError } from '../../contracts/docket-error.ts';

const chunkBytes = 256 * 1024;

/** The first bytes of a file: what it is, and whether it is the same file as last time. */
export async function headOf(path: string, bytes: number): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const shown = path.replace(/[\s\p{Cc}]+/gu, ' ');
    throw new DocketError(`${shown}: the file cannot be read (${code}). Give the path of a file with OTLP traces.`, { cause });
  } finally {
    await file?.close();
  }
}

/** True when the file begins as gzip does. */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The bytes of a file from an offset on, unpacked when it is gzip; the offset counts unpacked bytes.
 * @throws {DocketError} when it cannot be read or unpacked
 */
export async function* byteChunks(path: string, from: number, packed: boolean): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: chunkBytes, ...(packed ? {} : { start: from }) });
  const gunzip = packed ? createGunzip({ chunkSize: chunkBytes }) : undefined;
  if (gunzip) file.on('error', (error) => gunzip.destroy(error));
  const stream: Readable = gunzip ? file.pipe(gunzip) : file;
  let skip = packed ? from : 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield chunk.subarray(skip);
        skip = 0;
      }
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new DocketError(
      `${path}: the file cannot be read to its end (${code ?? message}). What was read is stored; get a complete copy and import it again.`,
      {
        cause,
      },
    );
  } finally {
    file.destroy();
  }
}
