import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { agentPort } from '../agent/agent-port.ts';
import { type CommandAgentDefinition, commandAgent } from '../agent/command-agent.ts';
import type { Agent } from '../agent/define-agent.ts';
import { functionAgent } from '../agent/function-agent.ts';
import { httpAgent } from '../agent/http-agent.ts';
import { resolveVersion } from '../agent/version.ts';
import type { Model } from '../model/model.ts';
import { openTraceStore } from '../traces/store/open-trace-store.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import { startTelemetry, type Telemetry } from '../traces/telemetry/telemetry.ts';
import { hearingOf } from '../traces/trial-spans/hearing-of.ts';
import { TrialSpans } from '../traces/trial-spans/span-listener.ts';

const model: Model = {
  mode: 'live',
  async create() {
    throw new Error('nobody asks');
  },
};
const warnings: string[] = [];
let spans = new TrialSpans((message) => warnings.push(message));
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.own?.close?.();
  await spans.close();
  spans = new TrialSpans((message) => warnings.push(message));
});

function run(agent: Agent, amount = 4) {
  agents.push(agent);
  const signal = new AbortController().signal;
  const given = { model, series: 's', trialNumber: 1, signal, now: () => performance.now(), spans };
  return agentPort(agent, resolveVersion(agent, 'v1')).run({ amount }, given);
}
const shared = {
  name: 'desk',
  source: import.meta.url,
  input: z.strictObject({ amount: z.number() }),
  decision: z.strictObject({ approved: z.boolean() }),
  versions: { v1: { deadlineMs: 20_000 } },
  scorers: [],
} as const;

/** A program of Node.js that sends spans as an OpenTelemetry SDK does, in OTLP's JSON. */
const sender = `
const attribute = (key, value) => ({ key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value } });
const spansOf = (traceId, parentSpanId, amount) => {
  const span = (spanId, parent, name, attributes, at) => ({
    traceId, spanId: spanId.padEnd(16, '0'), parentSpanId: parent, name, kind: 1, status: {},
    startTimeUnixNano: String(1e18 + at * 1e9), endTimeUnixNano: String(1e18 + at * 1e9 + 2e6),
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  });
  const around = span('a1', parentSpanId, 'invoke_agent desk', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'desk' }, 0);
  const call = span('b1', around.spanId, 'chat', {
    'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'claude-haiku-4-5', 'gen_ai.response.model': 'claude-haiku-4-5',
    'gen_ai.usage.input_tokens': amount, 'gen_ai.usage.output_tokens': 2,
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'May I have ' + amount + '?' }] }]),
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Yes.' }] }]),
  }, 1);
  const tool = span('c1', around.spanId, 'execute_tool look_up', {
    'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'look_up', 'gen_ai.tool.call.id': 'call-1',
    'gen_ai.tool.call.arguments': JSON.stringify({ amount }), 'gen_ai.tool.call.result': 'known',
  }, 2);
  return [around, call, tool];
};
const send = async (spans) => {
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 'desk' }, spans }] }] });
  const { status } = await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (status !== 200) throw new Error('refused ' + status);
};
const ofTrial = (traceparent, amount) => { const [, traceId, parent] = traceparent.split('-'); return spansOf(traceId, parent, amount); };
`;
const program = (script: string, more: Partial<CommandAgentDefinition<{ amount: number }, { approved: boolean }>> = {}) =>
  commandAgent<{ amount: number }, { approved: boolean }>({
    ...shared,
    command: [process.execPath, '-e', sender + script],
    reads: [],
    ...more,
  });
const worker = (script: string, more: object = {}) =>
  program(
    `require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
      const { id, input, traceparent } = JSON.parse(line);
      const answer = () => console.log(JSON.stringify({ id, decision: { approved: true } }));
      ${script}
    });`,
    { worker: true, ...more },
  );

const told = (amount: number) => ({
  outcome: { kind: 'decided', decision: { approved: true } },
  transcript: {
    userMessage: `May I have ${amount}?`,
    steps: [
      {
        kind: 'model-call',
        model: 'claude-haiku-4-5',
        content: [{ type: 'text', text: 'Yes.' }],
        usage: { inputTokens: amount, outputTokens: 2 },
        durationMs: 2,
      },
      { kind: 'tool-call', id: 'call-1', tool: 'look_up', input: { amount }, result: 'known', isError: false, durationMs: 2 },
    ],
  },
  usage: { inputTokens: amount, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
});

test('what a program sends is the transcript of its trial, whether or not it takes up the trace context', async () => {
  const answering = `console.log(JSON.stringify({ approved: true }))`;
  expect(await run(program(`send(ofTrial(process.env.TRACEPARENT, 7)).then(() => ${answering})`))).toMatchObject(told(7));
  expect(await run(program(`send(spansOf('f'.repeat(32), null, 5)).then(() => ${answering})`))).toMatchObject(told(5));
});

test('what a worker sends is the transcript of the trial whose context it took up, with many at once', async () => {
  const agent = worker('await send(ofTrial(traceparent, input.amount)); answer();');
  const runs = await Promise.all([3, 4, 5].map((amount) => run(agent, amount)));
  for (const [index, each] of runs.entries()) expect(each).toMatchObject(told(index + 3));
  expect(await run(agent, 6)).toMatchObject(told(6));
});

test('spans that come after the answer are waited for where that is asked for, and half of them are no transcript', async () => {
  const late =
    'answer(); const spans = ofTrial(traceparent, input.amount); await send(spans.slice(1)); setTimeout(() => send(spans.slice(0, 1)), 60);';
  expect(await run(worker(late, { traces: 'waited-for' }), 8)).toMatchObject(told(8));
  const half = worker('await send(ofTrial(traceparent, input.amount).slice(1)); answer();');
  expect(await run(half)).toMatchObject({ outcome: { kind: 'decided' }, transcript: { userMessage: '{"amount":4}', steps: [] } });
  await spans.close();
  expect(warnings.splice(0)).toEqual([expect.stringMatching(/^1 trial had no transcript, or an incomplete one/)]);
});

test('a program gets none of the secrets of Docket, and no place to send spans to but the one that listens', async () => {
  for (const name of ['DOCKET_STORE_SECRET', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
    vi.stubEnv(name, 'a secret of Docket');
  vi.stubEnv('DESK_MODE', 'of its own');
  const telling = `console.log(JSON.stringify({ outcome: { kind: 'no-decision', reason: JSON.stringify(process.env) } }))`;
  const { outcome } = await run(program(telling, { variables: { DESK_PACE: 'quick' } }));
  vi.unstubAllEnvs();
  const variables = JSON.parse(outcome.kind === 'no-decision' ? outcome.reason : '');
  expect(JSON.stringify(variables)).not.toContain('a secret of Docket');
  expect(variables).toMatchObject({
    DESK_MODE: 'of its own',
    DESK_PACE: 'quick',
    TRACEPARENT: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    OTEL_EXPORTER_OTLP_ENDPOINT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/[0-9a-f]{32}$/),
  });
});

test("spans of another trial, or of nobody, are nobody's", async () => {
  const foreign = worker("await send(spansOf('e'.repeat(32), null, 9)); answer();");
  expect((await run(foreign)).transcript.steps).toEqual([]);
  const address = await spans.endpoint();
  const post = (path: string) =>
    fetch(`${address.replace(/\/[0-9a-f]{32}$/, '')}${path}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"resourceSpans":[]}',
    });
  expect((await post('')).status).toBe(404);
  expect((await post(`/${'0'.repeat(32)}`)).status).toBe(404);
});

test('what a server sends to the port that it was told is the transcript of the trial whose context came with the request', async () => {
  let port = 0;
  const server = createServer(async (request, response) => {
    const [, traceId, parentSpanId] = String(request.headers.traceparent).split('-');
    const at = { startTimeUnixNano: '1000000000', endTimeUnixNano: '2000000000' };
    const attributes = [
      { key: 'gen_ai.operation.name', value: { stringValue: 'execute_tool' } },
      { key: 'gen_ai.tool.name', value: { stringValue: 'look_up' } },
    ];
    const span = { traceId, spanId: 'ab'.repeat(8), parentSpanId, name: 'execute_tool', kind: 1, attributes, ...at };
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    await fetch(`http://127.0.0.1:${port}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    response.end('{"approved":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  port = (taken.address() as AddressInfo).port;
  const agent = httpAgent<{ amount: number }, { approved: boolean }>({
    ...shared,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    tracesPort: port,
  });
  await expect(run(agent)).rejects.toThrow(`The port ${port} of 127.0.0.1`);
  await new Promise((resolve) => taken.close(resolve));
  await spans.close();
  expect(await run(agent)).toMatchObject({ outcome: { kind: 'decided' }, transcript: { steps: [{ kind: 'tool-call', tool: 'look_up' }] } });
  server.closeAllConnections();
  server.close();
});

let telemetry: Telemetry;
let kept: TraceStore;
beforeAll(async () => {
  const store = openTraceStore(':memory:');
  // It stays open when telemetry closes it.
  kept = new Proxy(store, { get: (target, name) => (name === 'close' ? () => {} : Reflect.get(target, name)?.bind(target)) });
  telemetry = await startTelemetry({
    openStore: () => kept,
    environment: {},
    hearing: await hearingOf({ own: { kind: 'function' }, userMessage: { source: import.meta.url } }),
    warn: (message) => warnings.push(message),
  });
});
afterAll(() => telemetry.close());

test('spans that a function makes in this process are the transcript of its own trial, also when it fails', async () => {
  const tracer = trace.getTracer('desk');
  const ask = async (amount: number, fails = false) => {
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-9',
      'gen_ai.usage.input_tokens': amount,
      'gen_ai.usage.output_tokens': 1,
    };
    await tracer.startActiveSpan('chat', { attributes }, async (span) => {
      await new Promise((resolve) => setTimeout(resolve, amount));
      span.end();
    });
    const tool = tracer.startSpan('execute_tool look_up', {
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'look_up' },
    });
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'no such customer' });
    tool.end();
    if (fails) throw new TypeError('no rule');
    return { decision: { approved: true } };
  };
  const agent = functionAgent<{ amount: number }, { approved: boolean }>({ ...shared, run: ({ amount }) => ask(amount) });
  // Beside it a span that belongs to no trial.
  tracer.startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat' } }).end();
  const runs = await Promise.all([12, 3].map((amount) => run(agent, amount)));
  for (const [index, amount] of [12, 3].entries())
    expect(runs[index]).toMatchObject({
      outcome: { kind: 'decided' },
      transcript: {
        steps: [
          { kind: 'model-call', model: 'gpt-9' },
          { kind: 'tool-call', tool: 'look_up', isError: true, result: 'no such customer' },
        ],
      },
      usage: { inputTokens: amount, outputTokens: 1 },
    });
  const failing = functionAgent<{ amount: number }, { approved: boolean }>({ ...shared, run: ({ amount }) => ask(amount, true) });
  expect(await run(failing)).toMatchObject({
    outcome: { kind: 'no-decision' },
    usage: { inputTokens: 4 },
    transcript: { steps: [{}, {}] },
  });
  const telling = functionAgent<{ amount: number }, { approved: boolean }>({
    ...shared,
    run: async ({ amount }) => ({ ...(await ask(amount)), transcript: { steps: [] }, usage: { inputTokens: 1 } }),
  });
  expect(await run(telling)).toMatchObject({ transcript: { steps: [] }, usage: { inputTokens: 1, outputTokens: 0 } });
  expect(context.active()).toBeDefined();
});

test("what a program said is a part of the trial's own trace, where that is kept or sent", async () => {
  const content = "[null, 'text', { type: 'made-up' }, { type: 'text' }]";
  const step = `{ kind: 'model-call', model: 'gpt-9', stopReason: null, content: ${content}, usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 }, durationMs: 1 }`;
  const tool = "{ kind: 'tool-call', id: '1', tool: 'look_up', input: {}, result: 'known', isError: false, durationMs: 1 }";
  const { span } = await run(
    program(`console.log(JSON.stringify({ decision: { approved: true }, transcript: { steps: [${tool}, ${step}] } }))`),
  );
  await telemetry.close();
  const names = (await kept.spans(span?.traceId ?? '')).map(({ name }) => name);
  expect(names.toSorted()).toEqual(['chat gpt-9', 'execute_tool look_up', 'invoke_agent desk']);
});
