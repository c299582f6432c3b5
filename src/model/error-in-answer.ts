import { hasKnownCause } from './refusal.ts';

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
  toomanyrequestsexception: 429,
  servicequotaexceededexception: 429,
  accessdeniedexception: 403,
  unrecognizedclientexception: 401,
  invalidsignatureexception: 401,
  expiredtokenexception: 401,
  missingauthenticationtokenexception: 401,
  validationexception: 400,
  resourcenotfoundexception: 404,
  internalserverexception: 500,
  internalfailure: 500,
  serviceunavailableexception: 503,
  modelnotreadyexception: 503,
  modelerrorexception: 500,
  modeltimeoutexception: 504,
  budget_exceeded: 402,
  deadline_exceeded: 504,
  insufficient_quota: 402,
  invalid_api_key: 401,
  model_not_found: 404,
  context_length_exceeded: 400,
  rate_limit_exceeded: 429,
  server_error: 500,
};

/** What servers and gateways say in plain words, by status; the first that is found counts. */
const statusOfPhrase: readonly (readonly [RegExp, number])[] = [
  [/too many requests|rate[ -]?limit|throttl|(?:request|quota|limit) exceeded|\berror code: 1015\b|slow down/i, 429],
  [/method not allowed/i, 405],
  [/time(?:d|s)?[ -]?out|deadline exceeded/i, 504],
  [
    /unavailable|overloaded|no healthy upstream|upstream connect error|no available (?:server|channel|capacity)|try again later|loading model|model is loading|out of memory/i,
    503,
  ],
  [/bad gateway|origin is unreachable/i, 502],
  [/internal (?:server )?error|something went wrong|unexpected error|server error/i, 500],
  [/forbidden|access[ -]denied|not authori[sz]ed|permission|\berror code: 10\d\d\b|\bblocked\b|\bWAF\b/i, 403],
  [
    /unauthori[sz]ed|unauthenticated|not authenticated|authentication (?:token|required|failed|error)|(?:invalid|incorrect|missing|expired|no|bad) (?:\S+ )?(?:api|access|auth|virtual|x-api)?[ _-]?(?:key|token|credentials?)|(?:key|token|credentials?|signature) (?:\S+ ){0,3}(?:invalid|incorrect|missing|expired|required|revoked|not found)|log ?in|sign ?in/i,
    401,
  ],
  [/not found|no (?:such )?(?:route|handler|endpoint)|\b404\b|cannot post|unknown (?:route|path|url|endpoint)/i, 404],
  [/too large|payload/i, 413],
];

/** The status that plain words deserve; undefined where they are not known. Their beginning counts. */
export function statusOfWords(text: string): number | undefined {
  const start = text.slice(0, 2048);
  return statusOfPhrase.find(([phrase]) => phrase.test(start))?.[1] ?? (hasKnownCause(start) ? 400 : undefined);
}

/** Fields in which gateways say what is wrong, in their order. */
const toldFields = [
  'error',
  'errors',
  'fault',
  'faultstring',
  'detail',
  'message',
  'Message',
  'msg',
  'errmsg',
  'status_msg',
  'base_resp',
  'error_message',
  'errorMessage',
  'error_description',
  'title',
  'reason',
];
/** Fields that hold a status or a word for one. */
const statusFields = [
  'type',
  'code',
  'status',
  'status_code',
  'statusCode',
  'http_status',
  'httpStatus',
  '__type',
  'errorType',
  'errorcode',
  'error_code',
];

/**
 * The status that an error deserves which a server or gateway tells with HTTP 200, also beside what there was of an answer; undefined for what is
 * no error. An error that gives neither a known word nor a status is the server's own failure.
 */
export function statusOfErrorBody(given: unknown): number | undefined {
  const body = errorBodyOf(given);
  if (!isRecord(body)) return undefined;
  const { error } = body;
  if (Array.isArray(body.content) && !isRecord(error)) return undefined;
  const isError = body.type === 'error' || isRecord(error) || (typeof error === 'string' && error !== '');
  // What says anything like an answer is one, of whatever shape.
  if (!isError && ['content', 'choices', 'usage', 'role', 'completion', 'candidates', 'output'].some((field) => field in body))
    return undefined;
  const told = toldIn(body, 0);
  const status = told.map(statusOfWord).find((found) => found !== undefined);
  if (status !== undefined) return status;
  const byWords = statusOfWords(told.filter((word) => typeof word === 'string').join(' '));
  if (isError) return /\bmodel\b.{0,120}\bnot found\b/i.test(told.join(' ')) ? 404 : (byWords ?? 500);
  const isRefusal =
    body.success === false ||
    body.ok === false ||
    body.status === 'error' ||
    ['detail', 'errors', 'fault', '__type'].some((field) => field in body);
  return byWords ?? (isRefusal && told.length > 0 ? 400 : undefined);
}

/** Whatever an error says: its status and words for it first. */
function toldIn(value: unknown, depth: number): unknown[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.slice(0, 5).flatMap((each) => toldIn(each, depth + 1));
  if (!isRecord(value)) return [];
  const fields = (names: readonly string[]) => names.flatMap((name) => toldIn(value[name], depth + 1));
  return depth === 0 ? [...fields(toldFields), ...fields(statusFields)] : [...fields(statusFields), ...fields(toldFields)];
}

function statusOfWord(word: unknown): number | undefined {
  const status = typeof word === 'string' && /^\d{3}$/.test(word) ? Number(word) : word;
  if (typeof status === 'number') return Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
  if (typeof word !== 'string') return undefined;
  // AWS names its errors with their namespace before a "#", or an address behind a ":".
  const name = word
    .replace(/^.*#/, '')
    .replace(/:http.*$/, '')
    .toLowerCase();
  return Object.hasOwn(statusOfType, name) ? statusOfType[name] : undefined;
}

/** Google's servers put their error into a list. */
export function errorBodyOf(body: unknown): unknown {
  return Array.isArray(body) && body.length === 1 ? body[0] : body;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
