import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';
import { readBody } from '../answer-body.ts';
import { brokenError } from '../anthropic-error.ts';
import { withCacheControl } from '../cache-control.ts';
import { statusOfErrorBody } from '../error-in-answer.ts';
import type { ModelAnswer, ModelRequest } from '../model.ts';
import { ModelError } from '../model-error.ts';
import type { ModelServer } from '../model-server.ts';
import { noLimits, type RateLimits, readRateLimits } from '../rate-limit-headers.ts';
import { readAnswer } from '../read-answer.ts';
import { checkNoError, toldError } from '../told-error.ts';
import { linesOf } from './lines-of.ts';

/** One request of a batch. */
export interface BatchItem {
  readonly customId: string;
  readonly request: ModelRequest;
}

/** Where a batch is. */
export interface BatchState {
  readonly id: string;
  readonly ended: boolean;
  /** How many requests it has. */
  readonly requests: number;
  /** True when its results are no longer there. */
  readonly archived: boolean;
  /** How long the server asks to wait before it is asked again, in milliseconds. */
  readonly pauseMs: number | undefined;
}

/** How one request of a batch ended. */
export type BatchResult = { readonly customId: string } & (
  | { readonly kind: 'answered'; readonly answer: ModelAnswer }
  /** @param request what was asked, for words that name it */
  | { readonly kind: 'failed'; errorFor(request: ModelRequest): ModelError }
  | { readonly kind: 'expired' }
  | { readonly kind: 'canceled' }
);

/** How a try to send a batch ended. */
export type Sent =
  | { readonly kind: 'sent'; readonly id: string }
  /** Nobody knows whether it arrived. */
  | { readonly kind: 'unsure'; readonly error: ModelError }
  | { readonly kind: 'too-large'; readonly error: ModelError };

/** Ids become parts of addresses. */
const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);
const countSchema = z.int().nonnegative();

/** Where a batch can be. */
const batchStates: ReadonlySet<string> = new Set(['in_progress', 'canceling', 'ended']);

/** A batch as the server tells it; what is not read here may be missing. */
const batchSchema = z.looseObject({
  id: idSchema,
  processing_status: z.string().max(64),
  request_counts: z.object({
    processing: countSchema,
    succeeded: countSchema,
    errored: countSchema,
    canceled: countSchema,
    expired: countSchema,
  }),
  archived_at: z.string().nullish(),
});

const resultSchema = z.looseObject({
  custom_id: z.string().max(512),
  result: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('succeeded'), message: z.unknown() }),
    z.looseObject({ type: z.literal('errored'), error: z.unknown() }),
    z.looseObject({ type: z.literal('canceled') }),
    z.looseObject({ type: z.literal('expired') }),
  ]),
});

/** One whose end has a name that is not known. */
const strangeResultSchema = z.looseObject({ custom_id: z.string().max(512), result: z.looseObject({ type: z.string() }) });

const noBatches = 'The model server does not answer as the Message Batches API does. Leave --batch out.';

function unknownBatch(id: string): string {
  return `The model server does not know the batch ${id}: it was sent with a key of another workspace, or was deleted. Use that key; to send all requests anew, run with --fresh (a baseline: docket baseline refresh).`;
}

function noResults(id: string): string {
  return `The model server has the batch ${id} and not its results: they were deleted, or the gateway does not hand them out. Ask who runs it; to send all requests anew, run with --fresh (a baseline: docket baseline refresh).`;
}

/** The end of a request by a name that nobody knows, with or without an answer in it. */
const strangeEnd = new ModelError(
  'response',
  'The model server does not say in words of the Message Batches API how this call of the batch ended.',
  {
    retryable: false,
    lost: true,
  },
);

function isGone(error: unknown): boolean {
  return (error as { readonly status?: unknown }).status === 410;
}

/** The server does not know the address. */
function isMissing(error: unknown): boolean {
  const { status } = error as { readonly status?: unknown };
  return status === 404 || status === 405;
}

/** Batches that are looked through for one that may have arrived. */
const mostLooked = 1000;

/** The Message Batches API of one server, by the official SDK. */
export class BatchServer {
  readonly #server: ModelServer;

  constructor(server: ModelServer) {
    this.#server = server;
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** The newest batch that the server has; null when it has none, or lists none. @throws {ModelError} */
  async newest(signal: AbortSignal): Promise<string | null> {
    return (await this.#page({ limit: 1 }, signal))[0]?.id ?? null;
  }

  /**
   * Sends a batch, once: what may have arrived is not sent again here.
   * @throws {ModelError} when it is refused
   */
  async send(items: readonly BatchItem[], signal: AbortSignal): Promise<Sent> {
    const requests = items.map(({ customId, request }) => ({ custom_id: customId, params: paramsOf(request) }));
    const [first] = items;
    return this.#server.limiter.run<Sent>(async () => {
      let limits = noLimits;
      try {
        const client = await this.#server.open();
        const response = await client.messages.batches.create({ requests }, { signal }).asResponse();
        limits = this.#limitsOf(response.headers);
        const data = await bodyOf(response);
        return { ok: true, value: { kind: 'sent', id: readBatch(data).id }, limits };
      } catch (error) {
        signal.throwIfAborted();
        limits = limitsIn(error, limits, (headers) => this.#limitsOf(headers));
        const { status } = error as { readonly status?: unknown };
        if (isMissing(error)) return { ok: false, error: new ModelError('request', noBatches, { retryable: false }), limits };
        const failed = this.#server.failure(error, first?.request);
        if (status === 413) return { ok: true, value: { kind: 'too-large', error: failed }, limits };
        // An answer that was lost on its way, and a server that fell over, may both have taken it.
        const unsure = failed.lost || failed.kind === 'response' || (typeof status === 'number' && status >= 500 && status !== 529);
        return unsure ? { ok: true, value: { kind: 'unsure', error: failed }, limits } : { ok: false, error: failed, limits };
      }
    }, signal);
  }

  /**
   * Batches that may be one that was sent and not heard of: newer than `after`, of as many requests. The oldest comes first.
   * @throws {ModelError}
   */
  async candidates(after: string | null, requests: number, signal: AbortSignal): Promise<string[]> {
    const found: BatchState[] = [];
    for (let last: string | undefined; found.length < mostLooked; ) {
      const page = await this.#page({ limit: 100, ...(last === undefined ? {} : { after_id: last }) }, signal);
      const end = page.findIndex(({ id }) => id === after);
      found.push(...(end < 0 ? page : page.slice(0, end)));
      last = page.at(-1)?.id;
      if (end >= 0 || page.length < 100) break;
    }
    return found
      .filter((batch) => batch.requests === requests)
      .map(({ id }) => id)
      .reverse();
  }

  /** @throws {ModelError} */
  async state(id: string, signal: AbortSignal): Promise<BatchState> {
    return this.#get(async (client) => {
      const response = await client.messages.batches
        .retrieve(id, null, { signal })
        .asResponse()
        .catch((error: unknown) => {
          throw isMissing(error) ? new ModelError('request', unknownBatch(id), { retryable: false }) : error;
        });
      const data = await bodyOf(response);
      return { value: { ...readState(data), pauseMs: this.#limitsOf(response.headers).retryAfterMs }, headers: response.headers };
    }, signal);
  }

  /**
   * How the requests of an ended batch ended, in any order; a line that is no result says nothing of any. Read from where the batch itself is: the address that the server names for them may be
   * anybody's, and the key would go there.
   * @throws {ModelError} when it breaks off, or the server refuses it
   */
  async *results(id: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    const response = await this.#get(async () => {
      const client = await this.#server.open('unbounded');
      const answer = await client
        .get(`/v1/messages/batches/${id}/results`, { signal, headers: { accept: 'application/binary' } })
        .asResponse()
        .catch((error: unknown) => {
          throw isMissing(error) || isGone(error) ? new ModelError('request', noResults(id), { retryable: false, lost: true }) : error;
        });
      return { value: answer, headers: answer.headers };
    }, signal);
    const standIn = response.headers;
    try {
      let last = '';
      let own = 0;
      for await (const line of linesOf(response.body)) {
        const result = await this.#result(line, standIn);
        last = result ? '' : line;
        if (result) own += 1;
        if (result) yield result;
      }
      // The end of a line that was cut, or something else than results.
      if (last !== '') throw own > 0 ? brokenError('unreadable') : await this.#instead(last, standIn);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ModelError ? error : this.#server.failure(error);
    }
  }

  /** What came where no line was a result. */
  async #instead(text: string, headers: Headers): Promise<unknown> {
    await checkNoError(jsonOf(text), headers);
    return toldError(text, headers, headers.get('content-type')?.includes('json') ?? false);
  }

  /** Undefined for what is no result. */
  async #result(line: string, headers: Headers): Promise<BatchResult | undefined> {
    const json = jsonOf(line);
    const parsed = resultSchema.safeParse(json);
    if (!parsed.success) {
      const { success, data } = strangeResultSchema.safeParse(json);
      return success ? { customId: this.#server.removeKey(data.custom_id), kind: 'failed', errorFor: () => strangeEnd } : undefined;
    }
    const { custom_id: customId, result } = this.#server.removeKey(parsed.data);
    switch (result.type) {
      case 'succeeded':
        // Some gateways call an error an answer here, too.
        return statusOfErrorBody(result.message) === undefined
          ? answered(customId, result.message, headers)
          : this.#failed(customId, result.message);
      case 'errored':
        return this.#failed(customId, result.error);
      default:
        return { customId, kind: result.type };
    }
  }

  async #failed(customId: string, body: unknown): Promise<BatchResult> {
    const { APIError } = await import('@anthropic-ai/sdk');
    const error = APIError.generate(statusOfErrorBody(body) ?? 500, (body ?? {}) as object, undefined, new Headers());
    return { customId, kind: 'failed', errorFor: (request) => this.#server.failure(error, request) };
  }

  async #page(query: { readonly limit: number; readonly after_id?: string }, signal: AbortSignal): Promise<BatchState[]> {
    return this.#get(async (client) => {
      try {
        const response = await client.messages.batches.list(query, { signal }).asResponse();
        const { data } = pageSchema.parse(await bodyOf(response));
        return { value: data.map(readBatch), headers: response.headers };
      } catch (error) {
        // A gateway may take batches and list none.
        if (isMissing(error)) return { value: [], headers: new Headers() };
        throw error;
      }
    }, signal);
  }

  /** A call that costs nothing and may be made again. */
  #get<Value>(
    call: (client: Anthropic) => Promise<{ readonly value: Value; readonly headers: Headers }>,
    signal: AbortSignal,
  ): Promise<Value> {
    return this.#server.limiter.run(async () => {
      try {
        const { value, headers } = await call(await this.#server.open());
        return { ok: true, value, limits: { ...this.#limitsOf(headers), retryAfterMs: 0 } };
      } catch (error) {
        signal.throwIfAborted();
        const { kind, message, retryable } = this.#server.failure(error);
        const limits = limitsIn(error, noLimits, (headers) => this.#limitsOf(headers));
        // It costs nothing to ask again what came in the wrong form.
        return { ok: false, error: new ModelError(kind, message, { retryable: retryable || kind === 'response' }), limits };
      }
    }, signal);
  }

  #limitsOf(headers: Headers): RateLimits {
    return readRateLimits(headers, this.#server.clock.date());
  }
}

/** A list of batches, of which the page tells nothing more that is needed. */
const pageSchema = z.looseObject({ data: z.array(z.unknown()).catch([]) }).catch({ data: [] });

/** What a server said, as JSON. @throws {APIError} for an error, a page or words in its place */
async function bodyOf(response: Response): Promise<unknown> {
  const body = await readBody(response, () => undefined);
  await checkNoError(body, response.headers);
  return body;
}

/** What was asked in vain names the model in its words. */
function answered(customId: string, message: unknown, headers: Headers): BatchResult {
  try {
    const answer = readAnswer(message, headers);
    const { _request_id: _, ...rest } = answer;
    // What came out of a batch costs what a batch costs, whether the server says so or not.
    return { customId, kind: 'answered', answer: { ...rest, usage: { ...rest.usage, service_tier: rest.usage.service_tier ?? 'batch' } } };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { customId, kind: 'failed', errorFor: () => error };
  }
}

/** The system prompt is read from the prompt cache by all requests of a round; what follows is another one's before the next round. */
function paramsOf(request: ModelRequest): ModelRequest {
  return withCacheControl(request, { tail: false });
}

/** As `readBatch`, of one that the server has taken: what comes in its place is chance, and asked for again. */
function readState(value: unknown): ReturnType<typeof readBatch> {
  const known = batchSchema.safeParse(value);
  if (known.success && !batchStates.has(known.data.processing_status))
    throw new ModelError(
      'response',
      'The model server gives the batch a state that the Message Batches API does not have. Leave --batch out, or see what the gateway makes of it.',
      {
        retryable: false,
      },
    );
  if (!known.success)
    throw new ModelError(
      'response',
      'The model server does not say how the batch is. It goes on all the same: the same command asks again.',
      {
        retryable: true,
      },
    );
  return readBatch(value);
}

function readBatch(value: unknown): Omit<BatchState, 'pauseMs'> & { readonly pauseMs: undefined } {
  const parsed = batchSchema.safeParse(value);
  if (!parsed.success) {
    throw new ModelError('response', noBatches, { retryable: false });
  }
  const { id, processing_status: status, request_counts: counts, archived_at: archived } = parsed.data;
  const requests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { id, ended: status === 'ended', requests, archived: (archived ?? null) !== null, pauseMs: undefined };
}

function limitsIn(error: unknown, known: RateLimits, read: (headers: Headers) => RateLimits): RateLimits {
  return error instanceof Error && 'headers' in error && error.headers instanceof Headers ? read(error.headers) : known;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
