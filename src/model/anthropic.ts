import { Console } from 'node:console';
import type Anthropic from '@anthropic-ai/sdk';
import { type Clock, systemClock } from '../contracts/clock.ts';
import { type KeyRemover, keyRemover } from '../contracts/key-remover.ts';
import { isLoopback } from '../contracts/loopback.ts';
import { type StandIn, standInHeader } from '../contracts/model-mode.ts';
import { answerSchema } from './answer-schema.ts';
import { type FailedCall, modelErrorOf, safeRequestId } from './anthropic-error.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { withCacheControl } from './cache-control.ts';
import { type Credentials, type Environment, endpointOf, readCredentials } from './credentials.ts';
import { statusOfErrorBody } from './error-in-answer.ts';
import { fetchThrough, patientFetch } from './fetch-through.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { type CallProxy, proxyFor } from './proxy.ts';
import { noLimits, type RateLimits, readRateLimits } from './rate-limit-headers.ts';
import { type Attempt, type RateLimiter, sharedRateLimiter } from './rate-limiter.ts';
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
    caller ??= openClient(credentials, proxy).then((client) => ({ client, ...rest }));
    return await caller;
  };
  return {
    mode: 'live',
    endpoint,
    async create(request, context) {
      context.signal.throwIfAborted();
      const opened = await open();
      return limiter.run(() => attempt(opened, withCacheControl(request), context), context.signal, {
        ...(context.waiting ? { waiting: context.waiting } : {}),
        onPause: (milliseconds, { message }) => warn(`${message} All calls pause for ${Math.round(milliseconds / 1000)} s.`),
      });
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
    fetch: boundedFetch(
      longestAnswerBytes,
      undefined,
      await (proxy ? fetchThrough(proxy.url, longestWaitMs) : patientFetch(longestWaitMs)),
    ),
    // The tool loop has its own spans.
    openTelemetry: false,
    // Standard output belongs to results.
    logger: new Console(process.stderr),
  });
}

async function attempt(caller: Caller, request: ModelRequest, context: ModelContext): Promise<Attempt<ModelAnswer>> {
  const { client, clock, removeKey, way } = caller;
  let limits: RateLimits = noLimits;
  try {
    const options = { signal: context.signal, ...trialHeaders(client.baseURL, context) };
    const call = withoutWarnings(
      () => client.messages.create(request, options),
      (text) => warnOnce(request.model, text, caller.warn),
    );
    const response = await call.asResponse();
    limits = readRateLimits(response.headers, clock.date());
    await checkContentType(response);
    const body: unknown = await call;
    await checkNoError(body, response);
    const answer = removeKey(readAnswer(body, response));
    return { ok: true, value: answer, limits: { ...limits, used: usedTokens(answer) } };
  } catch (error) {
    // An abort is nobody's failure: it ends the call with its own reason.
    context.signal.throwIfAborted();
    if (error instanceof Error && 'headers' in error && error.headers instanceof Headers)
      limits = readRateLimits(error.headers, clock.date());
    const { kind, message, retryable } = modelErrorOf(error, { ...way, ...refusable(request.model, request.max_tokens, request.tools) });
    return { ok: false, error: new ModelError(kind, removeKey(message), { retryable }), limits };
  }
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
async function checkNoError(body: unknown, { headers }: Response): Promise<void> {
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
  const answer = body as ModelAnswer;
  return {
    ...answer,
    content: saidContent(parsed.data.content, answer),
    ...(requestId ? { _request_id: requestId } : {}),
    ...(standIn ? { _stand_in: standIn } : {}),
  };
}

/** The blocks as they came, but null where a text or a list of blocks should be, as some servers have it for nothing: it is nothing said. */
function saidContent(
  read: readonly { readonly type: string; readonly text?: unknown }[] | null,
  { content }: ModelAnswer,
): ModelAnswer['content'] {
  if (read === null) return [];
  if (read.every(({ type, text }) => type !== 'text' || text !== null)) return content;
  return content.map((block) => (block.type === 'text' ? { ...block, text: block.text ?? '' } : block));
}

/** What an answer says of who gave it: a proxy may have joined several words, and one that is not known is no live model's either. */
function standInOf(header: string): StandIn | undefined {
  const words = header.toLowerCase().split(',');
  const standIns = words.map((word) => word.trim()).filter((word) => word !== '' && word !== 'live');
  if (standIns.length === 0) return undefined;
  return standIns.every((word) => word === 'recorded') ? 'recorded' : 'simulated';
}
