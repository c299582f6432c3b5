import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DocketError } from '../../contracts/docket-error.ts';

/**
 * The lines of a file of JSON lines, one in memory at a time.
 * @param bytes only so many from its beginning
 * @throws {DocketError} when it cannot be read, or is a pipe: what is read here is read twice
 */
export async function* textLines(file: string, bytes = Number.POSITIVE_INFINITY): AsyncGenerator<string, void> {
  const fault = (why: string, cause?: unknown) =>
    new DocketError(`${file} ${why}. Expected a file with one JSON object a line.`, { cause });
  let isFile: boolean;
  try {
    isFile = statSync(file).isFile();
  } catch (cause) {
    throw fault(`cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  if (!isFile) throw fault('is not a file that can be read twice');
  if (bytes === 0) return;
  const stream = createReadStream(file, { encoding: 'utf8', end: bytes - 1 });
  const failed = new Promise<never>((_, reject) =>
    stream.once('error', (cause: NodeJS.ErrnoException) => reject(fault(`cannot be read (${cause.code})`, cause))),
  );
  failed.catch(() => {});
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([lines.next(), failed]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}
