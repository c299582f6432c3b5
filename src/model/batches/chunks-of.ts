import type { ModelRequest } from '../model.ts';

/** Most of one batch: the API takes 100,000 requests, and 256 MB, of which the whole would be in memory several times. */
export const mostOfABatch = { requests: 100_000, bytes: 64 * 1024 * 1024 } as const;

/** What stands around a request in the body of a batch. */
const aroundRequest = 128;

/** Calls in portions, each of which fits into a batch; one that alone is too long is a portion of its own. */
export function chunksOf<Call extends { readonly request: ModelRequest }>(
  calls: readonly Call[],
  mostBytes: number,
  mostRequests: number = mostOfABatch.requests,
): Call[][] {
  const chunks: Call[][] = [];
  let bytes = 0;
  for (const call of calls) {
    const own = Buffer.byteLength(JSON.stringify(call.request)) + aroundRequest;
    const open = chunks.at(-1);
    if (open && open.length < mostRequests && bytes + own <= mostBytes) {
      open.push(call);
      bytes += own;
    } else {
      chunks.push([call]);
      bytes = own;
    }
  }
  return chunks;
}
