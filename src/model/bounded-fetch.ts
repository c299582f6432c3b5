import { ModelError } from './model-error.ts';

/**
 * `fetch` that follows no redirect, because the key would go with it, and reads no more than `longestBytes` of an answer: a server that
 * never stops sending must not fill the memory.
 */
export function boundedFetch(longestBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (!response.body) return response;
    let length = 0;
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        length += chunk.byteLength;
        if (length <= longestBytes) controller.enqueue(chunk);
        else
          controller.error(
            new ModelError('response', `The model server's answer is longer than ${longestBytes} bytes.`, { retryable: false }),
          );
      },
    });
    return new Response(response.body.pipeThrough(bounded), { status: response.status, headers: response.headers });
  };
}
