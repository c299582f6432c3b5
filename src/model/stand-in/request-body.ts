import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** As the API has it. */
const longestBytes = 32 * 1024 * 1024;

/** Reads a request's body. @throws {ApiError} 413 */
export async function readBody(request: IncomingMessage, most = longestBytes): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new ApiError(413, 'Request exceeds the maximum size', { headers: { connection: 'close' } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws {ApiError} 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'The request body is not valid JSON');
  }
}
