import { expect, test } from 'vitest';
import type { Model } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { message, refundDesk, scriptedModel } from './testing/refund-desk.ts';
import { runAgent } from './tool-loop.ts';
import { resolveVersion } from './version.ts';

const decided = { content: [{ type: 'text', text: '{"approved": true, "amount": 429}' }] };
const lookup = (id: string, input: unknown = { customer: 'Ada' }, name = 'lookup') => ({ type: 'tool_use', id, name, input });

function run(model: Model, agent = refundDesk(), signal = new AbortController().signal) {
  return runAgent({
    agent,
    version: resolveVersion(agent, 'v1'),
    input: { amount: 20 },
    model,
    series: 's',
    trialNumber: 1,
    signal,
    now: () => performance.now(),
  });
}

test('runs tools in parallel, pushes answers back unchanged, and reads the decision', async () => {
  let running = 0;
  let most = 0;
  const agent = refundDesk(async (customer, claim) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    return `${customer} bought for $${claim.amount}`;
  });
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'abc' };
  const asking = {
    stop_reason: 'tool_use' as const,
    content: [thinking, { type: 'text', text: 'Let me look.' }, lookup('a'), lookup('b', { customer: 'Bob' })],
  };
  const model = scriptedModel([asking, decided]);
  const { outcome, transcript, usage } = await run(model, agent);

  expect(outcome).toEqual({ kind: 'decided', decision: { approved: true, amount: 429 } });
  expect(most).toBe(2);
  expect(model.requests[1]?.messages[1]).toEqual({ role: 'assistant', content: asking.content });
  expect(model.requests[1]?.messages[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: 'a', content: 'Ada bought for $20', is_error: false },
    { type: 'tool_result', tool_use_id: 'b', content: 'Bob bought for $20', is_error: false },
  ]);
  expect(model.requests[0]?.messages).toHaveLength(1);
  expect(transcript.steps.map((step) => (step.kind === 'tool-call' ? step.tool : step.kind))).toEqual([
    'model-call',
    'lookup',
    'lookup',
    'model-call',
  ]);
  expect(usage).toEqual({ inputTokens: 20, outputTokens: 10, cacheWriteTokens: 4, cacheReadTokens: 6 });
});

test('asks for the decision by schema, with pinned effort and without sampling settings', async () => {
  const model = scriptedModel([decided]);
  await run(model);
  expect(model.requests[0]).toMatchObject({
    output_config: { effort: 'medium', format: { type: 'json_schema', schema: { required: ['approved', 'amount'] } } },
    tools: [{ name: 'lookup', strict: true }],
  });
  expect(Object.keys(model.requests[0] ?? {})).not.toContain('temperature');
  expect(Object.keys(model.requests[0] ?? {})).not.toContain('tool_choice');
});

test.each([
  ['a tool that throws', lookup('a'), 'lookup failed: no such customer'],
  ['an unknown tool', lookup('a', {}, 'delete_all'), 'There is no tool "delete_all". There is: lookup.'],
  ['malformed arguments', lookup('a', { customer: 7 }), 'The arguments of lookup are not valid'],
  ['no arguments', lookup('a', null), 'The arguments of lookup are not valid'],
])('%s becomes an error result that the model reads', async (_name, call, expected) => {
  const agent = refundDesk(() => {
    throw new Error('no such customer');
  });
  const model = scriptedModel([{ stop_reason: 'tool_use', content: [call] }, decided]);
  const { outcome, transcript } = await run(model, agent);
  expect(outcome.kind).toBe('decided');
  expect(transcript.steps[1]).toMatchObject({ kind: 'tool-call', isError: true, result: expect.stringContaining(expected) });
});

test('a paused turn is resumed with nothing added', async () => {
  const paused = { stop_reason: 'pause_turn' as const, content: [{ type: 'text', text: 'searching' }] };
  const model = scriptedModel([paused, decided]);
  expect((await run(model)).outcome.kind).toBe('decided');
  expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
});

test.each([
  ['max_tokens', { stop_reason: 'max_tokens' }, { kind: 'truncated', stopReason: 'max_tokens' }],
  ['a full context', { stop_reason: 'model_context_window_exceeded' }, { kind: 'truncated', stopReason: 'model_context_window_exceeded' }],
  [
    'a refusal',
    { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber', explanation: 'no' } },
    { kind: 'refused', category: 'cyber', explanation: 'no' },
  ],
  ['empty content', { content: [] }, { kind: 'no-decision', reason: 'The model ended its turn without a word.' }],
  [
    'prose',
    { content: [{ type: 'text', text: 'I would approve.' }] },
    { kind: 'invalid', text: 'I would approve.', issues: ['the answer is not JSON'] },
  ],
  [
    'a wrong decision',
    { content: [{ type: 'text', text: '{"approved":"yes","amount":1}' }] },
    { kind: 'invalid', issues: [expect.stringContaining('approved')] },
  ],
  ['an extra field', { content: [{ type: 'text', text: '{"approved":true,"amount":1,"x":1}' }] }, { kind: 'invalid' }],
  [
    'JSON in two text blocks',
    {
      content: [
        { type: 'text', text: '{"approved":true,' },
        { type: 'text', text: '"amount":1}' },
      ],
    },
    { kind: 'decided' },
  ],
  [
    'prose before the JSON block',
    {
      content: [
        { type: 'text', text: 'So:' },
        { type: 'text', text: '{"approved":true,"amount":1}' },
      ],
    },
    { kind: 'decided' },
  ],
  ['no tool named', { stop_reason: 'tool_use', content: [] }, { kind: 'infra-error', error: 'response' }],
  ['two calls with one id', { stop_reason: 'tool_use', content: [lookup('a'), lookup('a')] }, { kind: 'infra-error', error: 'response' }],
  ['an unknown stop reason', { stop_reason: 'tired' }, { kind: 'infra-error', error: 'response', retryable: false }],
])('%s is an outcome', async (_name, turn, expected) => {
  const { outcome } = await run(scriptedModel([turn as Parameters<typeof message>[0]]));
  expect(outcome).toMatchObject(expected);
});

test('a loop that never decides ends at the turn limit', async () => {
  const asking = (id: string) => ({ stop_reason: 'tool_use' as const, content: [lookup(id)] });
  const { outcome } = await run(scriptedModel(['a', 'b', 'c', 'd'].map(asking)));
  expect(outcome).toEqual({ kind: 'no-decision', reason: 'No decision within 4 model calls (settings.maxTurns).' });
});

test('the deadline ends a model that never answers and ignores the signal, as an infra error', async () => {
  const stalled = scriptedModel([() => new Promise(() => {})]);
  expect((await run(stalled)).outcome).toEqual({
    kind: 'infra-error',
    error: 'timeout',
    message: 'The trial did not end within its deadline of 0.3 s (settings.deadlineMs of the version).',
    retryable: true,
  });
});

test('an abort from outside is thrown, not made into an outcome', async () => {
  const stop = new AbortController();
  const running = run(scriptedModel([() => new Promise(() => {})]), refundDesk(), stop.signal);
  stop.abort(new Error('Ctrl-C'));
  await expect(running).rejects.toThrow('Ctrl-C');
});

test('a model error is an infra error with its kind; a fault of our own is thrown', async () => {
  const failing = scriptedModel([() => Promise.reject(new ModelError('rate-limit', 'too fast', { retryable: true }))]);
  expect((await run(failing)).outcome).toEqual({ kind: 'infra-error', error: 'rate-limit', message: 'too fast', retryable: true });
  await expect(run(scriptedModel([() => Promise.reject(new TypeError('bug'))]))).rejects.toThrow('bug');
});

test('keeps what happened before the end', async () => {
  const model = scriptedModel([
    { stop_reason: 'tool_use', content: [lookup('a')] },
    () => Promise.resolve(message({ stop_reason: 'max_tokens' })),
  ]);
  const { transcript } = await run(model);
  expect(transcript.userMessage).toBe('Refund $20?');
  expect(transcript.steps).toHaveLength(3);
});
