import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { ModelError } from './model-error.ts';

export interface SendingOptions {
  /** Longest wait for the head of an answer, and for each of its parts. */
  readonly longestMs: number;
  readonly longestBytes: number;
  /** May hold a name and a password. */
  readonly proxyUrl?: string;
}

/**
 * A `fetch` for requests to the model. It waits for an answer as long as it is told to, where that of Node.js gives up after five minutes, in which
 * the answer has been paid for; it follows no redirect, because the key would go with it; and it reads no more than `longestBytes`: a server that never
 * stops sending must not fill the memory. The answer comes when it is whole. By the library's own requests, which take a third of what its `fetch` takes.
 */
export async function sendWhole({ longestBytes, ...way }: SendingOptions): Promise<typeof fetch> {
  const { request } = await import('undici');
  const dispatcher = await dispatcherFor(way);
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    try {
      const answer = await request(String(input), {
        dispatcher,
        method: method as Dispatcher.HttpMethod,
        headers: [...new Headers(headers)].flat(),
        body: body as string | null,
        signal: signal ?? null,
      });
      const bytes = await decoded(await wholeOf(answer.body, longestBytes), answer.headers['content-encoding'], longestBytes);
      return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, { status: answer.statusCode, headers: pairsOf(answer.headers) });
    } catch (cause) {
      if (signal?.aborted || cause instanceof ModelError) throw cause;
      // As `fetch` tells it: a proxy that refuses is named like an abort, and nobody aborted.
      throw new TypeError('The request failed.', { cause });
    }
  };
}

/** The same for an answer that is longer than the memory: it is read as it comes. */
export async function sendAsItComes(way: Omit<SendingOptions, 'longestBytes'>): Promise<typeof fetch> {
  const library = await import('undici');
  const dispatcher = await dispatcherFor(way);
  // Of another version than the one that is built into Node.js: alike, and yet of other types.
  const send = library.fetch as unknown as (input: string, init: object) => Promise<Response>;
  return (input, init) => send(input instanceof Request ? input.url : String(input), { ...init, redirect: 'manual', dispatcher });
}

async function dispatcherFor({ longestMs, proxyUrl }: Omit<SendingOptions, 'longestBytes'>): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici');
  const times = { headersTimeout: longestMs, bodyTimeout: longestMs };
  return proxyUrl === undefined ? new Agent(times) : new ProxyAgent({ uri: proxyUrl, ...times });
}

function pairsOf(headers: Dispatcher.ResponseData['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each): [string, string] => [name, each]),
  );
}

function wholeOf(body: Dispatcher.ResponseData['body'], longestBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    body.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      // Ends the connection, too.
      if (length > longestBytes) body.destroy(tooLong(longestBytes));
    });
    body.on('end', () => resolve(Buffer.concat(chunks)));
    body.on('error', reject);
  });
}

const decoders = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** Some gateways compress what nobody asked them to. */
async function decoded(bytes: Buffer, encoding: string | string[] | undefined, longestBytes: number): Promise<Buffer> {
  const decoder = Object.entries(decoders).find(([name]) => name === encoding)?.[1];
  if (!decoder || bytes.length === 0) return bytes;
  try {
    return await decoder(bytes, { maxOutputLength: longestBytes });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLong(longestBytes) : error;
  }
}

function tooLong(longestBytes: number): ModelError {
  return new ModelError('response', `The model server's answer is longer than ${longestBytes} bytes.`, { retryable: false });
}
