import { Console } from 'node:console';
import { accessSync, constants } from 'node:fs';
import { Writable } from 'node:stream';
import type Anthropic from '@anthropic-ai/sdk';
import { type Clock, systemClock } from '../contracts/clock.ts';
import { type KeyRemover, keyRemover } from '../contracts/key-remover.ts';
import { type FailedCall, modelErrorOf } from './anthropic-error.ts';
import { somethingElse } from './connection-refusal.ts';
import { type Credentials, type Environment, endpointOf, readCredentials } from './credentials.ts';
import type { ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import type { CallPace } from './pace.ts';
import { type CallProxy, proxyFor } from './proxy.ts';
import { RateLimiter, sharedRateLimiter } from './rate-limiter.ts';
import { sendAsItComes, sendWhole } from './send-whole.ts';
import { wasUnsent } from './unsent-request.ts';
import { whoIsThere } from './who-is-there.ts';

export interface ServerOptions {
  /** Holds ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS, and what names a proxy. */
  readonly environment: Environment;
  /** What the environment says without `.env`; the same when not given. */
  readonly ownEnvironment?: Environment;
  /** Default: the process's one for this server. */
  readonly limiter?: RateLimiter;
  /** The pace of all processes that call a server with one key, where several do. */
  readonly paceOf?: PaceOf | undefined;
  readonly clock?: Clock;
  /** Told when all calls have to wait for long, and once of a model that is deprecated. */
  readonly warn?: (message: string) => void;
}

/** Gives the pace of a server, named by its origin, for whoever has these secrets. */
export type PaceOf = (origin: string, secrets: readonly string[]) => CallPace;

/** Longest wait for an answer, where the trial's own deadline is not shorter. Without it the SDK refuses long answers. */
const longestWaitMs = 3_600_000;

/** Far more than any answer has. */
const longestAnswerBytes = 64 * 1024 * 1024;

/** What of a request its refusal can be about. */
export type RefusableRequest = Pick<ModelRequest, 'model' | 'max_tokens' | 'tools'>;

/** A server of the Messages API, and what every call to it has in common. */
export interface ModelServer {
  readonly endpoint: string;
  readonly baseUrl: string;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
  readonly removeKey: KeyRemover;
  /** The SDK's client, which is loaded at the first call. @param unbounded answers come as they arrive, however long they are */
  open(unbounded?: 'unbounded'): Promise<Anthropic>;
  /** Says in our own words what a call to the server failed with; without the key. */
  failure(error: unknown, request?: RefusableRequest): ModelError;
  /** The same, having looked who is at an address that takes connections and gives no answer. */
  failureOf(error: unknown, request?: RefusableRequest): Promise<ModelError>;
}

/**
 * The server that the environment names.
 * @throws {DocketError} when the key is missing or malformed, or the base URL is no URL; before any call.
 */
export function modelServer(options: ServerOptions): ModelServer {
  const { environment, ownEnvironment = environment, clock = systemClock } = options;
  const credentials = readCredentials(environment, ownEnvironment);
  const endpoint = endpointOf(environment);
  const proxy = proxyFor(endpoint, environment, ownEnvironment);
  const removeKey = keyRemover(...credentials.secrets);
  const authorities = authoritiesIn(ownEnvironment);
  const way = { endpoint, credentials: credentials.variables, ...(proxy ? { proxy } : {}), ...(authorities ? { authorities } : {}) };
  const clients = new Map<string, Promise<Anthropic>>();
  let there: ReturnType<typeof whoIsThere> | undefined;
  const failure: ModelServer['failure'] = (error, request = { model: '', max_tokens: 0 }) => {
    const failed = modelErrorOf(error, { ...way, ...refusable(request) });
    const { kind, retryable, lost } = failed;
    return new ModelError(kind, removeKey(failed.message), { retryable, lost });
  };
  return {
    endpoint,
    baseUrl: credentials.baseUrl,
    limiter: options.limiter ?? limiterOf(credentials, options.paceOf),
    clock,
    warn: options.warn ?? (() => undefined),
    removeKey,
    async open(unbounded) {
      const name = unbounded ?? 'bounded';
      const client = clients.get(name) ?? openClient(credentials, proxy, unbounded === undefined, removeKey);
      clients.set(name, client);
      return await client;
    },
    failure,
    async failureOf(error, request) {
      const failed = failure(error, request);
      const isSilent = failed.kind === 'connection' && failed.retryable && (failed.lost || wasUnsent(error));
      if (!isSilent || proxy) return failed;
      there ??= whoIsThere(new URL(endpoint));
      const kind = await there;
      // It understood nothing of what it was sent.
      return kind === undefined ? failed : new ModelError('connection', somethingElse(kind, endpoint), { retryable: false });
    },
  };
}

function limiterOf({ baseUrl, secrets }: Credentials, paceOf: PaceOf | undefined): RateLimiter {
  return paceOf ? new RateLimiter({ pace: paceOf(new URL(baseUrl).origin, secrets) }) : sharedRateLimiter(baseUrl);
}

/** Node.js reads the file as it starts, and goes on without it where it cannot be read. */
function authoritiesIn({ NODE_EXTRA_CA_CERTS: file }: Environment): FailedCall['authorities'] {
  if (!file) return undefined;
  try {
    accessSync(file, constants.R_OK);
    return 'readable';
  } catch {
    return 'unreadable';
  }
}

async function openClient(
  { baseUrl, apiKey, authToken, headers }: Credentials,
  proxy: CallProxy | undefined,
  bounded: boolean,
  removeKey: KeyRemover,
): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  const way = { longestMs: longestWaitMs, ...(proxy ? { proxy } : {}) };
  return new Anthropic({
    baseURL: baseUrl,
    // Given even where no key is sent: otherwise the SDK looks for one on disk.
    ...(authToken === undefined ? { apiKey: apiKey ?? 'none' } : { authToken }),
    defaultHeaders: { ...(apiKey === undefined && authToken === undefined ? { authorization: null } : {}), ...headers },
    // The limiter tries again, for all workers together.
    maxRetries: 0,
    timeout: longestWaitMs,
    fetch: await (bounded ? sendWhole({ ...way, longestBytes: longestAnswerBytes }) : sendAsItComes(way)),
    // The tool loop has its own spans.
    openTelemetry: false,
    logger: loggerWithout(removeKey),
  });
}

/**
 * What the SDK logs, on standard error: standard output belongs to results. It knows headers that hold keys by their names, and those of gateways have any
 * name; and a server may give back what it was sent. What goes wrong is told in our own words, where the SDK would print what the server said.
 */
function loggerWithout(removeKey: KeyRemover): Console {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      process.stderr.write(removeKey(String(chunk)));
      done();
    },
  });
  return Object.assign(new Console(stream), { error: () => undefined });
}

function refusable({ model, max_tokens: maxTokens, tools = [] }: RefusableRequest): Pick<FailedCall, 'model' | 'maxTokens' | 'tools'> {
  return { model, maxTokens, tools: tools.map((tool) => ('name' in tool ? tool.name : '')) };
}
