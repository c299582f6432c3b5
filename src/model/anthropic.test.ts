import { describe, expect, it, vi } from 'vitest';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { ModelRequest } from './model.ts';
import { simulatedModel } from './simulated.ts';
import type { ReceivedRequest } from './stand-in/serve-model.ts';
import { converse } from './testing/converse.ts';
import { clientOf, serveForTest, testKey } from './testing/loopback.ts';
import { trialContext, weatherRequest, weatherSimulator } from './testing/weather-simulator.ts';

describe('the answer', () => {
  /** Serves one answer of the given content. */
  async function answerOf(change: (answer: Record<string, unknown>) => unknown) {
    const served = await serveForTest({ fault: () => ({ kind: 'answer', change }) });
    return clientOf(served.url).create(weatherRequest(), trialContext());
  }
  const text = (words: string) => ({ type: 'text', text: words, citations: null });
  const call = (id: string) => ({ type: 'tool_use', id, name: 'weather', input: {}, caller: { type: 'direct' } });

  it('comes with blocks, usage and request id unchanged', async () => {
    const answer = await answerOf((given) => ({
      ...given,
      usage: { ...(given.usage as object), cache_creation_input_tokens: 11, cache_read_input_tokens: 22 },
    }));
    expect(answer.content.map(({ type }) => type)).toEqual(['text', 'tool_use', 'tool_use']);
    expect(answer.usage).toMatchObject({ cache_creation_input_tokens: 11, cache_read_input_tokens: 22 });
    expect(answer._request_id).toMatch(/^req_standin_/);
  });

  it.each([
    ['simulated', 'simulated'],
    ['SIMULATED, live', 'simulated'],
    ['recorded,simulated', 'simulated'],
    ['recorded, Recorded', 'recorded'],
    ['scripted', 'simulated'],
    ['live', undefined],
  ])('is of who the header "%s" says', async (header, standIn) => {
    const served = await serveForTest({}, { ...simulatedModel(weatherSimulator), mode: header as ModelMode });
    const answer = await clientOf(served.url).create(weatherRequest(), trialContext());
    expect(answer._stand_in).toBe(standIn);
  });

  it.each([
    ['a refusal', { content: [], stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: null } }],
    ['max_tokens', { content: [text('{"warm')], stop_reason: 'max_tokens' }],
    ['pause_turn', { content: [text('thinking it over')], stop_reason: 'pause_turn' }],
    ['empty content', { content: [], stop_reason: 'end_turn' }],
    ['several text blocks', { content: [text('{"warmer":'), text('"Paris"}')], stop_reason: 'end_turn' }],
    ['tool_use beside text', { content: [text('I look'), call('toolu_1')], stop_reason: 'tool_use' }],
    ['duplicate tool ids', { content: [call('toolu_1'), call('toolu_1')], stop_reason: 'tool_use' }],
    ['a block of an unknown type', { content: [{ type: 'hologram', depth: 3 }, text('{}')], stop_reason: 'end_turn' }],
    ['the nullable fields of an older version missing', { stop_details: undefined, container: undefined, diagnostics: undefined }],
  ])('may be %s: the agent decides what it means', async (_name, changes) => {
    const expected = JSON.parse(JSON.stringify(changes)) as object;
    await expect(answerOf((given) => ({ ...given, ...changes }))).resolves.toMatchObject(expected);
  });
});

describe('the request', () => {
  /** What one call puts on the wire. */
  async function sentBy(request: ModelRequest, apiKey: string | undefined = testKey) {
    const received: ReceivedRequest[] = [];
    const served = await serveForTest({ onRequest: (seen) => received.push(seen) });
    await clientOf(served.url, apiKey).create(request, trialContext({ series: 'é 1', trialNumber: 7 }));
    return { body: JSON.parse(received[0]?.body ?? '') as ModelRequest, headers: received[0]?.headers };
  }

  it('marks the system prompt and the growing tail for the prompt cache, and pins the effort', async () => {
    const { body } = await sentBy(weatherRequest({ system: 'You know the weather.' }));
    expect(body.system).toEqual([{ type: 'text', text: 'You know the weather.', cache_control: { type: 'ephemeral' } }]);
    expect(body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Which is warmer, Berlin or Paris?', cache_control: { type: 'ephemeral' } }] },
    ]);
    expect(body.output_config?.effort).toBe('low');
    expect(body).not.toHaveProperty('temperature');
  });

  it('carries the key and the API version', async () => {
    const { headers } = await sentBy(weatherRequest());
    expect(headers?.authorization).toBe(`Bearer ${testKey}`);
    expect(headers?.['anthropic-version']).toBe('2026-10-21');
    expect(headers).not.toHaveProperty('traceparent');
  });

  it('tells a loopback server which trial it is', async () => {
    const { headers } = await sentBy(weatherRequest());
    expect(headers).toMatchObject({ 'x-docket-series': '%C3%A9%201', 'x-docket-trial': '7' });
  });

  it('carries no key when a server is named and no key', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'from-the-process');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'from-the-process');
    const { headers } = await sentBy(weatherRequest(), '');
    vi.unstubAllEnvs();
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('x-api-key');
  });

  it('may allow long answers', async () => {
    await expect(sentBy(weatherRequest({ max_tokens: 64_000 }))).resolves.toBeDefined();
  });

  it('marks two places in every turn, whatever was marked before', async () => {
    const bodies: string[] = [];
    const served = await serveForTest({ onRequest: ({ body }) => bodies.push(body) });
    const answers = await converse(clientOf(served.url), trialContext());
    expect(answers.map((answer) => answer.stop_reason)).toEqual(['tool_use', 'end_turn']);
    expect(bodies.map((body) => body.split('cache_control').length - 1)).toEqual([2, 2]);
  });
});
