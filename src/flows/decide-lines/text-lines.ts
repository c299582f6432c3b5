import { createReadStream, statSync } from 'node:fs';
import { DocketError } from '../../contracts/docket-error.ts';

/**
 * The lines of a file of JSON lines, one in memory at a time. Only a newline ends one: JSON may hold the separators U+2028 and U+2029, which other readers take for
 * ends too.
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
  const chunks: AsyncIterator<string> = stream[Symbol.asyncIterator]();
  const next = () =>
    chunks.next().catch((cause: NodeJS.ErrnoException) => {
      throw fault(`cannot be read (${cause.code})`, cause);
    });
  let begun: string[] = [];
  try {
    for (let read = await next(); !read.done; read = await next()) {
      const [first = '', ...others] = read.value.split('\n');
      begun.push(first);
      for (const line of others) {
        yield withoutReturn(begun.join(''));
        begun = [line];
      }
    }
    const last = begun.join('');
    if (last !== '') yield withoutReturn(last);
  } finally {
    stream.destroy();
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
