import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';
import { standInHeader } from '../../contracts/model-mode.ts';
import type { Model, ModelAnswer, ModelRequest } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { anthropicPrices } from '../prices.ts';
import { roughTokens } from '../rough-tokens.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import { type Fault, faultBefore, sendWithFault } from './fault.ts';
import { eventText, messageEvents } from './message-events.ts';
import { readCountRequest, readMessageRequest } from './message-request.ts';
import { parseJson, readBody } from './request-body.ts';
import { type BucketSettings, RequestBucket, rateLimitHeaders } from './request-bucket.ts';
import { mostBatchBytes, ServedBatches, type ServedBatchesOptions } from './served-batches.ts';
import { TrialsOfRequests } from './trial-of-request.ts';

/** A request as the stand-in received it, for those who want to look. */
export interface ReceivedRequest {
  /** Counted from 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** As sent. */
  readonly body: string;
}

export interface ServeModelOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback only. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost';
  /** Key that clients must send; undefined takes any. */
  readonly apiKey?: string;
  /** Rate limit of POST /v1/messages. */
  readonly bucket?: BucketSettings;
  /** What goes wrong with the request of this number (from 1). */
  readonly fault?: (requestNumber: number) => Fault | undefined;
  /** How batches go. */
  readonly batches?: ServedBatchesOptions;
  readonly onRequest?: (request: ReceivedRequest) => void;
}

export interface ServedModel {
  /** To be used as ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Its batches, to do something to them on purpose. */
  readonly batches: ServedBatches;
  close(): Promise<void>;
}

/**
 * Serves a model on loopback in the wire format of the Messages API: POST /v1/messages (JSON and server-sent events),
 * POST /v1/messages/count_tokens, GET /v1/models, /v1/messages/batches. Any client of the API can then talk to the simulated or the recorded model.
 * @throws {DocketError} when the port is taken
 */
export async function serveModel(model: Model, options: ServeModelOptions = {}): Promise<ServedModel> {
  const standIn = new StandIn(model, options);
  const server = createServer((request, response) => void standIn.handle(request, response));
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const { port, family, address } = server.address() as AddressInfo;
  return {
    batches: standIn.batches,
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new DocketError(`The model cannot be served at ${host}:${port} (${cause.code}). Choose another port.`, { cause })),
    );
    server.listen(port, host, () => resolve());
  });
}

const batchesPath = '/v1/messages/batches';

class StandIn {
  readonly #model: Model;
  readonly #options: ServeModelOptions;
  readonly #bucket: RequestBucket | undefined;
  readonly #trials = new TrialsOfRequests();
  readonly batches: ServedBatches;
  #count = 0;

  constructor(model: Model, options: ServeModelOptions) {
    this.batches = new ServedBatches((request) => this.#answerOf(request), options.batches);
    this.#model = model;
    this.#options = options;
    this.#bucket = options.bucket && new RequestBucket(options.bucket, performance.now());
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#count += 1;
    const requestId = `req_standin_${randomUUID().replaceAll('-', '')}`;
    const number = this.#count;
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    response.setHeader('request-id', requestId);
    if (this.#model.mode !== 'live') response.setHeader(standInHeader, this.#model.mode);
    try {
      // Read in any case: an answer before the request's end resets some clients.
      const body = await readBody(request, path === batchesPath ? mostBatchBytes : undefined);
      this.#options.onRequest?.({ number, method: request.method ?? '', path, headers: request.headers, body });
      const fault = this.#options.fault?.(number);
      this.#checkClient(request);
      if (await faultBefore(fault, response)) return;
      await this.#route(`${request.method} ${path}`, body, request, response, fault);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendError(asApiError(error), requestId, response);
    }
  }

  /** A web page must not be able to use the server: browsers name the host they think they talk to, and ask before sending JSON. */
  #checkClient(request: IncomingMessage): void {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (!isLoopback(host)) throw new ApiError(403, 'This server answers on loopback only.');
    const { apiKey } = this.#options;
    const sent = [request.headers['x-api-key'], request.headers.authorization?.replace(/^Bearer /, '')];
    if (apiKey !== undefined && !sent.includes(apiKey))
      throw new ApiError(401, 'invalid x-api-key', { headers: { 'x-should-retry': 'false' } });
    if (request.method === 'POST' && !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      throw new ApiError(400, 'content-type: must be application/json');
    }
  }

  async #route(route: string, body: string, request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    switch (route) {
      case 'POST /v1/messages':
        return this.#createMessage(parseJson(body), request, response, fault);
      case 'POST /v1/messages/count_tokens': {
        const { messages, system, tools } = readCountRequest(parseJson(body));
        // As the simulated model counts.
        return sendJson({ input_tokens: roughTokens([system, tools, messages]) }, response);
      }
      case 'GET /v1/models':
        return sendJson(modelList(), response);
      default:
        return this.#batch(route, body, request, response, fault);
    }
  }

  async #batch(route: string, body: string, request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    const { searchParams, origin } = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const [, method, id = '', action] = new RegExp(`^(GET|POST) ${batchesPath}(?:/([^/]+)(?:/([a-z]+))?)?$`).exec(route) ?? [];
    switch (method && `${method}${id && ' id'}${action ? ` ${action}` : ''}`) {
      case 'POST': {
        const created = await this.batches.create(parseJson(body), origin);
        if (fault?.kind === 'lost') return void response.socket?.destroy();
        return sendJson(created, response);
      }
      case 'GET':
        return sendJson(this.batches.list(searchParams, origin), response);
      case 'GET id': {
        const { batch, pauseMs } = this.batches.retrieve(id, origin);
        if (pauseMs !== undefined) response.setHeader('retry-after-ms', String(pauseMs));
        return sendJson(batch, response);
      }
      case 'POST id cancel':
        return sendJson(this.batches.cancel(id, origin), response);
      case 'GET id results': {
        const results = this.batches.results(id);
        response.writeHead(200, { 'content-type': 'application/x-jsonl' });
        return sendWithFault(fault, results, response);
      }
      default:
        throw new ApiError(404, 'Not found');
    }
  }

  /** The answer to one request of a batch. */
  async #answerOf(request: ModelRequest): Promise<ModelAnswer> {
    const trial = this.#trials.find(request, {});
    const {
      _request_id: _,
      _stand_in: __,
      _lost_tries: ___,
      ...answer
    } = await this.#model.create(request, {
      ...trial,
      signal: new AbortController().signal,
    });
    this.#trials.remember(answer, trial);
    return answer;
  }

  async #createMessage(body: unknown, incoming: IncomingMessage, response: ServerResponse, fault: Fault | undefined): Promise<void> {
    this.#takeFromBucket(response);
    const { request, stream } = readMessageRequest(body);
    const trial = this.#trials.find(request, incoming.headers);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const {
      _request_id: _,
      _stand_in: __,
      _lost_tries: ___,
      ...answer
    } = await this.#model.create(request, { ...trial, signal: gone.signal });
    this.#trials.remember(answer, trial);
    if (stream) return sendEvents(answer, response, fault);
    const sent = fault?.kind === 'answer' ? fault.change(structuredClone(answer) as unknown as Record<string, unknown>) : answer;
    response.writeHead(200, { 'content-type': 'application/json' });
    sendWithFault(fault, JSON.stringify(sent), response);
  }

  #takeFromBucket(response: ServerResponse): void {
    const { bucket } = this.#options;
    if (!bucket || !this.#bucket) {
      for (const kind of ['requests', 'input-tokens', 'output-tokens', 'tokens']) {
        setHeaders(response, rateLimitHeaders(kind, 1_000_000, 999_999, new Date()));
      }
      return;
    }
    const taken = this.#bucket.take(performance.now());
    if (bucket.headers) setHeaders(response, this.#bucket.headers(new Date()));
    if (taken) return;
    const { retryAfterSeconds } = bucket;
    throw new ApiError(429, 'This request would exceed the rate limit.', {
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    });
  }
}

function sendEvents(answer: ModelAnswer, response: ServerResponse, fault: Fault | undefined): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  sendWithFault(fault, [...messageEvents(answer)].map(eventText).join(''), response);
}

function sendJson(value: object, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendError(error: ApiError, requestId: string, response: ServerResponse): void {
  response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers }).end(JSON.stringify(error.body(requestId)));
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ModelError) return apiErrorOf(error);
  // Meant for a person, and only loopback can read it.
  if (error instanceof DocketError) return new ApiError(500, error.message, { headers: { 'x-should-retry': 'false' } });
  return new ApiError(500, 'Internal server error');
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function modelList(): object {
  const data = Object.keys(anthropicPrices).map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-01-01T00:00:00Z',
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: null,
    max_tokens: null,
    retires_at: null,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
