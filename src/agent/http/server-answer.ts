import { infraFailureOf } from '../../model/infra-failure.ts';
import { ModelError } from '../../model/model-error.ts';
import { noLimits, readRateLimits } from '../../model/rate-limit-headers.ts';
import type { Attempt } from '../../model/rate-limiter.ts';
import { ruleOfStatus } from '../../model/retry-policy.ts';

/** What a server answered, where that says something about the agent: a decision, or that it took the request for a wrong one. */
export interface ServerAnswer {
  readonly status: number;
  /** Without its parameters, in lower case. */
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Statuses that say that nobody is there who could decide, or nobody who may be asked. */
const notTheAgent = [401, 402, 403, 404, 405, 407, 408, 409, 410, 413, 415, 421, 425, 426, 429, 431];

/** Asks once. */
export async function askServer(
  ask: () => Promise<Response>,
  { signal, origin }: { readonly signal: AbortSignal; readonly origin: string },
): Promise<Attempt<ServerAnswer>> {
  let response: Response;
  try {
    response = await ask();
  } catch (error) {
    signal.throwIfAborted();
    const failure = infraFailureOf(error);
    if (!failure) throw error;
    const message = error instanceof ModelError ? failure.message : `No answer came from ${origin} (${failure.message}).`;
    return { ok: false, error: new ModelError(failure.error, message, { retryable: failure.retryable }), limits: noLimits };
  }
  const limits = readRateLimits(response.headers, new Date());
  const { status, headers } = response;
  const fault = faultOf(status, headers.get('location'), origin);
  if (fault) return { ok: false, error: fault, limits };
  const contentType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return { ok: true, value: { status, contentType, headers, body: new Uint8Array(await response.arrayBuffer()) }, limits };
}

function faultOf(status: number, location: string | null, origin: string): ModelError | undefined {
  if (status >= 300 && status < 400)
    return new ModelError(
      'request',
      `${origin} answered ${status} and sends to ${placeOf(location, origin)}. No redirect is followed: give the final address as "url".`,
      {
        retryable: false,
      },
    );
  if (status < 500 && !notTheAgent.includes(status)) return undefined;
  const { kind, retried } = ruleOfStatus(status);
  return new ModelError(kind, `${origin} answered ${status}: ${meaning(status)}.`, { retryable: retried });
}

/** Where a redirect leads, without what may be secret of it. */
function placeOf(location: string | null, origin: string): string {
  if (location === null || !URL.canParse(location, origin)) return 'no address that can be read';
  const { origin: other, pathname } = new URL(location, origin);
  return other === origin ? pathname.slice(0, 200) : other;
}

function meaning(status: number): string {
  if (status === 401 || status === 403 || status === 407) return 'it does not accept the key, or wants one; see "auth"';
  if (status === 402) return 'its budget is spent';
  if (status === 404 || status === 410) return 'there is nothing at this address; see "url" and "request.path"';
  if (status === 405) return 'it wants another method; see "request.method"';
  if (status === 413 || status === 431) return 'the request is larger than it accepts';
  if (status === 415) return 'it wants another content type';
  if (status === 429) return 'it has had too many requests';
  return status >= 500 ? 'it failed, or what is behind it did' : 'it could not take the request now';
}
