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

/** What a signal calls the number of its records that were not kept; in protobuf it is the same field of the same message for all. */
const rejectedNames = { '/v1/traces': 'rejectedSpans', '/v1/logs': 'rejectedLogRecords', '/v1/metrics': 'rejectedDataPoints' } as const;

/** Where what is sent goes. */
export type SignalPath = keyof typeof rejectedNames;

/** Where each signal goes, traces first. */
export const signalPaths = Object.keys(rejectedNames) as SignalPath[];

/**
 * The answer to a request that was stored, in the encoding of the request. What could not be kept is counted with the reason; a reason without a
 * number is a warning, as the protocol has it: everything was taken, and something of it is of no use.
 */
export function encodeSuccess(encoding: Encoding, path: SignalPath, rejected = 0, reason = ''): Uint8Array {
  if (encoding === 'json') {
    const partial = reason === '' ? {} : { partialSuccess: { [rejectedNames[path]]: String(rejected), errorMessage: reason } };
    return Buffer.from(JSON.stringify(partial));
  }
  const partial = reason === '' ? {} : { partialSuccess: { rejectedSpans: rejected, errorMessage: reason } };
  return responseType.encode(responseType.create(partial)).finish();
}

/** The body of an error: a google.rpc.Status in the encoding of the request. */
export function encodeError(encoding: Encoding, code: number, message: string): Uint8Array {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }));
  return statusType.encode(statusType.create({ code, message })).finish();
}
