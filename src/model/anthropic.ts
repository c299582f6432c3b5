import { Console } from 'node:console';
import type Anthropic from '@anthropic-ai/sdk';
import { type Clock, systemClock } from '../contracts/clock.ts';
import { type KeyRemover, keyRemover } from '../contracts/key-remover.ts';
import { isLoopback } from '../contracts/loopback.ts';
import { type StandIn, standInHeader } from '../contracts/model-mode.ts';
import { answerSchema } from './answer-schema.ts';
import { modelErrorOf, safeRequestId } from './anthropic-error.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { withCacheControl } from './cache-control.ts';
import { type Credentials, type Environment, endpointOf, readCredentials } from './credentials.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { noLimits, type RateLimits, readRateLimits } from './rate-limit-headers.ts';
import { type Attempt, type RateLimiter, sharedRateLimiter } from './rate-limiter.ts';

export interface AnthropicModelOptions {
  /** Holds ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. */
  readonly environment: Environment;
  /** What the environment says without `.env`; the same when not given. */
  readonly ownEnvironment?: Environment;
  /** Default: the process's one for this server. */
  readonly limiter?: RateLimiter;
  readonly clock?: Clock;
  /** Told when all calls have to wait for long. */
  readonly warn?: (message: string) => void;
}

/** Longest wait for an answer's headers; the trial's own deadline is shorter. Without it the SDK refuses long answers. */
const headersTimeoutMs = 600_000;

/** Far more than any answer has. */
const longestAnswerBytes = 64 * 1024 * 1024;

/**
 * The live model: Anthropic's Messages API, or any compatible server at ANTHROPIC_BASE_URL. The SDK is loaded at the first call.
 * @throws {DocketError} when the key is missing or malformed, or the base URL is no URL; before any call.
 */
export function anthropicModel(options: AnthropicModelOptions): Model {
  const credentials = readCredentials(options.environment, options.ownEnvironment);
  const limiter = options.limiter ?? sharedRateLimiter(credentials.baseUrl);
  const clock = options.clock ?? systemClock;
  const removeKey = keyRemover(...credentials.secrets);
  let client: Promise<Anthropic> | undefined;
  return {
    mode: 'live',
    endpoint: endpointOf(options.environment),
    async create(request, context) {
      context.signal.throwIfAborted();
      client ??= openClient(credentials);
      const opened = await client;
      return limiter.run(() => attempt(opened, withCacheControl(request), context, clock, removeKey), context.signal, {
        ...(context.waiting ? { waiting: context.waiting } : {}),
        onPause: (milliseconds, { message }) => options.warn?.(`${message} All calls pause for ${Math.round(milliseconds / 1000)} s.`),
      });
    },
  };
}

/** Loads the SDK, which is otherwise loaded at the first call. */
export async function loadSdk(): Promise<void> {
  await import('@anthropic-ai/sdk');
}

async function openClient({ baseUrl, apiKey }: Credentials): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    baseURL: baseUrl,
    // Given even where no key is sent: otherwise the SDK looks for one on disk.
    apiKey: apiKey ?? 'none',
    ...(apiKey === undefined ? { defaultHeaders: { authorization: null } } : {}),
    // The limiter tries again, for all workers together.
    maxRetries: 0,
    timeout: headersTimeoutMs,
    fetch: boundedFetch(longestAnswerBytes),
    // The tool loop has its own spans.
    openTelemetry: false,
    // Standard output belongs to results.
    logger: new Console(process.stderr),
  });
}

async function attempt(
  client: Anthropic,
  request: ModelRequest,
  context: ModelContext,
  clock: Clock,
  removeKey: KeyRemover,
): Promise<Attempt<ModelAnswer>> {
  let limits: RateLimits = noLimits;
  try {
    const call = client.messages.create(request, { signal: context.signal, ...trialHeaders(client.baseURL, context) });
    const response = await call.asResponse();
    limits = readRateLimits(response.headers, clock.date());
    await checkContentType(response);
    return { ok: true, value: removeKey(readAnswer(await call, response)), limits };
  } catch (error) {
    // An abort is nobody's failure: it ends the call with its own reason.
    context.signal.throwIfAborted();
    if (error instanceof Error && 'headers' in error && error.headers instanceof Headers)
      limits = readRateLimits(error.headers, clock.date());
    const { kind, message, retryable } = modelErrorOf(error);
    return { ok: false, error: new ModelError(kind, removeKey(message), { retryable }), limits };
  }
}

/** The loopback stand-in seeds its answers by them. Nobody else is told. */
function trialHeaders(baseUrl: string, { series, trialNumber }: ModelContext): { headers?: Record<string, string> } {
  return isLoopback(new URL(baseUrl).hostname)
    ? { headers: { 'x-docket-series': encodeURIComponent(series), 'x-docket-trial': String(trialNumber) } }
    : {};
}

async function checkContentType(response: Response): Promise<void> {
  const contentType = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (contentType === 'application/json') return;
  await response.body?.cancel();
  const came = /^[\w.+/-]{1,100}$/.test(contentType) ? contentType : 'nothing readable';
  throw new ModelError(
    'response',
    `The model server answered with ${came} instead of application/json. Does ANTHROPIC_BASE_URL name a Messages API?`,
    {
      retryable: false,
    },
  );
}

/** Checks the shape once, here: what is behind a base URL may only look like the Messages API. */
function readAnswer(body: unknown, response: Response): ModelAnswer {
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') || 'the answer';
    throw new ModelError(
      'response',
      `The model server's answer does not have the shape of the Messages API: ${where} is not what it should be.`,
      {
        retryable: false,
      },
    );
  }
  const requestId = safeRequestId(response.headers.get('request-id'));
  // As it came: the conversation is sent back unchanged.
  const standIn = standInOf(response.headers.get(standInHeader) ?? '');
  return { ...(body as ModelAnswer), ...(requestId ? { _request_id: requestId } : {}), ...(standIn ? { _stand_in: standIn } : {}) };
}

/** What an answer says of who gave it: a proxy may have joined several words, and one that is not known is no live model's either. */
function standInOf(header: string): StandIn | undefined {
  const words = header.toLowerCase().split(',');
  const standIns = words.map((word) => word.trim()).filter((word) => word !== '' && word !== 'live');
  if (standIns.length === 0) return undefined;
  return standIns.every((word) => word === 'recorded') ? 'recorded' : 'simulated';
}
