import { describe, expect, test } from 'vitest';
import type { Model, ModelRequest } from '../model/model.ts';
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
  ['a decision before an unknown stop reason', { ...decided, stop_reason: 'tired' }, { kind: 'decided' }],
  [
    'silence before an unknown stop reason',
    { stop_reason: 'tired', content: [] },
    { kind: 'no-decision', reason: 'The model ended its turn without a word: the model stopped for a reason that is not known, "tired".' },
  ],
  [
    'half a decision before an unknown stop reason',
    { stop_reason: 'tired', content: [{ type: 'text', text: '{"approved":' }] },
    { kind: 'invalid', issues: ['the answer is not JSON', 'the model stopped for a reason that is not known, "tired"'] },
  ],
  ['the limit in the word of another vendor', { stop_reason: 'MAX_TOKENS' }, { kind: 'truncated', stopReason: 'max_tokens' }],
  ['a refusal in the word of a cloud', { stop_reason: 'guardrail_intervened' }, { kind: 'refused' }],
  ['an answer that the server broke off, in a word of its own', { stop_reason: 'error_finish' }, { kind: 'infra-error', error: 'server' }],
  ['an answer that the server broke off', { stop_reason: 'error' }, { kind: 'infra-error', error: 'server', retryable: true }],
])('%s is an outcome', async (_name, turn, expected) => {
  const { outcome } = await run(scriptedModel([turn as Parameters<typeof message>[0]]));
  expect(outcome).toMatchObject(expected);
});

test('tools that are asked for before an unknown stop reason are run', async () => {
  const { outcome } = await run(scriptedModel([{ stop_reason: 'tired' as 'end_turn', content: [lookup('a')] }, decided]));
  expect(outcome.kind).toBe('decided');
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
    lost: true,
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

/** The conversation as the second and later requests send it, without what the user said first. */
const sentBack = (model: { readonly requests: readonly ModelRequest[] }) => model.requests.at(-1)?.messages.slice(1);
const asking = (...content: object[]) => ({ stop_reason: 'tool_use' as const, content });

describe('what is sent back is what the API takes', () => {
  test.each([
    ['an empty text', { type: 'text', text: '' }],
    ['a blank text', { type: 'text', text: '\n\n' }],
    ['a text of other blanks', { type: 'text', text: '\u00a0\t\u2003' }],
    ['a text of what nobody sees', { type: 'text', text: '\u200b\u2060 \u200e' }],
  ])('%s is left out', async (_name, blank) => {
    const model = scriptedModel([asking(blank, lookup('a'), blank), decided]);
    const { outcome, transcript } = await run(model);
    expect(outcome.kind).toBe('decided');
    expect(sentBack(model)?.[0]).toEqual({ role: 'assistant', content: [lookup('a')] });
    expect(transcript.steps[0]).toMatchObject({ content: [blank, lookup('a'), blank] });
  });

  test.each([
    ['in a later turn', [asking(lookup('call_1')), asking(lookup('call_1')), decided], ['call_1', 'call_1_2']],
    ['in the same turn', [asking(lookup('call_1'), lookup('call_1', { customer: 'Bob' })), decided], ['call_1', 'call_1_2']],
    ['that looks like one of ours', [asking(lookup('a'), lookup('a_2'), lookup('a')), decided], ['a', 'a_2', 'a_3']],
    ['of letters that an id has not', [asking(lookup('call:1/é')), decided], ['call_1__']],
    ['that is empty', [asking(lookup(''), lookup('')), decided], ['call', 'call_2']],
  ])('an id %s becomes one of its own, with its result', async (_name, turns, ids) => {
    const model = scriptedModel(turns);
    expect((await run(model)).outcome.kind).toBe('decided');
    const blocks = sentBack(model)?.flatMap(({ content }) => content as { type: string; id?: string; tool_use_id?: string }[]) ?? [];
    expect(blocks.flatMap(({ type, id }) => (type === 'tool_use' ? id : []))).toEqual(ids);
    expect(blocks.flatMap(({ tool_use_id: id }) => id ?? [])).toEqual(ids);
  });

  test.each([null, '', '{"customer": "Ada"}', [], 7, undefined])(
    'a tool input of %j is an empty object, and its fault is told',
    async (input) => {
      const model = scriptedModel([asking({ ...lookup('a'), input }), decided]);
      expect((await run(model)).outcome.kind).toBe('decided');
      expect(sentBack(model)).toMatchObject([
        { content: [{ type: 'tool_use', id: 'a', input: {} }] },
        { content: [{ tool_use_id: 'a', is_error: true, content: expect.stringContaining('not valid') }] },
      ]);
    },
  );

  test.each([
    ['delete all', 'delete_all'],
    ['', 'unnamed'],
    ['l'.repeat(500), 'l'.repeat(64)],
  ])('a tool that nobody could have (%j) has a name that can be sent', async (name, sent) => {
    const model = scriptedModel([asking(lookup('a', {}, name)), decided]);
    expect((await run(model)).outcome.kind).toBe('decided');
    expect(sentBack(model)?.[0]).toMatchObject({ content: [{ type: 'tool_use', name: sent }] });
  });

  test('half of a character, in a text, an input or a result, is mended on its way', async () => {
    const half = 'Ada \ud83d';
    const model = scriptedModel([asking({ type: 'text', text: half }, lookup('a', { customer: half })), decided]);
    const { outcome, transcript } = await run(
      model,
      refundDesk((customer) => `${customer} is known: ${half}`),
    );
    expect(outcome.kind).toBe('decided');
    expect(JSON.stringify(sentBack(model))).not.toContain('\\ud83d');
    expect(sentBack(model)).toMatchObject([
      { content: [{ text: 'Ada \ufffd' }, { input: { customer: 'Ada \ufffd' } }] },
      { content: [{ content: 'Ada \ufffd is known: Ada \ufffd' }] },
    ]);
    expect(transcript.steps[0]).toMatchObject({ content: [{ text: half }, { input: { customer: half } }] });
  });

  test('a paused turn ends in no blank, and one of blanks alone adds nothing', async () => {
    const paused = (text: string) => ({ stop_reason: 'pause_turn' as const, content: [{ type: 'text', text }] });
    const model = scriptedModel([paused('searching \n'), paused(' '), decided]);
    expect((await run(model)).outcome.kind).toBe('decided');
    expect(sentBack(model)).toEqual([{ role: 'assistant', content: [{ type: 'text', text: 'searching' }] }]);
  });
});

describe('what is read is what counts', () => {
  const decision = (approved: boolean) => ({ type: 'text', text: JSON.stringify({ approved, amount: 1 }) });
  const ended = (...content: object[]) => ({ content });
  const given = (approved: boolean) => ({ kind: 'decided', decision: { approved, amount: 1 } });

  test.each([
    ['a decision beside calls, then silence', [asking(decision(true), lookup('a')), ended()], given(true)],
    ['a decision beside calls, then blanks', [asking(decision(true), lookup('a')), ended({ type: 'text', text: '\n' })], given(true)],
    ['a decision beside calls, then another one', [asking(decision(true), lookup('a')), ended(decision(false))], given(false)],
    [
      'two different decisions beside calls, then silence',
      [asking(decision(true), decision(false), lookup('a')), ended()],
      {
        kind: 'invalid',
        issues: [expect.stringMatching(/2 different decisions/), expect.stringMatching(/in model call 1, and none followed/)],
      },
    ],
    [
      'a decision beside calls, two different ones beside the next, then silence',
      [asking(decision(true), lookup('a')), asking(decision(true), decision(false), lookup('b')), ended()],
      {
        kind: 'invalid',
        issues: [expect.stringMatching(/2 different decisions/), expect.stringMatching(/in model call 2, and none followed/)],
      },
    ],
    [
      'what is no valid decision beside calls, then silence',
      [asking({ type: 'text', text: '{"approved":"perhaps"}' }, lookup('a')), ended()],
      { kind: 'invalid', issues: expect.arrayContaining([expect.stringMatching(/^approved: /), expect.stringMatching(/none followed/)]) },
    ],
    [
      'words beside calls, then silence',
      [asking({ type: 'text', text: 'I will look it up.' }, lookup('a')), ended()],
      { kind: 'no-decision', reason: 'The model ended its turn without a word.' },
    ],
    [
      'a decision beside calls, then words',
      [asking(decision(true), lookup('a')), ended({ type: 'text', text: 'As decided above.' })],
      {
        kind: 'invalid',
        issues: ['the answer is not JSON', expect.stringMatching(/model call 1 came beside tool calls.* does not count/)],
      },
    ],
    [
      'a decision beside calls in every turn',
      ['a', 'b', 'c', 'd'].map((id) => asking(decision(true), lookup(id))),
      { kind: 'no-decision', reason: expect.stringMatching(/settings\.maxTurns\); the decision of model call 4 came beside/) },
    ],
    ['calls with end_turn', [{ stop_reason: 'end_turn' as const, content: [lookup('a')] }, decided], { kind: 'decided' }],
    [
      'calls with null',
      [
        { stop_reason: null, content: [lookup('a')] },
        { ...decided, stop_reason: null },
      ],
      { kind: 'decided' },
    ],
    ['calls with pause_turn', [{ stop_reason: 'pause_turn' as const, content: [lookup('a')] }, decided], { kind: 'decided' }],
    ['calls without a reason', [{ stop_reason: undefined as never, content: [lookup('a')] }, decided], { kind: 'decided' }],
    [
      'the reasons of another API',
      [
        { stop_reason: 'tool_calls' as never, content: [lookup('a')] },
        { ...decided, stop_reason: 'stop' as never },
      ],
      { kind: 'decided' },
    ],
    [
      'an answer that was cut, in the words of another API',
      [{ stop_reason: 'length' as never, content: [] }],
      { kind: 'truncated', stopReason: 'max_tokens' },
    ],
    ['a decision where calls are announced', [asking(decision(true))], given(true)],
    [
      'two different decisions',
      [ended(decision(false), decision(true))],
      { kind: 'invalid', issues: ['the answer holds 2 different decisions, and nothing says which one counts'] },
    ],
    [
      'a field with two values',
      [ended({ type: 'text', text: '{"approved":false,"amount":1,"approved":true}' })],
      { kind: 'invalid', issues: ['approved: has two different values, and nothing says which one counts'] },
    ],
    ['a field twice with the same value', [ended({ type: 'text', text: '{"approved":true,"amount":1,"approved":true}' })], given(true)],
    ['the same decision twice', [ended(decision(true), { type: 'text', text: '{"amount":1,"approved":true}' })], given(true)],
    ['a decision after something that is none', [ended({ type: 'text', text: '{"approved":"maybe"}' }, decision(true))], given(true)],
    [
      'a decision that is followed by words',
      [ended(decision(true), { type: 'text', text: 'Or rather not.' })],
      { kind: 'invalid', issues: [expect.stringContaining('may take it back')] },
    ],
    ['a decision that is followed by what nobody sees', [ended(decision(true), { type: 'text', text: '\u200b\ufeff' })], given(true)],
    [
      'nothing but what nobody sees',
      [ended({ type: 'text', text: '\u200b' })],
      { kind: 'no-decision', reason: 'The model ended its turn without a word.' },
    ],
    [
      'a decision in a code fence',
      [ended({ type: 'text', text: '```json\n{"approved":true,"amount":1}\n```' })],
      { kind: 'invalid', issues: [expect.stringMatching(/code fence.*decideBy/)] },
    ],
    [
      'a decision among words',
      [ended({ type: 'text', text: 'It is {"approved":true,"amount":1}. Or so.' })],
      { kind: 'invalid', issues: [expect.stringMatching(/among other words/)] },
    ],
  ])('%s', async (_name, turns, expected) => {
    expect((await run(scriptedModel(turns))).outcome).toMatchObject(expected);
  });
});

describe('a version that decides by a tool', () => {
  const byTool = (model = 'claude-sonnet-4-6') => {
    const agent = refundDesk();
    const v1 = agent.versions.v1;
    if (!v1) throw new Error('v1 is gone');
    return { ...agent, versions: { v1: { ...v1, model, settings: { ...v1.settings, decideBy: 'tool' as const, effort: null } } } };
  };
  const submit = (input: unknown, id = 's') => ({ type: 'tool_use', id, name: 'submit_decision', input });
  const right = { approved: true, amount: 1 };

  test('is given the tool and no format, and decides by calling it', async () => {
    const model = scriptedModel([asking(lookup('a')), asking(submit(right))]);
    const { outcome, transcript } = await run(model, byTool());
    expect(outcome).toEqual({ kind: 'decided', decision: right });
    expect(model.requests[0]).not.toHaveProperty('output_config');
    expect(model.requests[0]).not.toHaveProperty('tool_choice');
    expect(model.requests[0]?.tools).toMatchObject([
      { name: 'lookup' },
      { name: 'submit_decision', input_schema: { required: ['approved', 'amount'] } },
    ]);
    expect(transcript.steps.map((step) => (step.kind === 'tool-call' ? step.tool : step.kind))).toEqual([
      'model-call',
      'lookup',
      'model-call',
    ]);
  });

  test.each([
    ['an older model', 'claude-sonnet-4-6', true],
    ['a model of somebody else', 'qwen3-8b', true],
    ['a model that always thinks', 'claude-opus-5-5', false],
    ['a model that always thinks, behind a gateway', 'anthropic.claude-fable-5-1', false],
  ])('is asked once where the turn ends in words; %s is made to', async (_name, name, forced) => {
    const model = scriptedModel([ended('I approve.'), asking(submit(right))]);
    expect((await run(model, byTool(name))).outcome).toEqual({ kind: 'decided', decision: right });
    expect(model.requests[1]?.tool_choice).toEqual(forced ? { type: 'tool', name: 'submit_decision' } : undefined);
    expect(sentBack(model)).toMatchObject([
      { role: 'assistant' },
      { role: 'user', content: [{ type: 'text', text: expect.stringContaining('submit_decision') }] },
    ]);
  });

  test('is asked where the turn ends in silence, in the message that the user had begun', async () => {
    const model = scriptedModel([asking(lookup('a')), { content: [] }, asking(submit(right))]);
    expect((await run(model, byTool())).outcome.kind).toBe('decided');
    expect(sentBack(model)).toMatchObject([{ role: 'assistant' }, { role: 'user', content: [{ type: 'tool_result' }, { type: 'text' }] }]);
  });

  const ended = (text: string) => ({ content: [{ type: 'text', text }] });
  test.each([
    ['words, twice', [ended('Yes.'), ended('Yes!')], { kind: 'invalid', issues: ['the answer is not JSON'] }],
    ['JSON in its answer', [ended(JSON.stringify(right))], { kind: 'decided', decision: right }],
    ['an input that is text', [asking(submit(JSON.stringify(right)))], { kind: 'decided', decision: right }],
    ['a wrong input', [asking(submit({ approved: 'yes', amount: 1 }))], { kind: 'invalid', issues: [expect.stringContaining('approved')] }],
    ['no input', [asking(submit(null))], { kind: 'invalid' }],
    [
      'two different decisions',
      [asking(submit(right), submit({ ...right, approved: false }, 't'))],
      { kind: 'invalid', issues: [expect.stringContaining('2 different')] },
    ],
    ['the same twice', [asking(submit(right), submit(right, 't'))], { kind: 'decided', decision: right }],
    ['a decision beside calls, then silence', [asking(submit(right), lookup('a')), { content: [] }], { kind: 'decided', decision: right }],
    [
      'a decision beside calls, then another one',
      [asking(submit(right), lookup('a')), asking(submit({ approved: false, amount: 2 }, 't'))],
      { kind: 'decided', decision: { approved: false, amount: 2 } },
    ],
  ])('may end in %s', async (_name, turns, expected) => {
    expect((await run(scriptedModel(turns), byTool())).outcome).toMatchObject(expected);
  });
});

test.each([
  ['claude-haiku-4-5', undefined],
  ['claude-haiku-4-5-20251001', undefined],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', undefined],
  ['claude-3-7-sonnet-latest', undefined],
  ['claude-opus-4-1', undefined],
  ['claude-opus-4-5', 'medium'],
  ['claude-sonnet-4-6', 'medium'],
  ['anthropic/claude-haiku-5-5', 'medium'],
  ['claude-opus-5', 'medium'],
])('%s is asked with the effort %s', async (name, effort) => {
  const model = scriptedModel([decided]);
  const agent = refundDesk();
  await run(model, { ...agent, versions: { v1: { prompt: 'short', toolVariant: 'plain', model: name } } });
  expect(model.requests[0]?.output_config?.effort).toBe(effort);
});
