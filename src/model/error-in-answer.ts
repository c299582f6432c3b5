/** Statuses of the API's words for what went wrong, and of what gateways say instead. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
  overloaded: 529,
  unavailable: 503,
  resource_exhausted: 429,
  unauthenticated: 401,
  unauthorized: 401,
  permission_denied: 403,
  forbidden: 403,
  not_found: 404,
  invalid_argument: 400,
  invalid_request: 400,
  throttling_exception: 429,
  throttlingexception: 429,
  budget_exceeded: 402,
  deadline_exceeded: 504,
  insufficient_quota: 402,
  invalid_api_key: 401,
  model_not_found: 404,
  context_length_exceeded: 400,
  rate_limit_exceeded: 429,
  server_error: 500,
};

/**
 * The status that an error deserves which a server or gateway tells with HTTP 200; undefined for what is no error. An error that gives neither a
 * known word nor a status is the server's own failure.
 */
export function statusOfErrorBody(given: unknown): number | undefined {
  const body = errorBodyOf(given);
  if (!isRecord(body) || Array.isArray(body.content)) return undefined;
  const { error } = body;
  if (body.type !== 'error' && !isRecord(error) && (typeof error !== 'string' || error === '')) return undefined;
  const told = isRecord(error) ? error : body;
  const words = [told.type, told.code, told.status, told.status_code, body.code, body.status, body.status_code, error];
  for (const word of words) {
    const status = typeof word === 'string' && /^\d{3}$/.test(word) ? Number(word) : word;
    if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 600) return status;
    if (typeof word === 'string' && Object.hasOwn(statusOfType, word.toLowerCase())) return statusOfType[word.toLowerCase()];
  }
  return /\bmodel\b.{0,120}\bnot found\b/i.test(String(isRecord(error) ? error.message : error)) ? 404 : 500;
}

/** Google's servers put their error into a list. */
export function errorBodyOf(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
