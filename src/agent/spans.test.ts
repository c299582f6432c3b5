import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Model } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { replaySpans } from './replay-spans.ts';
import type { RunTrace } from './span-attributes.ts';
import { refundDesk, scriptedModel } from './testing/refund-desk.ts';
import { runAgent } from './tool-loop.ts';
import { resolveVersion } from './version.ts';

const lookup = (id: string, customer: string) => ({ type: 'tool_use', id, name: 'lookup', input: { customer } });
const asking = {
  stop_reason: 'tool_use' as const,
  content: [
    { type: 'thinking', thinking: 'hm', signature: 'c2VjcmV0' },
    { type: 'redacted_thinking', data: 'c2VjcmV0' },
    lookup('a', 'Ada'),
    lookup('b', 'nobody'),
  ],
};
const decided = { content: [{ type: 'text', text: '{"approved": true, "amount": 429}' }] };
const conversation = () => scriptedModel([asking, decided]);
const agent = refundDesk((customer) => {
  if (customer === 'nobody') throw new Error('no such customer');
  return `${customer} is known`;
});
const version = resolveVersion(agent, 'v1');
const input = { amount: 20 };

function run(model: Model, runTrace?: RunTrace) {
  const signal = new AbortController().signal;
  const common = { agent, version, input, model, series: 's', trialNumber: 1, signal, now: () => performance.now() };
  return runAgent({ ...common, ...(runTrace ? { trace: runTrace } : {}) });
}

const json = (span: ReadableSpan | undefined, name: string) => JSON.parse(String(span?.attributes[name]));

describe('where spans are recorded', () => {
  let exporter: InMemorySpanExporter;
  beforeEach(() => {
    exporter = new InMemorySpanExporter();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  });
  afterEach(() => {
    trace.disable();
    context.disable();
  });
  // Parallel tool calls end in any order.
  const callId = ({ attributes }: ReadableSpan) => String(attributes['gen_ai.tool.call.id'] ?? '');
  const spans = () => exporter.getFinishedSpans().toSorted((one, other) => callId(one).localeCompare(callId(other)));
  const named = (name: string) => spans().filter((span) => span.name === name);

  test('a run is a tree of an agent with its model calls and tool calls', async () => {
    const { span } = await run(conversation());
    expect(spans().map(({ name, kind }) => [name, kind])).toEqual([
      ['chat claude-sonnet-4-6', SpanKind.CLIENT],
      ['chat claude-sonnet-4-6', SpanKind.CLIENT],
      ['invoke_agent refund-desk', SpanKind.INTERNAL],
      ['execute_tool lookup', SpanKind.INTERNAL],
      ['execute_tool lookup', SpanKind.INTERNAL],
    ]);
    const [root] = named('invoke_agent refund-desk');
    expect(root?.spanContext()).toEqual(span);
    expect(root?.parentSpanContext).toBeUndefined();
    for (const child of spans().filter((each) => each !== root)) expect(child.parentSpanContext?.spanId).toBe(span?.spanId);
  });

  test('the agent span says what came in, what was decided, by which version, and what it took', async () => {
    await run(conversation(), { versionFingerprint: 'f'.repeat(64), mode: 'simulated' });
    const [root] = named('invoke_agent refund-desk');
    expect(root?.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.agent.name': 'refund-desk',
      'gen_ai.agent.version': 'v1',
      'gen_ai.request.model': 'claude-sonnet-4-6',
      'docket.version.fingerprint': 'f'.repeat(64),
      'docket.mode': 'simulated',
      'docket.outcome': 'decided',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_write.input_tokens': 4,
      'gen_ai.usage.cache_read.input_tokens': 6,
    });
    expect(json(root, 'docket.input')).toEqual(input);
    expect(json(root, 'docket.decision')).toEqual({ approved: true, amount: 429 });
    expect(json(root, 'gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'You decide refunds.' }]);
    expect(json(root, 'gen_ai.tool.definitions')).toMatchObject([{ type: 'function', name: 'lookup', parameters: { type: 'object' } }]);
    expect(Object.keys(root?.attributes ?? {})).not.toContain('docket.case.id');
  });

  test('model calls carry the conversation in the parts of the conventions, without encrypted reasoning', async () => {
    await run(conversation());
    const [first, second] = named('chat claude-sonnet-4-6');
    const user = { role: 'user', parts: [{ type: 'text', content: 'Refund $20?' }] };
    const calls = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'hm' },
        { type: 'other', content: 'redacted_thinking' },
        { type: 'tool_call', id: 'a', name: 'lookup', arguments: { customer: 'Ada' } },
        { type: 'tool_call', id: 'b', name: 'lookup', arguments: { customer: 'nobody' } },
      ],
    };
    const answers = {
      role: 'tool',
      parts: [
        { type: 'tool_call_response', id: 'a', response: 'Ada is known' },
        { type: 'tool_call_response', id: 'b', response: 'lookup failed: no such customer' },
      ],
    };
    expect(json(first, 'gen_ai.input.messages')).toEqual([user]);
    expect(json(first, 'gen_ai.output.messages')).toEqual([{ ...calls, finish_reason: 'tool_call' }]);
    expect(json(second, 'gen_ai.input.messages')).toEqual([user, calls, answers]);
    expect(second?.attributes).toMatchObject({ 'gen_ai.response.finish_reasons': ['end_turn'], 'gen_ai.response.id': 'msg_script' });
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toContain('c2VjcmV0');
  });

  test('tool calls carry arguments and result; a failed one is an error', async () => {
    await run(conversation());
    const [known, failed] = named('execute_tool lookup');
    expect(known?.attributes).toMatchObject({ 'gen_ai.tool.name': 'lookup', 'gen_ai.tool.call.id': 'a', 'gen_ai.tool.type': 'function' });
    expect(json(known, 'gen_ai.tool.call.arguments')).toEqual({ customer: 'Ada' });
    expect(json(known, 'gen_ai.tool.call.result')).toBe('Ada is known');
    expect(failed?.attributes['error.type']).toBe('tool-error');
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'lookup failed: no such customer' });
  });

  test('a model that fails is an error of its kind, on the call and on the run', async () => {
    await run(scriptedModel([() => Promise.reject(new ModelError('rate-limit', 'too fast', { retryable: true }))]));
    for (const span of spans()) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too fast' });
      expect(span.attributes['error.type']).toBe('rate-limit');
    }
    expect(json(named('invoke_agent refund-desk')[0], 'docket.input')).toEqual(input);
  });

  test('without content, spans say what happened and nothing that was said', async () => {
    await run(conversation(), { content: false });
    const everything = JSON.stringify(spans().map(({ attributes, status }) => [attributes, status]));
    for (const said of ['Ada', 'nobody', 'Refund', 'no such customer', 'You decide', '429', 'hm']) expect(everything).not.toContain(said);
    expect(named('execute_tool lookup')[1]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(named('invoke_agent refund-desk')[0]?.attributes['docket.outcome']).toBe('decided');

    exporter.reset();
    await run(scriptedModel([() => Promise.reject(new ModelError('request', 'messages.0: "Refund $20?"', { retryable: false }))]), {
      content: false,
    });
    const failed = spans().map(({ name, attributes, status }) => [name, attributes['error.type'], status]);
    const status = { code: SpanStatusCode.ERROR };
    expect(failed).toEqual([
      ['chat claude-sonnet-4-6', 'request', status],
      ['invoke_agent refund-desk', 'request', status],
    ]);
  });

  test('a stored trial replays the spans that its run left', async () => {
    const runTrace = { versionFingerprint: 'f'.repeat(64), trial: { caseId: 'c', series: 'eval', number: 2 } };
    const { outcome, transcript, usage } = await run(conversation(), runTrace);
    const live = spans().map(comparable);
    exporter.reset();
    if (outcome.kind === 'infra-error') throw new Error(outcome.message);
    const root = replaySpans(
      { agent, version, input, trace: runTrace },
      { outcome, transcript, usage, startedAt: '2026-01-02T03:04:05.000Z', durationMs: 50 },
    );
    expect(spans().map(comparable)).toEqual(live);
    expect(spans().every(({ attributes }) => attributes['docket.trial.reused'])).toBe(true);
    const [replayed] = named('invoke_agent refund-desk');
    expect(replayed).toMatchObject({ startTime: [Date.parse('2026-01-02T03:04:05.000Z') / 1000, 0], duration: [0, 50_000_000] });
    expect(replayed?.spanContext()).toEqual(root);
  });

  function comparable({ name, kind, status, attributes }: ReadableSpan) {
    const { 'docket.trial.reused': _, 'gen_ai.response.id': __, ...rest } = attributes;
    return { name, kind, status, attributes: rest };
  }
});

test('where nothing is recorded, content is not even written down', async () => {
  const unreadable = { amount: 20, toJSON: () => expect.unreachable('the input was made into text') };
  const { outcome, span } = await runAgent({
    agent,
    version,
    input: unreadable as unknown as { amount: number },
    model: conversation(),
    series: 's',
    trialNumber: 1,
    signal: new AbortController().signal,
    now: () => performance.now(),
  });
  expect(outcome.kind).toBe('decided');
  expect(span).toBeUndefined();
});
