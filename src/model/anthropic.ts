import type Anthropic from '@anthropic-ai/sdk';
import { isLoopback } from '../contracts/loopback.ts';
import { readBody } from './answer-body.ts';
import { withCacheControl } from './cache-control.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { type ModelServer, modelServer, type ServerOptions } from './model-server.ts';
import { noLimits, type RateLimits, readRateLimits } from './rate-limit-headers.ts';
import type { Attempt } from './rate-limiter.ts';
import { readAnswer } from './read-answer.ts';
import { loadAgent } from './send-whole.ts';
import { mayTakeMinutes } from './streamed-answer.ts';
import { checkNoError } from './told-error.ts';
import { usageOf } from './usage.ts';
import { withoutWarnings } from './without-warnings.ts';

/** The live model, with what only a server of the Messages API can be asked. */
export interface AnthropicModel extends Model {
  /** How many tokens a request has, as the server counts them; costs nothing. */
  countTokens(request: ModelRequest, signal: AbortSignal): Promise<number>;
}

/** Whom to call, and how. */
interface Caller {
  /** Long answers, until the server has refused to stream, or to do anything else. */
  streams: 'long' | 'never' | 'always';
  readonly client: Anthropic;
  readonly server: ModelServer;
  /** The loopback stand-in seeds its answers by the trial. Nobody else is told of it. */
  readonly seeded: boolean;
}

/**
 * The live model: Anthropic's Messages API, or any compatible server at ANTHROPIC_BASE_URL. The SDK is loaded at the first call.
 * @throws {DocketError} when the key is missing or malformed, or the base URL is no URL; before any call.
 */
export function anthropicModel(options: ServerOptions): AnthropicModel {
  const server = modelServer(options);
  const { endpoint, limiter, warn } = server;
  let caller: Promise<Caller> | undefined;
  const open = async () => {
    caller ??= server
      .open()
      .then((client) => ({ client, streams: 'long' as const, server, seeded: isLoopback(new URL(client.baseURL).hostname) }));
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
        onPause: (milliseconds, why) => warn(`${why} All calls pause for ${Math.round(milliseconds / 1000)} s.`),
      });
      return lost > 0 ? { ...answer, _lost_tries: lost } : answer;
    },
    async countTokens(request, signal) {
      const { client } = await open();
      const { model, system, tools, messages, tool_choice, output_config } = request;
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
        throw await server.failureOf(error, request);
      }
    },
  };
}

/** Loads the SDK and what sends its requests, which are otherwise loaded at the first call. */
export async function loadSdk(): Promise<void> {
  await Promise.all([import('@anthropic-ai/sdk'), loadAgent()]);
}

/** @param first false where the server has refused the other way of answering */
async function attempt(caller: Caller, request: ModelRequest, context: ModelContext, first = true): Promise<Attempt<ModelAnswer>> {
  const { client, server } = caller;
  const { clock, removeKey } = server;
  let limits: RateLimits = noLimits;
  const streams = caller.streams === 'always' || (caller.streams === 'long' && mayTakeMinutes(request, context));
  let begun = false;
  const onBegun = () => {
    begun = true;
  };
  try {
    const options = { signal: context.signal, ...(caller.seeded ? trialHeaders(context) : {}) };
    const call = withoutWarnings(
      () => (streams ? client.messages.create({ ...request, stream: true }, options) : client.messages.create(request, options)),
      (text) => warnOnce(request.model, text, server.warn),
    );
    const response = await call.asResponse();
    limits = readRateLimits(response.headers, clock.date());
    const body = await readBody(response, onBegun);
    await checkNoError(body, response.headers, onBegun);
    const answer = removeKey(readAnswer(body, response.headers));
    return { ok: true, value: answer, limits: { ...limits, used: usedTokens(answer) } };
  } catch (error) {
    // An abort is nobody's failure: it ends the call with its own reason.
    context.signal.throwIfAborted();
    if (first && (streams ? refusesStreams(error) : wantsStreams(error))) {
      caller.streams = streams ? 'never' : 'always';
      return attempt(caller, request, context, false);
    }
    if (error instanceof Error && 'headers' in error && error.headers instanceof Headers)
      limits = readRateLimits(error.headers, clock.date());
    const { kind, message, retryable, lost } = await server.failureOf(error, request);
    return { ok: false, error: new ModelError(kind, message, { retryable, lost: lost || begun }), limits };
  }
}

/** A server that has none may say so instead of answering whole. */
function refusesStreams(error: unknown): boolean {
  return /\bstream/i.test(refusedIn(error));
}

/** Some servers of somebody else answer by streams alone. */
function wantsStreams(error: unknown): boolean {
  return /\bstream(?:ing)?\b.{0,40}\b(?:required|only|must|true)\b|\b(?:required?s?|only|must|enable)\b.{0,40}\bstream/i.test(
    refusedIn(error),
  );
}

/** What a refusal of the request says; nothing of any other failure. */
function refusedIn(error: unknown): string {
  const { status, message } = error as { readonly status?: unknown; readonly message?: unknown };
  return typeof status === 'number' && status >= 400 && (status < 500 || status === 501) ? String(message) : '';
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

function trialHeaders({ series, trialNumber }: ModelContext): { headers: Record<string, string> } {
  return { headers: { 'x-docket-series': encodeURIComponent(series), 'x-docket-trial': String(trialNumber) } };
}
