import type { InfraErrorKind } from '../../contracts/trial.ts';
import type { ModelError } from '../model-error.ts';

/** An error as the Messages API reports it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The API's broad category, for example `invalid_request_error`. */
  readonly type: string;
  /** `error.details.error_code`, where the API names a cause. */
  readonly errorCode: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { readonly type?: string; readonly errorCode?: string; readonly headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.type = options.type ?? typeOf(status);
    this.errorCode = options.errorCode;
    this.headers = options.headers ?? {};
  }

  /** The response body. */
  body(requestId: string): object {
    const details = this.errorCode === undefined ? {} : { details: { error_code: this.errorCode } };
    return { type: 'error', error: { type: this.type, message: this.message, ...details }, request_id: requestId };
  }
}

const statusOfKind: Readonly<Record<InfraErrorKind, number>> = {
  connection: 502,
  timeout: 504,
  'rate-limit': 429,
  'spend-limit': 402,
  server: 500,
  authentication: 401,
  request: 400,
  response: 502,
  'replay-miss': 404,
  scorer: 500,
  worker: 500,
  changed: 500,
};

/** How a failure of the model behind the stand-in reaches a client. */
export function apiErrorOf(error: ModelError): ApiError {
  return new ApiError(statusOfKind[error.kind], error.message, { headers: { 'x-should-retry': String(error.retryable) } });
}

function typeOf(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    408: 'timeout_error',
    409: 'conflict_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}
