import { ModelError } from './model-error.ts';

/** As it was at the start: a project's code could put another one in its place, and would be given the key. */
const { fetch: ownFetch } = globalThis;

/**
 * `fetch` that follows no redirect, because the key would go with it, and reads no more than `longestBytes` of an answer: a server that
 * never stops sending must not fill the memory. The answer comes when it is whole: streams around a stream cost more than what is in them.
 */
export function boundedFetch(longestBytes: number, whose = "The model server's answer"): typeof fetch {
  return async (input, init) => {
    const { body, status, headers } = await ownFetch(input, { ...init, redirect: 'manual' });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      // Leaving the loop closes the connection.
      if (length > longestBytes) throw new ModelError('response', `${whose} is longer than ${longestBytes} bytes.`, { retryable: false });
      chunks.push(chunk);
    }
    return new Response(length > 0 ? Buffer.concat(chunks) : null, { status, headers });
  };
}
