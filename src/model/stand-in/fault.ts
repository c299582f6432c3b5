import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api-error.ts';

/** Something that goes wrong with one request, on purpose. */
export type Fault =
  /** An error of the API, or any other status. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type?: string;
      readonly errorCode?: string;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** No answer at all. */
  | { readonly kind: 'silence' }
  /** The connection ends before an answer. */
  | { readonly kind: 'cut' }
  /** A batch is taken, and the connection ends before anybody is told. */
  | { readonly kind: 'lost' }
  /** Half the body, then nothing. */
  | { readonly kind: 'stall' }
  /** Half the body, then a reset. */
  | { readonly kind: 'reset' }
  /** Half the body, properly ended. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'content-type'; readonly contentType: string; readonly body: string }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** The body is something else. */
  | { readonly kind: 'answer'; readonly change: (answer: Record<string, unknown>) => unknown };

/** Faults that come instead of an answer. Returns true when the response is dealt with. @throws {ApiError} for kind `status` */
export async function faultBefore(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
  switch (fault?.kind) {
    case 'status':
      throw new ApiError(fault.status, 'This failure was requested.', fault);
    case 'delay':
      await wait(fault.milliseconds);
      return false;
    case 'silence':
      return true;
    case 'cut':
      response.socket?.destroy();
      return true;
    case 'content-type':
      response.writeHead(200, { 'content-type': fault.contentType }).end(fault.body);
      return true;
    case 'redirect':
      response.writeHead(fault.status ?? 307, { location: fault.location }).end();
      return true;
    default:
      return false;
  }
}

/** Sends a body, or what the fault leaves of it. */
export function sendWithFault(fault: Fault | undefined, body: string, response: ServerResponse): void {
  const half = body.slice(0, Math.ceil(body.length / 2));
  switch (fault?.kind) {
    case 'stall':
      response.write(half);
      return;
    case 'reset':
      response.write(half, () => response.socket?.resetAndDestroy());
      return;
    case 'truncated':
      response.end(half);
      return;
    default:
      response.end(body);
  }
}
