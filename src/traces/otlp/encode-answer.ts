import type { Encoding } from './decode-request.ts';
import { responseType, statusType } from './trace-schema.ts';

/** Codes of google.rpc.Status that an answer needs: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto. */
export const statusCodes = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The answer to a request that was stored, in the encoding of the request. Spans that could not be kept are counted with the reason. */
export function encodeSuccess(encoding: Encoding, rejected: number, reason: string): Uint8Array {
  if (encoding === 'json') {
    const partial = rejected > 0 ? { partialSuccess: { rejectedSpans: String(rejected), errorMessage: reason } } : {};
    return Buffer.from(JSON.stringify(partial));
  }
  const partial = rejected > 0 ? { partialSuccess: { rejectedSpans: rejected, errorMessage: reason } } : {};
  return responseType.encode(responseType.create(partial)).finish();
}

/** The body of an error: a google.rpc.Status in the encoding of the request. */
export function encodeError(encoding: Encoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return statusType.encode(statusType.create({ code, message })).finish();
}
