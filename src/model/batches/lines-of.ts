import { ModelError } from '../model-error.ts';

/** Far more than any result has. */
const longestLine = 64 * 1024 * 1024;

/**
 * The lines of a body as they come, without empty ones: results of a batch may be larger than the memory.
 * @throws {ModelError} for a line that does not end
 */
export async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, piece] of pieces.entries()) {
      parts.push(piece);
      length += piece.length;
      if (length > longestLine)
        throw new ModelError('response', `A result of the batch is longer than ${longestLine} characters.`, { retryable: false });
      if (index === pieces.length - 1) break;
      const line = parts.join('').trim();
      parts = [];
      length = 0;
      if (line !== '') yield line;
    }
  }
  const last = (parts.join('') + decoder.decode()).trim();
  if (last !== '') yield last;
}
