import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Model } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { simulatedModel } from '../simulated.ts';
import { converse } from '../testing/converse.ts';
import { clientOf, serveForTest, testKey } from '../testing/loopback.ts';
import { trialContext, weatherRequest, weatherSimulator } from '../testing/weather-simulator.ts';
import { serveModel } from './serve-model.ts';

const simulated = () => simulatedModel(weatherSimulator, { slipRate: 0.5 });
const sdk = (baseURL: string) => new Anthropic({ baseURL, apiKey: testKey, maxRetries: 0 });

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return { status: response.status, body: (await response.json()) as { error?: { type: string; message: string } } };
}

describe('a served model', () => {
  it('answers as the model itself, trial by trial', async () => {
    const served = await serveForTest({}, simulated());
    for (const trialNumber of [1, 2, 3, 4]) {
      const context = trialContext({ series: 'candidate 2', trialNumber });
      const over = await converse(clientOf(served.url), context);
      const direct = await converse(simulated(), context);
      expect(over.map(({ _request_id: _, _stand_in: __, ...answer }) => answer)).toEqual(direct);
      expect(over.map(({ _stand_in }) => _stand_in)).toEqual(over.map(() => 'simulated'));
    }
  });

  it('answers the same, streamed', async () => {
    const served = await serveForTest({}, simulated());
    const headers = { 'x-docket-series': 'test', 'x-docket-trial': '1' };
    // Without a schema: the SDK adds its own reading of the text to a streamed answer that has one.
    const { output_config: _, ...request } = weatherRequest();
    const streamed = await sdk(served.url).messages.stream(request, { headers }).finalMessage();
    const direct = await simulated().create(request, trialContext());
    expect(streamed.content).toEqual(direct.content);
    expect(streamed.usage).toEqual(direct.usage);
    expect(streamed.stop_reason).toBe(direct.stop_reason);
  });

  it('numbers the trials of a client that does not, and keeps a conversation in its trial', async () => {
    const seen: string[] = [];
    const model = simulated();
    const watching: Model = {
      mode: 'simulated',
      create: (request, context) => {
        seen.push(`${context.series} ${context.trialNumber}: ${request.messages.length} messages`);
        return model.create(request, context);
      },
    };
    const served = await serveForTest({}, watching);
    const client = sdk(served.url);
    const foreign: Model = { mode: 'live', create: (request) => client.messages.create(request) };
    await converse(foreign, trialContext());
    const first = await foreign.create(weatherRequest(), trialContext());
    await converse(foreign, trialContext());
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'wet' }] : [],
    );
    const messages = [
      ...weatherRequest().messages,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: results },
    ];
    await foreign.create(weatherRequest({ messages }), trialContext());
    expect(seen).toEqual([
      'served 1: 1 messages',
      'served 1: 3 messages',
      'served 2: 1 messages',
      'served 3: 1 messages',
      'served 3: 3 messages',
      'served 2: 3 messages',
    ]);
  });

  it('counts tokens and lists models', async () => {
    const client = sdk((await serveForTest()).url);
    const { model, messages } = weatherRequest();
    expect((await client.messages.countTokens({ model, messages })).input_tokens).toBeGreaterThan(10);
    const ids: string[] = [];
    for await (const listed of client.models.list()) ids.push(listed.id);
    expect(ids).toContain('claude-haiku-4-5');
  });

  it("passes the model's own failure on", async () => {
    const failing: Model = {
      mode: 'recorded',
      create: () => Promise.reject(new ModelError('replay-miss', 'not recorded', { retryable: false })),
    };
    const served = await serveForTest({}, failing);
    expect(await post(`${served.url}/v1/messages`, JSON.stringify(weatherRequest()))).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error', message: 'not recorded' } },
    });
  });

  it("does not show a crash's message", async () => {
    const served = await serveForTest({}, { mode: 'live', create: () => Promise.reject(new Error('the secret')) });
    const { status, body } = await post(`${served.url}/v1/messages`, JSON.stringify(weatherRequest()));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('a request that is wrong', () => {
  const call = (id: string) => ({ type: 'tool_use' as const, id, name: 'weather', input: {} });
  const user = weatherRequest().messages;

  it.each([
    ['is not JSON', '{"model":', /not valid JSON/],
    ['lacks max_tokens', JSON.stringify({ ...weatherRequest(), max_tokens: undefined }), /max_tokens/],
    ['has no message', JSON.stringify(weatherRequest({ messages: [] })), /messages/],
    ['sets a temperature', JSON.stringify({ ...weatherRequest(), temperature: 0 }), /temperature/],
    [
      'leaves a tool call unanswered',
      JSON.stringify(weatherRequest({ messages: [...user, { role: 'assistant', content: [call('a')] }, ...user] })),
      /without `tool_result`/,
    ],
    [
      'answers a call that nobody made',
      JSON.stringify(
        weatherRequest({
          messages: [...user, { role: 'assistant', content: 'hm' }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'b' }] }],
        }),
      ),
      /unexpected `tool_use_id`/,
    ],
    [
      'uses a tool id twice',
      JSON.stringify(weatherRequest({ messages: [...user, { role: 'assistant', content: [call('a'), call('a')] }] })),
      /unique/,
    ],
  ])('because it %s gets a 400 that says so', async (_name, body, message) => {
    const served = await serveForTest();
    const answer = await post(`${served.url}/v1/messages`, body);
    expect(answer).toMatchObject({ status: 400, body: { type: 'error', error: { type: 'invalid_request_error' } } });
    expect(answer.body.error?.message).toMatch(message);
  });

  it('because it is too large gets a 413', async () => {
    const served = await serveForTest();
    const { status } = await post(`${served.url}/v1/messages`, JSON.stringify({ padding: 'x'.repeat(33 * 1024 * 1024) }));
    expect(status).toBe(413);
  });

  it('because a web page sent it is refused', async () => {
    const served = await serveForTest();
    const simple = await post(`${served.url}/v1/messages`, JSON.stringify(weatherRequest()), { 'content-type': 'text/plain' });
    expect(simple.status).toBe(400);
  });

  it('is for a path that does not exist', async () => {
    const response = await fetch(`${(await serveForTest()).url}/v1/nothing`);
    expect(response.status).toBe(404);
    await expect(response.json()).resolves.toMatchObject({
      type: 'error',
      error: { type: 'not_found_error' },
      request_id: expect.stringMatching(/^req_/),
    });
  });
});

it('says so when its port is taken', async () => {
  const served = await serveForTest();
  await expect(serveModel(simulated(), { port: Number(new URL(served.url).port) })).rejects.toThrow(DocketError);
});

it('asks for its key when it has one', async () => {
  const served = await serveForTest({ apiKey: testKey });
  await expect(clientOf(served.url).create(weatherRequest(), trialContext())).resolves.toBeDefined();
  await expect(clientOf(served.url, 'another').create(weatherRequest(), trialContext())).rejects.toMatchObject({ kind: 'authentication' });
});
