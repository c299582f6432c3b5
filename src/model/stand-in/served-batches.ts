import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ModelAnswer, ModelRequest } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import { readMessageRequest } from './message-request.ts';

/** What becomes of one request of a batch instead of its answer: an error of the API, no end in time, or no result at all. */
export type ItemFault = { readonly error: ApiError } | 'expired' | 'canceled' | 'missing';

export interface ServedBatchesOptions {
  /** Looks at a batch until it has ended; 1 when not given. */
  readonly looks?: number;
  /** What the server asks to wait until the next look, in milliseconds. */
  readonly lookMs?: number;
  /** What goes wrong with a request: the batch's number from 1, and its own from 0. */
  readonly item?: (batch: number, index: number, request: ModelRequest) => ItemFault | undefined;
  /** The lines of results as they are sent: in another order, or some of them twice. */
  readonly lines?: (lines: readonly string[]) => readonly string[];
  /** Most requests of a batch; the API's own when not given. */
  readonly mostRequests?: number;
}

/** As the API has it. */
const mostRequests = 100_000;
export const mostBatchBytes = 256 * 1024 * 1024;

const dayMs = 86_400_000;

const batchRequestSchema = z.looseObject({
  requests: z.array(z.looseObject({ custom_id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), params: z.looseObject({}) })).min(1),
});

interface ServedBatch {
  readonly id: string;
  readonly created: Date;
  readonly ids: readonly string[];
  lines: readonly string[];
  counts: Record<'succeeded' | 'errored' | 'canceled' | 'expired', number>;
  readonly requests: number;
  looks: number;
  canceled: Date | undefined;
  archived: boolean;
}

/** Batches of the Messages API, answered at once and told when they were looked at often enough. */
export class ServedBatches {
  readonly #answer: (request: ModelRequest) => Promise<ModelAnswer>;
  readonly #options: ServedBatchesOptions;
  /** The newest comes last. */
  readonly #batches: ServedBatch[] = [];

  constructor(answer: (request: ModelRequest) => Promise<ModelAnswer>, options: ServedBatchesOptions = {}) {
    this.#answer = answer;
    this.#options = options;
  }

  /** @throws {ApiError} 400 or 413 */
  async create(body: unknown, origin: string): Promise<object> {
    const parsed = batchRequestSchema.safeParse(body);
    if (!parsed.success) throw new ApiError(400, `requests: ${parsed.error.issues[0]?.message ?? 'is not valid'}`);
    const { requests } = parsed.data;
    if (requests.length > (this.#options.mostRequests ?? mostRequests)) throw new ApiError(413, 'The batch has too many requests');
    if (new Set(requests.map(({ custom_id: id }) => id)).size < requests.length)
      throw new ApiError(400, 'requests: custom_id must be unique');
    const number = this.#batches.length + 1;
    const results = await Promise.all(
      requests.map(async ({ custom_id: id, params }, index) => ({ id, result: await this.#result(number, index, params) })),
    );
    const counts = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };
    for (const { result } of results) counts[result?.type ?? 'succeeded'] += 1;
    const batch: ServedBatch = {
      id: `msgbatch_standin_${randomUUID().replaceAll('-', '')}`,
      created: new Date(),
      ids: requests.map(({ custom_id: id }) => id),
      lines: results.flatMap(({ id, result }) => (result ? [`${JSON.stringify({ custom_id: id, result })}\n`] : [])),
      ...{ counts, requests: requests.length, looks: 0, canceled: undefined, archived: false },
    };
    this.#batches.push(batch);
    return this.#told(batch, origin);
  }

  list(query: URLSearchParams, origin: string): object {
    const newestFirst = this.#batches.toReversed();
    const from = newestFirst.findIndex(({ id }) => id === query.get('after_id')) + 1;
    const limit = Number(query.get('limit') ?? 20);
    const page = newestFirst.slice(from, from + limit);
    return {
      data: page.map((batch) => this.#told(batch, origin)),
      has_more: newestFirst.length > from + limit,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
  }

  /** @throws {ApiError} 404 */
  retrieve(id: string, origin: string): { readonly batch: object; readonly pauseMs: number | undefined } {
    const batch = this.#find(id);
    batch.looks += 1;
    return { batch: this.#told(batch, origin), pauseMs: this.#hasEnded(batch) ? undefined : this.#options.lookMs };
  }

  /** @throws {ApiError} 404 */
  cancel(id: string, origin: string): object {
    const batch = this.#find(id);
    if (!this.#hasEnded(batch)) {
      batch.canceled = new Date();
      batch.counts = { succeeded: 0, errored: 0, canceled: batch.requests, expired: 0 };
      batch.lines = batch.ids.map((custom_id) => `${JSON.stringify({ custom_id, result: { type: 'canceled' } })}\n`);
    }
    return this.#told(batch, origin);
  }

  /** Takes the results away, as the API does after 29 days. */
  archive(id: string): void {
    this.#find(id).archived = true;
  }

  /** One JSON object a line. @throws {ApiError} 404 */
  results(id: string): string {
    const batch = this.#find(id);
    if (!this.#hasEnded(batch) || batch.archived) throw new ApiError(404, 'The results of this batch are not there');
    return (this.#options.lines?.(batch.lines) ?? batch.lines).join('');
  }

  async #result(batch: number, index: number, params: object) {
    try {
      const { request, stream } = readMessageRequest(params);
      if (stream) throw new ApiError(400, 'stream: is not allowed in a batch');
      const fault = this.#options.item?.(batch, index, request);
      if (fault === 'missing') return undefined;
      if (typeof fault === 'string') return { type: fault };
      if (fault) throw fault.error;
      const message = await this.#answer(request);
      return { type: 'succeeded' as const, message: { ...message, usage: { ...message.usage, service_tier: 'batch' } } };
    } catch (error) {
      const told = error instanceof ApiError ? error : error instanceof ModelError ? apiErrorOf(error) : undefined;
      if (!told) throw error;
      return { type: 'errored' as const, error: told.body(`req_standin_${randomUUID().replaceAll('-', '')}`) };
    }
  }

  #find(id: string): ServedBatch {
    const found = this.#batches.find((batch) => batch.id === id);
    if (!found) throw new ApiError(404, 'There is no such batch');
    return found;
  }

  #hasEnded({ looks, canceled }: ServedBatch): boolean {
    return canceled !== undefined || looks > (this.#options.looks ?? 1);
  }

  /** A batch as the API tells it. */
  #told(batch: ServedBatch, origin: string): object {
    const { id, created, counts, requests, canceled, archived } = batch;
    const ended = this.#hasEnded(batch);
    return {
      id,
      type: 'message_batch',
      processing_status: ended ? 'ended' : 'in_progress',
      request_counts: ended ? { processing: 0, ...counts } : { processing: requests, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      ended_at: ended ? new Date().toISOString() : null,
      created_at: created.toISOString(),
      expires_at: new Date(created.getTime() + dayMs).toISOString(),
      archived_at: archived ? new Date().toISOString() : null,
      cancel_initiated_at: canceled?.toISOString() ?? null,
      results_url: ended && !archived ? `${origin}/v1/messages/batches/${id}/results` : null,
    };
  }
}
