import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../model.ts';
import { simulatedModel } from '../simulated.ts';
import type { SimulatedAnswer } from '../simulator.ts';
import { clientOf, failureOf, serveForTest, testKey } from '../testing/loopback.ts';
import { type Exchange, recordedTraffic, replayTraffic } from '../testing/recorded-traffic.ts';
import { trialContext, weatherRequest } from '../testing/weather-simulator.ts';

const traffic = recordedTraffic();
const isStream = (exchange: Exchange) => exchange.headers['content-type']?.startsWith('text/event-stream') === true;
const messages = traffic.filter((exchange) => exchange.path === '/v1/messages' && exchange.status === 200 && !isStream(exchange));
const streams = traffic.filter(isStream);
const errors = traffic.filter(({ status }) => status >= 400);
const batches = traffic.filter(({ path }) => path.startsWith('/v1/messages/batches'));

const sdk = (baseURL: string, apiKey = testKey) => new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const named = (exchanges: readonly Exchange[]) => exchanges.map((exchange, index) => [`${exchange.file} #${index + 1}`, exchange] as const);

/** What the stand-in says where the real API said `content`. */
async function standInFor(content: Anthropic.ContentBlock[], stopReason: SimulatedAnswer['stopReason']) {
  const said = content.filter((block) => block.type === 'text' || block.type === 'tool_use');
  return serveForTest({}, simulatedModel({ source: '', respond: () => ({ content: said as SimulatedAnswer['content'], stopReason }) }));
}

/** Every member of the real answer is there, with the same type or null. The newer API version's own members may come on top. */
function expectLike(ours: unknown, real: unknown, path = 'answer'): void {
  if (ours === null || real === null) return;
  expect(Array.isArray(ours) ? 'array' : typeof ours, path).toBe(Array.isArray(real) ? 'array' : typeof real);
  if (Array.isArray(real) || typeof real !== 'object') return;
  for (const [key, member] of Object.entries(real)) {
    expect(Object.keys(ours as object), path).toContain(key);
    // A tool's input is the tool's own, and so is a text.
    if (key !== 'input') expectLike((ours as Record<string, unknown>)[key], member, `${path}.${key}`);
  }
}

function expectSameBlocks(ours: Anthropic.ContentBlock[], real: Anthropic.ContentBlock[]): void {
  // The simulated model does not think aloud.
  const comparable = real.filter((block) => block.type !== 'thinking');
  expect(ours.map(({ type }) => type)).toEqual(comparable.map(({ type }) => type));
  comparable.forEach((block, index) => {
    expectLike(ours[index], block, `content.${index}`);
  });
}

it('covers every recorded response', () => {
  expect(messages.length + streams.length + errors.length + batches.length).toBe(traffic.length);
  expect([messages.length, streams.length, errors.length, batches.length]).toEqual([11, 4, 3, 12]);
});

describe('a recorded message', () => {
  it.each(named(messages))('%s has the shape the stand-in gives', async (_name, exchange) => {
    const real = JSON.parse(exchange.body) as Anthropic.Message;
    const served = await standInFor(real.content, real.stop_reason ?? 'end_turn');
    const response = await fetch(`${served.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(weatherRequest()),
    });
    const ours = (await response.json()) as Anthropic.Message;
    expectLike(ours, real);
    expectSameBlocks(ours.content, real.content);
    expect(ours).toMatchObject({ container: null, diagnostics: null, usage: { server_tool_use: null, speed: null } });
    for (const block of ours.content) if (block.type === 'text') expect(block.citations).toBeNull();
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it.each(named(messages))('%s goes through the live model unchanged', async (_name, exchange) => {
    const url = await replayTraffic([exchange]);
    await expect(clientOf(url).create({ ...(exchange.request as ModelRequest), model: 'any' }, trialContext())).resolves.toEqual(
      JSON.parse(exchange.body),
    );
  });
});

describe('a recorded stream', () => {
  const eventsOf = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice(6)) as Anthropic.RawMessageStreamEvent);
  const order = (events: readonly { readonly type: string }[]) =>
    events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

  it.each(named(streams))('%s has the events and the headers the stand-in gives', async (_name, exchange) => {
    const real = eventsOf(exchange.body);
    const message = await sdk(await replayTraffic([exchange]))
      .messages.stream(weatherRequest())
      .finalMessage();
    const served = await standInFor(message.content, message.stop_reason ?? 'end_turn');
    const response = await fetch(`${served.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...weatherRequest(), stream: true }),
    });
    const ours = eventsOf(await response.text());
    expect(order(ours)).toEqual(order(real));
    for (const event of real)
      expectLike(
        ours.find(({ type }) => type === event.type),
        event,
        event.type,
      );
    for (const name of Object.keys(exchange.headers)) expect([...response.headers.keys()]).toContain(name);
  });

  it.each(named(streams))('%s is put together by the SDK as the stand-in`s own is', async (_name, exchange) => {
    const real = await sdk(await replayTraffic([exchange]))
      .messages.stream(weatherRequest())
      .finalMessage();
    const served = await standInFor(real.content, real.stop_reason ?? 'end_turn');
    const ours = await sdk(served.url).messages.stream(weatherRequest()).finalMessage();
    expectSameBlocks(ours.content, real.content);
    expect(ours.content.map((block) => ('text' in block ? block.text : 'input' in block ? block.input : block))).toEqual(
      real.content.map((block) => ('text' in block ? block.text : 'input' in block ? block.input : block)),
    );
    expect(ours.stop_reason).toBe(real.stop_reason);
  });
});

describe('a recorded error', () => {
  /** Requests that go wrong at the stand-in in the same way. */
  const likewise: Readonly<Record<number, (url: string) => Promise<Response>>> = {
    400: (url) => post(`${url}/v1/messages`, { ...weatherRequest(), output_config: { effort: 'enormous' } }),
    401: (url) => post(`${url}/v1/messages`, weatherRequest(), { authorization: 'Bearer wrong' }),
    404: (url) => post(`${url}/v1/nowhere`, {}),
  };
  const post = (url: string, body: unknown, headers: Record<string, string> = { 'x-api-key': testKey }) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  it.each(named(errors))('%s has the shape the stand-in gives', async (_name, exchange) => {
    const served = await serveForTest({ apiKey: testKey });
    const response = await likewise[exchange.status]?.(served.url);
    expect(response?.status).toBe(exchange.status);
    const real = JSON.parse(exchange.body) as { error: { type: string } };
    const ours = (await response?.json()) as typeof real;
    expectLike(ours, real);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(real).sort());
    expect(ours.error.type).toBe(real.error.type);
    if (exchange.headers['x-should-retry']) expect(response?.headers.get('x-should-retry')).toBe(exchange.headers['x-should-retry']);
  });

  it.each(named(errors))('%s is told in our own words', async (_name, exchange) => {
    const error = await failureOf(clientOf(await replayTraffic([exchange])).create(weatherRequest(), trialContext()));
    expect(error).toMatchObject({ kind: exchange.status === 401 ? 'authentication' : 'request', retryable: false });
    const real = JSON.parse(exchange.body) as { error: { type: string; message: string } };
    expect(error.message).toContain(real.error.type);
    expect(error.message).not.toContain(real.error.message);
  });
});

describe('a recorded batch', () => {
  const sent = batches[0]?.request as Anthropic.Messages.BatchCreateParams;

  it('goes through the SDK as the stand-in`s own does: the same members at every step, and results of the same shape', async () => {
    const real = sdk(await replayTraffic(batches));
    const served = await serveForTest({ batches: { looks: batches.length - 3 } });
    const ours = sdk(served.url);
    const [created, standIn] = [await real.messages.batches.create(sent), await ours.messages.batches.create(asNow(sent))];
    expectLike(standIn, created, 'batch');
    expect(Object.keys(standIn).sort()).toEqual(Object.keys(created).sort());
    expect(standIn.request_counts).toEqual({ ...created.request_counts, processing: sent.requests.length });
    // The last two are the ended batch and its results.
    for (let look = 1; look < batches.length - 2; look += 1) {
      const [one, other] = [await real.messages.batches.retrieve(created.id), await ours.messages.batches.retrieve(standIn.id)];
      expect(one.processing_status, `look ${look}`).toBe(other.processing_status);
      expectLike(other, one, `look ${look}`);
    }
    const results = { real: await lines(real, created.id), ours: await lines(ours, standIn.id) };
    expect(results.real.map(({ custom_id: id }) => id).sort()).toEqual(results.ours.map(({ custom_id: id }) => id).sort());
    for (const { result } of results.real) {
      if (result.type !== 'succeeded') throw new Error(`a batch result is ${result.type}`);
      const [first] = results.ours;
      expectLike(first?.result, { ...result, message: { ...result.message, content: [], usage: result.message.usage } });
      expect(first?.result).toMatchObject({ message: { usage: { service_tier: result.message.usage.service_tier } } });
    }
    expect(await ours.messages.batches.retrieve(standIn.id)).toMatchObject({
      processing_status: 'ended',
      request_counts: { succeeded: 2 },
    });
  });

  /** The model of then takes no effort. */
  const asNow = ({ requests }: Anthropic.Messages.BatchCreateParams) => ({
    requests: requests.map(({ custom_id, params }) => ({ custom_id, params: { ...params, messages: weatherRequest().messages } })),
  });
  async function lines(client: Anthropic, id: string): Promise<Anthropic.Messages.MessageBatchIndividualResponse[]> {
    const found: Anthropic.Messages.MessageBatchIndividualResponse[] = [];
    for await (const line of await client.messages.batches.results(id)) found.push(line);
    return found;
  }
});
