import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../src/contracts/json.ts';
import { type Asked, answerSchema, contentOf, conversationText } from './conversation.ts';
import { contextTokens, type LanguageModel } from './language-model.ts';

/** The name that the model is asked for by. */
export const modelId = 'smollm2-135m-instruct-q4_1';

/** While an answer is on its way, so that a stream does not fall silent. */
const pingMs = 1000;

/** What the server was asked for so far. */
export interface Served {
  readonly url: string;
  readonly count: { requests: number; readTokens: number; cachedTokens: number; writtenTokens: number; cut: number };
  end(): Promise<void>;
}

/** Serves a real language model over the Messages API on a loopback port: as JSON or as a stream. Nothing of it is scripted. */
export async function serve(model: LanguageModel): Promise<Served> {
  const count = { requests: 0, readTokens: 0, cachedTokens: 0, writtenTokens: 0, cut: 0 };
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 500, 'api_error', String(error));
      else response.destroy();
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return { url: `http://127.0.0.1:${port}`, count, end: () => closed(server) };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('server', `${modelId} (a real model, by node-llama-cpp)`);
    response.setHeader('request-id', `req_${randomBytes(12).toString('hex')}`);
    if (!request.headers['x-api-key'] && !request.headers.authorization)
      return refuse(response, 401, 'authentication_error', 'a key is required');
    const asked = JSON.parse(await bodyOf(request)) as Asked;
    if (asked.model !== modelId) return refuse(response, 404, 'not_found_error', `model: ${asked.model}`);
    const text = conversationText(asked);
    const prompt = model.count(text);
    if (request.url?.startsWith('/v1/messages/count_tokens')) return say(response, { input_tokens: prompt });
    if (!/^\/v1\/messages(?:\?|$)/.test(request.url ?? '')) return refuse(response, 404, 'not_found_error', 'Not found');
    const room = contextTokens - prompt;
    if (room < 1) return refuse(response, 400, 'invalid_request_error', `prompt is too long: ${prompt} tokens > ${contextTokens} maximum`);
    count.requests += 1;
    const id = randomBytes(12).toString('hex');
    const stream = asked.stream ? new AnswerStream(response, id) : undefined;
    const limit = Math.min(asked.max_tokens, room);
    const written = await model.write(text, answerSchema(asked), limit);
    count.readTokens += written.readTokens;
    count.cachedTokens += written.cachedTokens;
    count.writtenTokens += written.writtenTokens;
    if (!written.whole) count.cut += 1;
    const content = contentOf(written.text, written.whole, asked, id);
    const uses = content.some(({ type }) => type === 'tool_use');
    const cutBy = limit === asked.max_tokens ? 'max_tokens' : 'model_context_window_exceeded';
    const message = {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: modelId,
      content,
      stop_reason: written.whole ? (uses ? 'tool_use' : 'end_turn') : cutBy,
      stop_sequence: null,
      usage: {
        input_tokens: written.readTokens,
        cache_read_input_tokens: written.cachedTokens,
        cache_creation_input_tokens: 0,
        output_tokens: written.writtenTokens,
      },
    };
    if (stream) stream.end(message);
    else say(response, message);
  }
}

/** An answer as the API's events. What the model means is known at its end only, so until then it says that it is alive. */
class AnswerStream {
  readonly #response: ServerResponse;
  readonly #pings: NodeJS.Timeout;

  constructor(response: ServerResponse, id: string) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model: modelId, content: [], stop_reason: null, usage };
    this.#send({ type: 'message_start', message });
    this.#pings = setInterval(() => this.#send({ type: 'ping' }), pingMs);
    response.once('close', () => clearInterval(this.#pings));
  }

  end({ content, stop_reason: reason, usage }: { content: JsonObject[]; stop_reason: string; usage: JsonObject }): void {
    clearInterval(this.#pings);
    for (const [index, block] of content.entries()) {
      const isCall = block.type === 'tool_use';
      this.#send({ type: 'content_block_start', index, content_block: isCall ? { ...block, input: {} } : { type: 'text', text: '' } });
      const delta = isCall
        ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
        : { type: 'text_delta', text: block.text };
      this.#send({ type: 'content_block_delta', index, delta });
      this.#send({ type: 'content_block_stop', index });
    }
    this.#send({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage });
    this.#send({ type: 'message_stop' });
    this.#response.end();
  }

  #send(event: { readonly type: string; readonly [field: string]: unknown }): void {
    this.#response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

function say(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  say(response, { type: 'error', error: { type, message } }, status);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
