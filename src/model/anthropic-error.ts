import type { APIError } from '@anthropic-ai/sdk';
import { ModelError } from './model-error.ts';

/** Codes of an exhausted budget at the provider: waiting does not help. */
const spendLimitCodes = /spend_limit|billing|credit/;

/**
 * Says in our own words what the SDK reported. The provider's text is not repeated: it may hold anything.
 * @param error what `messages.create` threw
 */
export function modelErrorOf(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  // Thrown inside fetch: the SDK takes it for a failed connection.
  if (error instanceof Error && error.cause instanceof ModelError) return error.cause;
  if (isStatusError(error)) return statusError(error);
  const code = codeOf(error);
  if (error instanceof SyntaxError) {
    return new ModelError('response', 'The answer is not valid JSON: it was cut short, or the server does not speak the Messages API.', {
      retryable: true,
    });
  }
  if (isNamed(error, 'APIConnectionTimeoutError') || code?.includes('TIMEOUT')) {
    return new ModelError('timeout', `The server did not answer in time${code ? ` (${code})` : ''}.`, { retryable: true });
  }
  if (code === 'ECONNREFUSED') {
    return new ModelError(
      'connection',
      'Nothing accepts connections at the model server (ECONNREFUSED). Is it running? See ANTHROPIC_BASE_URL.',
      {
        retryable: true,
      },
    );
  }
  const why = code ? ` (${code})` : '';
  return new ModelError('connection', `The connection to the model server failed or was dropped${why}.`, { retryable: true });
}

/** Where the API's own words can be read; never by default. */
const readMore = 'Run again with ANTHROPIC_LOG=debug to see what the server said.';

function statusError(error: APIError<number, Headers>): ModelError {
  const { status } = error;
  const about = describe(error);
  // The server knows best whether trying again helps, where it says so.
  const advice = error.headers.get('x-should-retry');
  const make = (kind: ModelError['kind'], retryable: boolean, text: string) =>
    new ModelError(kind, `${text} (${about}).`, { retryable: retryable && advice !== 'false' });
  if (status >= 300 && status < 400) return redirectError(error, about);
  if (status === 402 || (status === 429 && spendLimitCodes.test(`${word(error.errorCode)} ${word(error.type)}`))) {
    return make('spend-limit', false, "The provider's spend limit is reached; raise it, or add credit, then run the same command again");
  }
  switch (status) {
    case 401:
      return make('authentication', false, 'The model server does not accept the key. Check ANTHROPIC_API_KEY');
    case 403:
      return make('authentication', false, 'The key may not use this model or workspace');
    case 404:
      return make('request', false, 'The model server does not know this model or address. Check the model id and ANTHROPIC_BASE_URL');
    case 408:
      return make('timeout', true, 'The model server gave up waiting');
    case 409:
      return make('server', true, 'The model server reports a conflict');
    case 413:
      return make('request', false, 'The request is larger than the model server accepts');
    case 429:
      return make('rate-limit', true, 'The rate limit is reached');
    case 529:
      return make('server', true, 'The model server is overloaded');
    default:
      return status >= 500
        ? make('server', true, 'The model server failed')
        : make('request', false, `The model server refuses the request. ${readMore}`);
  }
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
  const parts = [`HTTP ${error.status}`, word(error.type), word(error.errorCode)];
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
