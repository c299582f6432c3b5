import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../contracts/clock.ts';
import { anthropicModel } from './anthropic.ts';
import type { ModelRequest } from './model.ts';
import { RateLimiter } from './rate-limiter.ts';
import { eventText, messageEvents } from './stand-in/message-events.ts';
import { clientOf, failureOf, serveForTest, testKey } from './testing/loopback.ts';
import { recordedTraffic, replayTraffic } from './testing/recorded-traffic.ts';
import { trialContext, weatherRequest } from './testing/weather-simulator.ts';

const long = { max_tokens: 32_000 };
const whole = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-6', stop_sequence: null, stop_details: null },
  stop_reason: 'tool_use',
  content: [
    { type: 'thinking', thinking: 'Paris is in the south.', signature: 'sig' },
    { type: 'text', text: 'Ich schaue nach — ☀ 😀.', citations: null },
    { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { place: 'Paris', days: [1, 2], amount: 0.1 } },
    { type: 'tool_use', id: 'toolu_2', name: 'weather', input: {} },
  ],
  usage: { input_tokens: 11, output_tokens: 22, cache_creation_input_tokens: 3, cache_read_input_tokens: 4 },
};
const events = [...messageEvents(whole as never)].map(eventText);

type Reply = (response: ServerResponse, asked: ModelRequest & { readonly stream?: boolean }) => void;

/** A server that gives its replies in order, the last one for ever; keeps what it was asked. */
async function serverOf(...replies: readonly Reply[]) {
  const asked: (ModelRequest & { readonly stream?: boolean })[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push(JSON.parse(Buffer.concat(parts).toString()));
      replies[Math.min(asked.length, replies.length) - 1]?.(response, asked.at(-1) as ModelRequest);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => onTestFinished(() => void socket.destroy()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const environment = { ANTHROPIC_API_KEY: testKey, ANTHROPIC_BASE_URL: url };
  return {
    url,
    asked,
    model: anthropicModel({ environment, limiter: new RateLimiter({ clock: { ...systemClock, pause: async () => {} } }) }),
  };
}

const stream =
  (text: string, end: (response: ServerResponse) => void = (response) => response.end()): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(text, () => end(response));
  };
const json =
  (body: unknown, status = 200): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('an answer that may take minutes', () => {
  it('is read as the stream that it is where nobody asked for one; an error in it counts as its own', async () => {
    const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    const served = await serverOf(stream(error), stream(events.join('')));
    const answer = await served.model.create(weatherRequest(), trialContext());
    expect(served.asked.map(({ stream: asked }) => asked ?? false)).toEqual([false, false]);
    expect(answer.content).toMatchObject([{ type: 'thinking' }, { text: 'Ich schaue nach — ☀ 😀.' }, { id: 'toolu_1' }, { id: 'toolu_2' }]);
    expect(answer.usage).toMatchObject({ input_tokens: 11, output_tokens: 22 });
    const cut = await serverOf(stream(events.slice(0, 4).join('')));
    expect(await failureOf(cut.model.create(weatherRequest(), trialContext()))).toMatchObject({
      kind: 'connection',
      retryable: true,
      lost: true,
    });
  });

  it.each<[string, boolean, Partial<ModelRequest>, number | undefined]>([
    ['a short one is not', false, {}, undefined],
    ['one of a trial with the usual deadline is not', false, { max_tokens: 8192 }, 120_000],
    ['a long one is', true, { max_tokens: 8193 }, 120_000],
    ['one of a trial that may take longer is', true, {}, 400_000],
  ])('is asked for as a stream: %s', async (_name, streams, changes, deadlineMs) => {
    const served = await serverOf(json(whole));
    await served.model.create(weatherRequest(changes), trialContext(deadlineMs === undefined ? {} : { deadlineMs }));
    expect(served.asked[0]?.stream ?? false).toBe(streams);
  });

  it('is whole: blocks, inputs, stop reason and usage are those of the answer', async () => {
    const served = await serverOf(stream(events.join('')));
    await expect(served.model.create(weatherRequest(long), trialContext())).resolves.toEqual({
      ...whole,
      content: whole.content,
      usage: expect.objectContaining(whole.usage),
      container: null,
    });
  });

  it.each<[string, (text: string) => string]>([
    ['without names', (text) => text.replace(/^event: .*\n/, '')],
    ['without types', (text) => text.replace(/"type":"(message_|content_block_)\w+",?/, '')],
    ['numbered from 3', (text) => text.replace(/"index":(\d)/, (_, index) => `"index":${Number(index) + 3}`)],
    ['all numbered 0', (text) => text.replace(/"index":\d/, '"index":0')],
    ['ended by carriage returns', (text) => text.replaceAll('\n', '\r\n')],
    ['followed by a word that is none', (text) => (text.includes('message_stop') ? `${text}data: [DONE]\n\n` : text)],
    ['followed by an error', (text) => (text.includes('message_stop') ? `${text}event: error\ndata: late\n\n` : text)],
  ])('is whole where a gateway writes the events %s', async (_name, change) => {
    const served = await serverOf(stream(events.map(change).join('')));
    const answer = await served.model.create(weatherRequest(long), trialContext());
    expect(answer).toMatchObject({ content: whole.content, stop_reason: 'tool_use', usage: whole.usage });
    expect(served.asked).toHaveLength(1);
  });

  it.each<[string, (text: string) => string]>([
    ['at its end', (text) => text.replace(/,"usage":\{[^}]*\}\}/, '}')],
    ['at its end but null', (text) => text.replace(/,"usage":\{[^}]*\}\}/, ',"usage":null}')],
    ['at all', (text) => text.replace(/,"usage":\{[^}]*\}/, '')],
  ])('has no price where none is told %s', async (_name, change) => {
    const served = await serverOf(stream(events.map((text) => (/message_(?:start|delta)/.test(text) ? change(text) : text)).join('')));
    const answer = await served.model.create(weatherRequest(long), trialContext());
    expect(answer).toMatchObject({ content: whole.content, usage: { input_tokens: 0, output_tokens: 0 } });
    expect(served.asked).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ['without a name', 'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n', 'server'],
    ['of a gateway', 'event: error\ndata: {"error":{"message":"No credentials found","code":401}}\n\n', 'authentication'],
    ['in words', 'event: error\ndata: Too many requests\n\n', 'rate-limit'],
    ['of a cloud', 'event: throttlingException\ndata: {"message":"Too many tokens, please wait before trying again."}\n\n', 'rate-limit'],
    ['that is no event', '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', 'server'],
  ])('counts an error in it as its own: %s', async (_name, text, kind) => {
    const served = await serverOf(stream(text));
    const call = clientOf(served.url).create(weatherRequest(long), trialContext());
    expect(await failureOf(call)).toMatchObject({ kind, lost: false });
  });

  it('says nothing itself of what the server sent', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    const served = await serverOf(stream(`event: message_start\ndata: {"key":"${testKey}\n\n`));
    await failureOf(served.model.create(weatherRequest(long), trialContext()));
    expect(said).not.toHaveBeenCalled();
  });

  it('arrives in pieces that are cut anywhere', async () => {
    const bytes = Buffer.from(events.join(''));
    const served = await serverOf((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (at: number): void => {
        if (at >= bytes.length) return void response.end();
        response.write(bytes.subarray(at, at + 97), () => setImmediate(send, at + 97));
      };
      send(0);
    });
    const answer = await served.model.create(weatherRequest(long), trialContext());
    expect(answer.content).toEqual(whole.content);
    expect(answer._lost_tries).toBeUndefined();
  });

  it('says all of its price that its end says', async () => {
    const iterations = [{ type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: 5, output_tokens: 6 }];
    const end = (text: string) =>
      text.replace('"server_tool_use":null', `"server_tool_use":{"web_search_requests":2},"iterations":${JSON.stringify(iterations)}`);
    const served = await serverOf(stream(events.map(end).join('')));
    const { usage } = await served.model.create(weatherRequest(long), trialContext());
    expect(usage).toMatchObject({ ...whole.usage, server_tool_use: { web_search_requests: 2 }, iterations });
  });

  it('is taken as it comes from a server that does not stream', async () => {
    const served = await serverOf(json(whole));
    await expect(served.model.create(weatherRequest(long), trialContext())).resolves.toMatchObject({ usage: whole.usage });
  });

  it('is asked for whole from then on, of a server that refuses to stream', async () => {
    const refused = { type: 'error', error: { type: 'invalid_request_error', message: 'stream: not supported by this gateway' } };
    const served = await serverOf(json(refused, 400), json(whole));
    for (let call = 0; call < 2; call += 1) await served.model.create(weatherRequest(long), trialContext());
    expect(served.asked.map((request) => request.stream ?? false)).toEqual([true, false, false]);
  });

  it('is asked for as a stream from then on, of a server that does nothing else, by all that ask at once', async () => {
    const refused = { error: { message: 'This model only support stream mode, please enable the stream parameter', code: 400 } };
    const served = await serverOf((response, asked) =>
      asked.stream ? stream(events.join(''))(response, asked) : json(refused, 400)(response, asked),
    );
    const answers = await Promise.all([1, 2, 3].map(() => served.model.create(weatherRequest(), trialContext())));
    expect(answers.map(({ content }) => content)).toEqual([whole.content, whole.content, whole.content]);
    const before = served.asked.length;
    await served.model.create(weatherRequest(), trialContext());
    expect(served.asked.slice(before).map((request) => request.stream ?? false)).toEqual([true]);
    const neither = await serverOf(json(refused, 400));
    expect(await failureOf(neither.model.create(weatherRequest(), trialContext()))).toMatchObject({ kind: 'request' });
    expect(neither.asked).toHaveLength(2);
  });

  it('is what the real API streamed', async () => {
    const recorded = recordedTraffic().filter(
      ({ headers, path }) => headers['content-type']?.startsWith('text/event-stream') && path === '/v1/messages',
    );
    expect(recorded.length).toBeGreaterThan(0);
    const url = await replayTraffic(recorded);
    for (const { body } of recorded) {
      const answer = await clientOf(url).create(weatherRequest(long), trialContext());
      const said = body.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
      const end = said.findLast(({ type }) => type === 'message_delta');
      expect(answer.stop_reason).toBe(end.delta.stop_reason);
      expect(answer.usage.output_tokens).toBe(end.usage.output_tokens);
      expect(answer.content).toHaveLength(said.filter(({ type }) => type === 'content_block_start').length);
    }
  });
});

describe('a stream that is cut', () => {
  const behind = (type: string) => events.findIndex((text) => text.startsWith(`event: ${type}\n`)) + 1;
  const cuts: [string, Reply][] = [
    ['after its start', stream(events.slice(0, 1).join(''))],
    ['inside a block', stream(events.slice(0, behind('content_block_delta') + 1).join(''))],
    ['behind the last block', stream(events.slice(0, behind('message_delta') - 1).join(''))],
    ['before its last event', stream(events.slice(0, -1).join(''))],
    ['without its usage', stream(events.filter((text) => !text.startsWith('event: message_delta')).join(''))],
    ['inside an event', stream(`${events.join('').slice(0, -40)}\n\n`)],
    ['by a reset', stream(events.slice(0, 5).join(''), (response) => response.socket?.resetAndDestroy())],
    [
      'by an error in it',
      stream(
        `${events.slice(0, 4).join('')}event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
      ),
    ],
  ];

  it.each(cuts)('%s is tried again, and what was lost is told', async (_name, cut) => {
    const served = await serverOf(cut, stream(events.join('')));
    const answer = await served.model.create(weatherRequest(long), trialContext());
    expect(answer).toMatchObject({ content: whole.content, stop_reason: 'tool_use' });
    // A reset may come before anything was read; then nobody knows either whether it was paid for.
    expect(answer._lost_tries).toBe(1);
  });

  it.each(cuts)('%s is no answer, however often', async (_name, cut) => {
    const served = await serverOf(cut);
    const error = await failureOf(served.model.create(weatherRequest(long), trialContext()));
    expect(error).toMatchObject({ retryable: true, lost: true });
    expect(served.asked).toHaveLength(3);
  });
});

it('streams through the stand-in as it answers whole', async () => {
  const served = await serveForTest();
  const [streamed, plain] = [
    await clientOf(served.url).create(weatherRequest(long), trialContext()),
    await clientOf(served.url).create(weatherRequest({ ...long, max_tokens: 8000 }), trialContext()),
  ];
  expect(streamed.content.map(({ type }) => type)).toEqual(plain.content.map(({ type }) => type));
  expect(streamed).toMatchObject({ stop_reason: plain.stop_reason, _stand_in: 'simulated' });
});
