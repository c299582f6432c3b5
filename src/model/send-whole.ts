import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { Dispatcher, Agent as UndiciAgent } from 'undici';
import { Connections } from './connections.ts';
import { ModelError } from './model-error.ts';
import type { CallProxy } from './proxy.ts';
import { throughProxy } from './through-proxy.ts';
import { UnsentRequest } from './unsent-request.ts';
import { type AnswerHeaders, wholeAnswer } from './whole-answer.ts';

export interface SendingOptions {
  /** Longest wait for the head of an answer, and for each of its parts. */
  readonly longestMs: number;
  readonly longestBytes: number;
  readonly proxy?: CallProxy;
}

/**
 * A `fetch` for requests to the model. It waits for an answer as long as it is told to, where that of Node.js gives up after five minutes, in which
 * the answer has been paid for; it follows no redirect, because the key would go with it; and it reads no more than `longestBytes`: a server that never
 * stops sending must not fill the memory. The answer comes when it is whole. By the library's dispatcher, which takes a fifth of what its `fetch` takes.
 */
export async function sendWhole({ longestBytes, ...way }: SendingOptions): Promise<typeof fetch> {
  const connections = await connectionsFor(way);
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    try {
      const { origin, pathname, search } = new URL(String(input));
      const request = {
        origin,
        path: pathname + search,
        method: method as Dispatcher.HttpMethod,
        headers: flatHeaders(headers instanceof Headers ? headers : new Headers(headers)),
        body: body as string | null,
      };
      const answer = await answerOf(await connections.ready(), request, longestBytes, signal ?? undefined, () => connections.heard());
      const bytes = await decoded(answer.bytes, answer.headers['content-encoding'], longestBytes);
      return wholeAnswer(answer.status, answer.headers, bytes);
    } catch (cause) {
      if (signal?.aborted || cause instanceof ModelError || cause instanceof UnsentRequest) throw cause;
      // As `fetch` tells it: a proxy that refuses is named like an abort, and nobody aborted.
      throw new TypeError('The request failed.', { cause });
    }
  };
}

/** The same for an answer that is longer than the memory: it is read as it comes. */
export async function sendAsItComes(way: Omit<SendingOptions, 'longestBytes'>): Promise<typeof fetch> {
  const library = await import('undici');
  const connections = await connectionsFor(way);
  // Of another version than the one that is built into Node.js: alike, and yet of other types, by which nobody would know a refusal for one.
  const send = library.fetch as unknown as (input: string, init: object) => Promise<Response>;
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const { status, headers, body } = await send(url, { ...init, redirect: 'manual', dispatcher: await connections.ready() });
    return new Response(body, { status, headers: [...headers] });
  };
}

async function connectionsFor({ longestMs, proxy }: Omit<SendingOptions, 'longestBytes'>): Promise<Connections> {
  const times = { headersTimeout: longestMs, bodyTimeout: longestMs };
  if (proxy) return new Connections(await throughProxy(proxy, times));
  const Agent = await loadAgent();
  return new Connections(() => new Agent(times));
}

/**
 * Loads the library's agent, and not its `fetch`, web sockets and caches, which nobody needs here and which take three times as long and 15 MB. A version
 * that has it elsewhere is loaded whole.
 */
export async function loadAgent(): Promise<typeof UndiciAgent> {
  try {
    return createRequire(import.meta.url)('undici/lib/dispatcher/agent.js') as typeof UndiciAgent;
  } catch {
    return (await import('undici')).Agent;
  }
}

function flatHeaders(headers: Headers): string[] {
  const flat: string[] = [];
  // An iterator would make three objects a header.
  headers.forEach((value, name) => void flat.push(name, value));
  return flat;
}

interface ReadAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly bytes: Buffer;
}

function answerOf(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  longestBytes: number,
  signal: AbortSignal | undefined,
  heard: () => void,
): Promise<ReadAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadAnswer>();
  const chunks: Buffer[] = [];
  let length = 0;
  let head: Omit<ReadAnswer, 'bytes'> | undefined;
  let connection: Dispatcher.DispatchController | undefined;
  const stop = () => {
    // While it waits for a connection there is none to end.
    connection?.abort(signal?.reason as Error);
    reject(signal?.reason as Error);
  };
  signal?.addEventListener('abort', stop, { once: true });
  dispatcher.dispatch(request, {
    onRequestStart(controller) {
      connection = controller;
      if (signal?.aborted) controller.abort(signal.reason as Error);
    },
    onResponseStart(_controller, status, headers) {
      heard();
      // Below it a server only says that it is still there.
      if (status >= 200) head = { status, headers };
    },
    onResponseData(controller, chunk) {
      length += chunk.length;
      chunks.push(chunk);
      // Ends the connection, too.
      if (length > longestBytes) controller.abort(tooLong(longestBytes));
    },
    onResponseEnd() {
      heard();
      signal?.removeEventListener('abort', stop);
      if (head) resolve({ ...head, bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
      else reject(new Error('The answer has no head.'));
    },
    onResponseError(_controller, error) {
      signal?.removeEventListener('abort', stop);
      // It is written once there is a connection, and not before.
      reject(connection ? error : new UnsentRequest(error));
    },
  });
  return promise;
}

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** Some gateways compress what nobody asked them to, and some forget to say so: what begins like this is no text. */
function encodingOf(bytes: Buffer, told: string | string[] | undefined): string {
  const beginning = bytes.subarray(0, 4).toString('hex');
  if (beginning.startsWith('1f8b')) return 'gzip';
  return beginning === '28b52ffd' ? 'zstd' : String(told ?? '').toLowerCase();
}

async function decoded(bytes: Buffer, told: string | string[] | undefined, longestBytes: number): Promise<Buffer> {
  const encoding = encodingOf(bytes, told);
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
