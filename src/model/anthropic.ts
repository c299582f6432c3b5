import { Console } from 'node:console';
import type Anthropic from '@anthropic-ai/sdk';
import type { Stream } from '@anthropic-ai/sdk/streaming';
import { type Clock, systemClock } from '../contracts/clock.ts';
import { type KeyRemover, keyRemover } from '../contracts/key-remover.ts';
import { isLoopback } from '../contracts/loopback.ts';
import { type FailedCall, modelErrorOf } from './anthropic-error.ts';
import { withCacheControl } from './cache-control.ts';
import { type Credentials, type Environment, endpointOf, readCredentials } from './credentials.ts';
import { statusOfErrorBody } from './error-in-answer.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { type CallProxy, proxyFor } from './proxy.ts';
import { noLimits, type RateLimits, readRateLimits } from './rate-limit-headers.ts';
import { type Attempt, type RateLimiter, sharedRateLimiter } from './rate-limiter.ts';
import { readAnswer } from './read-answer.ts';
import { sendWhole } from './send-whole.ts';
import { mayTakeMinutes, streamedAnswer } from './streamed-answer.ts';
import { usageOf } from './usage.ts';
import { withoutWarnings } from './without-warnings.ts';

export interface AnthropicModelOptions {
  /** Holds ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS, and what names a proxy. */
  readonly environment: Environment;
  /** What the environment says without `.env`; the same when not given. */
  readonly ownEnvironment?: Environment;
  /** Default: the process's one for this server. */
  readonly limiter?: RateLimiter;
  readonly clock?: Clock;
  /** Told when all calls have to wait for long, and once of a model that is deprecated. */
  readonly warn?: (message: string) => void;
}

/** Longest wait for an answer, where the trial's own deadline is not shorter. Without it the SDK refuses long answers. */
const longestWaitMs = 3_600_000;

/** Far more than any answer has. */
const longestAnswerBytes = 64 * 1024 * 1024;

/** The live model, with what only a server of the Messages API can be asked. */
export interface AnthropicModel extends Model {
  /** How many tokens a request has, as the server counts them; costs nothing. */
  countTokens(request: ModelRequest, signal: AbortSignal): Promise<number>;
}

/** What every call to one server has in common. */
interface Caller {
  /** False as soon as the server has refused to stream. */
  streams: boolean;
  readonly client: Anthropic;
  readonly clock: Clock;
  readonly removeKey: KeyRemover;
  readonly warn: (message: string) => void;
  readonly way: Pick<FailedCall, 'endpoint' | 'credentials' | 'proxy'>;
}

/**
 * The live model: Anthropic's Messages API, or any compatible server at ANTHROPIC_BASE_URL. The SDK is loaded at the first call.
 * @throws {DocketError} when the key is missing or malformed, or the base URL is no URL; before any call.
 */
export function anthropicModel(options: AnthropicModelOptions): AnthropicModel {
  const { environment, ownEnvironment = environment, clock = systemClock } = options;
  const credentials = readCredentials(environment, ownEnvironment);
  const endpoint = endpointOf(environment);
  const proxy = proxyFor(endpoint, environment, ownEnvironment);
  const limiter = options.limiter ?? sharedRateLimiter(credentials.baseUrl);
  const way = { endpoint, credentials: credentials.variables, ...(proxy ? { proxy } : {}) };
  const warn = options.warn ?? (() => undefined);
  const rest = { clock, removeKey: keyRemover(...credentials.secrets), way, warn };
  let caller: Promise<Caller> | undefined;
  const open = async () => {
    caller ??= openClient(credentials, proxy).then((client) => ({ client, streams: true, ...rest }));
    return await caller;
  };
  return {
    mode: 'live',
    endpoint,
    async create(request, context) {
      context.signal.throwIfAborted();
      const opened = await open();
      let lost = 0;
      const tried = async () => {
        const ended = await attempt(opened, withCacheControl(request), context);
        if (!ended.ok && ended.error.lost) lost += 1;
        return ended;
      };
      const answer = await limiter.run(tried, context.signal, {
        ...(context.waiting ? { waiting: context.waiting } : {}),
        onPause: (milliseconds, { message }) => warn(`${message} All calls pause for ${Math.round(milliseconds / 1000)} s.`),
      });
      return lost > 0 ? { ...answer, _lost_tries: lost } : answer;
    },
    async countTokens({ model, max_tokens, system, tools, messages, tool_choice, output_config }, signal) {
      const { client, removeKey } = await open();
      const { format } = output_config ?? {};
      const counted = {
        ...{ model, messages },
        ...(system ? { system } : {}),
        ...(tools ? { tools } : {}),
        ...(tool_choice ? { tool_choice } : {}),
        ...(format ? { output_config: { format } } : {}),
      };
      try {
        const { input_tokens: tokens } = await client.messages.countTokens(counted, { signal });
        return tokens;
      } catch (error) {
        signal.throwIfAborted();
        const { kind, message, retryable } = modelErrorOf(error, { ...way, ...refusable(model, max_tokens, tools) });
        throw new ModelError(kind, removeKey(message), { retryable });
      }
    },
  };
}

/** Loads the SDK, which is otherwise loaded at the first call. */
export async function loadSdk(): Promise<void> {
  await import('@anthropic-ai/sdk');
}

async function openClient({ baseUrl, apiKey, authToken, headers }: Credentials, proxy: CallProxy | undefined): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    baseURL: baseUrl,
    // Given even where no key is sent: otherwise the SDK looks for one on disk.
    ...(authToken === undefined ? { apiKey: apiKey ?? 'none' } : { authToken }),
    defaultHeaders: { ...(apiKey === undefined && authToken === undefined ? { authorization: null } : {}), ...headers },
    // The limiter tries again, for all workers together.
    maxRetries: 0,
    timeout: longestWaitMs,
    fetch: await sendWhole({
      longestMs: longestWaitMs,
      longestBytes: longestAnswerBytes,
      ...(proxy ? { proxyUrl: proxy.url } : {}),
    }),
    // The tool loop has its own spans.
    openTelemetry: false,
    // Standard output belongs to results. What goes wrong is told in our own words: the SDK would print what the server sent.
    logger: Object.assign(new Console(process.stderr), { error: () => undefined }),
  });
}

async function attempt(caller: Caller, request: ModelRequest, context: ModelContext): Promise<Attempt<ModelAnswer>> {
  const { client, clock, removeKey, way } = caller;
  let limits: RateLimits = noLimits;
  let begun = false;
  try {
    const options = { signal: context.signal, ...trialHeaders(client.baseURL, context) };
    const streams = caller.streams && mayTakeMinutes(request, context);
    const call = withoutWarnings(
      () => (streams ? client.messages.create({ ...request, stream: true }, options) : client.messages.create(request, options)),
      (text) => warnOnce(request.model, text, caller.warn),
    );
    const response = await call.asResponse();
    limits = readRateLimits(response.headers, clock.date());
    const body = await bodyOf(call, response, streams, () => {
      begun = true;
    });
    await checkNoError(body, response.headers);
    const answer = removeKey(readAnswer(body, response.headers));
    return { ok: true, value: answer, limits: { ...limits, used: usedTokens(answer) } };
  } catch (error) {
    // An abort is nobody's failure: it ends the call with its own reason.
    context.signal.throwIfAborted();
    if (caller.streams && refusesStreams(error)) {
      caller.streams = false;
      return attempt(caller, request, context);
    }
    if (error instanceof Error && 'headers' in error && error.headers instanceof Headers)
      limits = readRateLimits(error.headers, clock.date());
    const failed = modelErrorOf(error, { ...way, ...refusable(request.model, request.max_tokens, request.tools) });
    const { kind, retryable } = failed;
    return { ok: false, error: new ModelError(kind, removeKey(failed.message), { retryable, lost: failed.lost || begun }), limits };
  }
}

/** What the server sent, as JSON; one that has no streams answers a call for one whole. */
async function bodyOf(
  call: PromiseLike<Anthropic.Message | Stream<Anthropic.RawMessageStreamEvent>>,
  response: Response,
  streams: boolean,
  onBegun: () => void,
): Promise<unknown> {
  if (streams && contentTypeOf(response) === 'text/event-stream')
    return streamedAnswer((await call) as Stream<Anthropic.RawMessageStreamEvent>, onBegun);
  await checkContentType(response);
  return streams ? response.json() : await call;
}

/** A server that has none may say so instead of answering whole. */
function refusesStreams(error: unknown): boolean {
  const { status, message } = error as { readonly status?: unknown; readonly message?: unknown };
  return typeof status === 'number' && status >= 400 && (status < 500 || status === 501) && /\bstream/i.test(String(message));
}

function refusable(model: string, maxTokens: number, tools: ModelRequest['tools'] = []): Pick<FailedCall, 'model' | 'maxTokens' | 'tools'> {
  return { model, maxTokens, tools: tools.map((tool) => ('name' in tool ? tool.name : '')) };
}

/** What counts towards the limits: tokens that are read from the prompt cache do not. */
function usedTokens(answer: ModelAnswer): NonNullable<RateLimits['used']> {
  const { inputTokens, cacheWriteTokens, outputTokens } = usageOf(answer);
  return { input: inputTokens + cacheWriteTokens, output: outputTokens };
}

/** Models whose deprecation was told in this process: the SDK tells it at every call. */
const toldDeprecated = new Set<string>();

function warnOnce(model: string, text: string, warn: (message: string) => void): void {
  if (toldDeprecated.has(model)) return;
  toldDeprecated.add(model);
  const [, end] = /end-of-life on ([A-Z][a-z]+ \d{1,2}\w{0,2}, \d{4})/.exec(text) ?? [];
  warn(end ? `the model ${model} is deprecated and ends on ${end}. Put another one on trial before that.` : text.replaceAll(/\s+/g, ' '));
}

/** Some servers and gateways tell an error with HTTP 200: it counts as if it had come with its own status. */
async function checkNoError(body: unknown, headers: Headers): Promise<void> {
  const status = statusOfErrorBody(body);
  if (status === undefined) return;
  const { APIError } = await import('@anthropic-ai/sdk');
  throw APIError.generate(status, body as object, undefined, headers);
}

/** The loopback stand-in seeds its answers by them. Nobody else is told. */
function trialHeaders(baseUrl: string, { series, trialNumber }: ModelContext): { headers?: Record<string, string> } {
  return isLoopback(new URL(baseUrl).hostname)
    ? { headers: { 'x-docket-series': encodeURIComponent(series), 'x-docket-trial': String(trialNumber) } }
    : {};
}

function contentTypeOf({ headers }: Response): string {
  return headers.get('content-type')?.split(';')[0]?.trim() ?? '';
}

async function checkContentType(response: Response): Promise<void> {
  const contentType = contentTypeOf(response);
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
