import type { APIError } from '@anthropic-ai/sdk';
import { connectionRefusal, type Route } from './connection-refusal.ts';
import { ModelError } from './model-error.ts';
import { pageRefusal, refusalOf } from './refusal.ts';
import type { RefusedRequest } from './refusal-cause.ts';
import { brokenRules, ruleOfStatus, statusRules } from './retry-policy.ts';
import { wasUnsent } from './unsent-request.ts';

/** Codes of an exhausted budget at the provider: waiting does not help. */
const spendLimitCodes = /spend_limit|billing|credit/;

/** A call that failed: what was asked for, and by which way. */
export interface FailedCall extends RefusedRequest, Route {
  /** The variables that say who calls; none where nothing was sent. */
  readonly credentials: readonly string[];
}

/**
 * Says in our own words what the SDK reported. The provider's text is not repeated: it may hold anything.
 * @param error what `messages.create` threw
 */
export function modelErrorOf(error: unknown, call: FailedCall): ModelError {
  if (error instanceof ModelError) return error;
  // Thrown inside fetch: the SDK takes it for a failed connection.
  if (error instanceof Error && error.cause instanceof ModelError) return error.cause;
  if (isStatusError(error)) return statusError(error, call);
  const code = codeOf(error);
  const refusal = connectionRefusal(error, code, call);
  if (refusal) return new ModelError('connection', refusal.says, { retryable: refusal.retryable });
  if (wasUnsent(error)) return errorBy(code === 'ECONNREFUSED' ? brokenRules.refused : brokenRules.unconnected, code ?? '');
  if (error instanceof SyntaxError) return errorBy(brokenRules.unreadable);
  if (isNamed(error, 'APIConnectionTimeoutError') || code?.includes('TIMEOUT')) return errorBy(brokenRules.silent, code ?? '');
  return errorBy(brokenRules.dropped, code ?? '');
}

/** @param about what is known besides, behind the text; undefined where the text is a sentence of its own */
function errorBy({ kind, retried, says, price }: ReturnType<typeof ruleOfStatus>, about?: string): ModelError {
  return new ModelError(kind, about === undefined ? says : `${says}${about && ` (${about})`}.`, {
    retryable: retried,
    lost: price === 'lost',
  });
}

/** The error of an answer that did not come, or came in part. */
export function brokenError(name: keyof typeof brokenRules): ModelError {
  return errorBy(brokenRules[name]);
}

function statusError(error: APIError<number, Headers>, call: FailedCall): ModelError {
  const { status } = error;
  const about = describe(error);
  if (status === 200) return instead(error, call);
  if (status >= 300 && status < 400) return redirectError(error, about);
  if (isWebPage(error) && pagesInstead(status)) {
    const { kind } = ruleOfStatus(status);
    return new ModelError(kind, `${pageRefusal(error.message, call) ?? webPage(call)} (${about}).`, { retryable: false });
  }
  const spent = status === 429 && spendLimitCodes.test(`${word(error.errorCode)} ${word(error.type)}`);
  const refusal = refusalOf(status, error.message, call);
  if (refusal) return new ModelError(refusal.kind, `${refusal.says} (${about}).`, { retryable: refusal.retryable });
  if (status === 401) return new ModelError('authentication', `${keyRefused(call.credentials)} (${about}).`, { retryable: false });
  if (status === 404) return new ModelError('request', `${notFound(call)} (${about}).`, { retryable: false });
  const rule = spent || error.type === 'billing_error' ? statusRules[402] : ruleOfStatus(status);
  // The server knows best whether trying again helps, where it says so.
  return errorBy(error.headers.get('x-should-retry') === 'false' ? { ...rule, retried: false } : rule, about);
}

/** What came with HTTP 200 in the answer's place and says nothing that is known. */
function instead(error: APIError<number, Headers>, call: FailedCall): ModelError {
  const contentType = error.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  const came = /^[\w.+/-]{1,100}$/.test(contentType) ? contentType : 'nothing readable';
  const says = isWebPage(error)
    ? `${webPage(call)} (HTTP 200).`
    : `The model server answered with ${came} instead of application/json. Does ANTHROPIC_BASE_URL name a Messages API?`;
  return new ModelError('response', says, { retryable: false });
}

/** The API never answers with one. What else comes as a page says enough by its status: too large, too often, not there. */
function isWebPage(error: APIError<number, Headers>): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(error.headers.get('content-type') ?? '');
}

function pagesInstead(status: number): boolean {
  return status >= 400 && status < 500 && ![402, 404, 408, 409, 413, 429].includes(status);
}

function webPage({ endpoint, proxy }: FailedCall): string {
  const way = proxy ? `, ${proxy.variable} (${proxy.host})` : '';
  return `A web page came instead of an answer: a gateway, a proxy or a firewall on the way to ${endpoint} answered in the model server's place. Check ANTHROPIC_BASE_URL${way} and whether this network may reach it`;
}

function keyRefused(credentials: readonly string[]): string {
  if (credentials.length === 0)
    return 'The model server wants a key, and none was sent. Set ANTHROPIC_API_KEY, or ANTHROPIC_AUTH_TOKEN for a gateway';
  return `The model server does not accept the ${credentials[0] === 'ANTHROPIC_AUTH_TOKEN' ? 'token' : 'key'}. Check ${credentials.join(' and ')}`;
}

function notFound({ model, endpoint }: FailedCall): string {
  const [twice] = /\/v1(?:\/messages)?$/.exec(endpoint) ?? [];
  return `The model server at ${endpoint} does not know the model "${model}", or has no Messages API there. Check the model id and ANTHROPIC_BASE_URL${twice ? ` without ${twice} at its end, which is added` : ''}`;
}

/** The key must not follow a redirect, so none is followed. */
function redirectError(error: APIError<number, Headers>, about: string): ModelError {
  const location = error.headers.get('location') ?? '';
  const target = URL.canParse(location) ? ` to ${new URL(location).host.slice(0, 255)}` : '';
  return new ModelError(
    'response',
    `The model server redirects${target}, which Docket does not follow: the key would go with it. Set ANTHROPIC_BASE_URL to the final server (${about}).`,
    {
      retryable: false,
    },
  );
}

function describe(error: APIError<number, Headers>): string {
  const told = 'toldInAnswer' in error ? 'HTTP 200 that tells the error' : 'HTTP';
  const parts = [`${told} ${error.status}`, word(error.type), word(error.errorCode)];
  const requestId = safeRequestId(error.requestID);
  return [...parts, requestId && `request ${requestId}`].filter(Boolean).join(', ');
}

/** A machine's word such as `rate_limit_error`, or nothing. */
function word(text: unknown): string {
  return typeof text === 'string' && /^[a-z_]{1,64}$/.test(text) ? text : '';
}

/** A request id as the provider writes them, or nothing. */
export function safeRequestId(text: unknown): string | undefined {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(text) ? text : undefined;
}

function isStatusError(error: unknown): error is APIError<number, Headers> {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    'headers' in error &&
    error.headers instanceof Headers
  );
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** The system's code for what went wrong, such as ECONNRESET, from anywhere in the chain of causes. */
function codeOf(error: unknown): string | undefined {
  let cause: unknown = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(cause.code)) return cause.code;
    cause = cause.cause;
  }
  return undefined;
}
