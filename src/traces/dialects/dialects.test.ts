import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Trace, TraceSource } from '../../contracts/trace.ts';
import { decodeRequest } from '../otlp/decode-request.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { rawSpan } from '../testing/raw-span.ts';

/** Stores spans with these attributes, the first the parent of the others, and gives the trace. */
async function traceOf(
  spans: readonly (JsonObject & { readonly name?: string })[],
  scope = '',
  source: TraceSource = 'otlp',
): Promise<Trace> {
  const store = openTraceStore(':memory:');
  const raw = spans.map(({ name, ...attributes }, index) => rawSpan(index + 1, { scope, attributes, ...(name ? { name } : {}) }));
  await store.saveSpans(raw, { source });
  const trace = await store.trace(raw[0]?.traceId ?? '');
  await store.close();
  if (!trace) throw new Error('The trace was not stored.');
  return trace;
}

const json = (value: JsonValue) => JSON.stringify(value);
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const decision = { approved: true, max_loan: 250_000 };
const question = { role: 'user', parts: [{ type: 'text', content: 'Decide on 85000.' }] };

describe("Docket's own spans", () => {
  it('give input, decision, version and the sum of what the model calls used', async () => {
    const chat = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': 'claude-sonnet-4-6',
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_write.input_tokens': 30,
      'gen_ai.usage.cache_read.input_tokens': 50,
      'gen_ai.system_instructions': json([{ type: 'text', content: 'You underwrite.' }]),
      'gen_ai.input.messages': json([question]),
      'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text', content: json(decision) }] }]),
    };
    const trace = await traceOf(
      [
        {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'underwriter',
          'docket.input': json({ annual_income: 85_000 }),
          'docket.decision': json(decision),
          'docket.version.fingerprint': 'abc',
        },
        chat,
        chat,
      ],
      'docket',
    );
    expect(trace).toMatchObject({
      source: 'docket',
      agent: 'underwriter',
      versionFingerprint: 'abc',
      input: { annual_income: 85_000 },
      userMessage: 'Decide on 85000.',
      decision,
      usage: { inputTokens: 40, outputTokens: 20, cacheWriteTokens: 60, cacheReadTokens: 100 },
      gaps: [],
    });
    expect(trace.spans[1]).toMatchObject({ kind: 'model-call', stopReason: 'end_turn', input: [{ role: 'system' }, { role: 'user' }] });
  });
});

describe('Pydantic AI', () => {
  const call = { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'calc_dti', arguments: '{"income": 85000}' }] };
  const result = { role: 'user', parts: [{ type: 'tool_call_response', id: 'c', name: 'calc_dti', result: { dti: 12 } }] };
  const final = { role: 'assistant', parts: [{ type: 'tool_call', id: 'f', name: 'final_result', arguments: decision }] };
  const messages = [question, { ...call, parts: [{ type: 'thinking', content: 'Hm.' }, ...call.parts] }, result, final];
  const events = [
    { content: 'You underwrite.', role: 'system', 'gen_ai.message.index': 0, 'event.name': 'gen_ai.system.message' },
    { content: 'Decide on 85000.', role: 'user', 'gen_ai.message.index': 0, 'event.name': 'gen_ai.user.message' },
    {
      role: 'assistant',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'calc_dti', arguments: '{"income": 85000}' } }],
      'event.name': 'gen_ai.assistant.message',
    },
    { content: '{"dti": 12}', role: 'tool', id: 'c', name: 'calc_dti', 'event.name': 'gen_ai.tool.message' },
    {
      index: 0,
      message: {
        role: 'assistant',
        tool_calls: [{ id: 'f', type: 'function', function: { name: 'final_result', arguments: json(decision) } }],
      },
      'event.name': 'gen_ai.choice',
    },
  ];
  const chat = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    model_request_parameters: '{}',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.usage.output_tokens': 2,
  };
  const oldTool = {
    name: 'running tool',
    'gen_ai.tool.name': 'calc_dti',
    'gen_ai.tool.call.id': 'c',
    tool_arguments: '{"income": 85000}',
    tool_response: '{"dti": 12}',
  };
  const newTool = {
    name: 'execute_tool calc_dti',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'calc_dti',
    'gen_ai.tool.call.id': 'c',
    'gen_ai.tool.call.arguments': '{"income": 85000}',
    'gen_ai.tool.call.result': '{"dti": 12}',
  };
  const newChat = { ...chat, 'gen_ai.input.messages': json([question]), 'gen_ai.output.messages': json([final]) };
  const usage = { 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.output_tokens': 2 };
  const newAgent = {
    name: 'invoke_agent underwriter',
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'underwriter',
    'pydantic_ai.all_messages': json(messages),
    final_result: json(decision),
    ...usage,
  };
  const versions: readonly (readonly [string, readonly (JsonObject & { readonly name?: string })[]])[] = [
    [
      '1',
      [
        { name: 'agent run', agent_name: 'underwriter', all_messages_events: json(events), final_result: json(decision), ...usage },
        { ...chat, events: json(events) },
        oldTool,
      ],
    ],
    [
      '2',
      [
        {
          name: 'agent run',
          agent_name: 'underwriter',
          'pydantic_ai.all_messages': json(messages),
          final_result: json(decision),
          ...usage,
        },
        newChat,
        oldTool,
      ],
    ],
    ['3 to 5', [newAgent, newChat, newTool]],
    // Newer releases put the agent's name on every span, by baggage.
    ['5 and later', [newAgent, { ...newChat, 'gen_ai.agent.name': 'underwriter' }, { ...newTool, 'gen_ai.agent.name': 'underwriter' }]],
  ];

  it.each(versions)('version %s: agent, tool call, question and decision; the input has to be filled in', async (_, spans) => {
    const trace = await traceOf(spans, 'pydantic-ai');
    expect(trace).toMatchObject({
      source: 'pydantic-ai',
      agent: 'underwriter',
      input: null,
      userMessage: 'Decide on 85000.',
      decision,
      usage: { inputTokens: 7, outputTokens: 2 },
    });
    expect(trace.spans.map(({ kind }) => kind)).toEqual(['agent', 'model-call', 'tool-call']);
    expect(trace.spans[1]).toMatchObject({
      model: 'gpt-4o',
      output: [{ parts: [{ type: 'tool_call', name: 'final_result', arguments: decision }] }],
    });
    expect(trace.spans[2]).toMatchObject({ tool: 'calc_dti', callId: 'c', input: { income: 85_000 }, result: { dti: 12 } });
    expect(trace.gaps.map(({ code }) => code)).toEqual(['input-incomplete']);
  });

  it('format 1, as release 1.20 sent it: question, calls with results, decision, tokens', async () => {
    const { spans } = decodeRequest(fixture('pydantic-ai-format-1.otlp.json'), 'json');
    const store = openTraceStore(':memory:');
    await store.saveSpans(spans, { source: 'otlp' });
    const [trace] = await Array.fromAsync(store.traces({}));
    expect(trace).toMatchObject({
      source: 'pydantic-ai',
      agent: 'underwriter',
      input: null,
      userMessage: 'Evaluate this loan application for $300,000',
      decision: { approved: true, max_loan: 0, monthly_payment: 0, reasoning: '45.0 % of 45.0 %.' },
      usage: { inputTokens: 134, outputTokens: 35 },
      gaps: [{ code: 'input-incomplete' }],
    });
    const calls = trace?.spans.flatMap((span) => (span.kind === 'model-call' ? [span] : [])) ?? [];
    expect(calls.map(({ model, input, output }) => [model, input.map(({ role }) => role).join(' '), output.length])).toEqual([
      ['scripted', 'system user', 1],
      ['scripted', 'system user assistant tool tool', 1],
    ]);
    const [first] = calls[0]?.output ?? [];
    expect(first?.parts).toMatchObject([
      { type: 'text', content: 'Let me check.' },
      { type: 'tool_call', name: 'calc_dti' },
      { type: 'tool_call', name: 'credit_risk' },
    ]);
    const tools = trace?.spans.flatMap((span) => (span.kind === 'tool-call' ? [span] : [])) ?? [];
    expect(tools.map(({ tool, input, result }) => [tool, input, String(result).slice(0, 10)])).toEqual([
      ['calc_dti', {}, 'DTI: 45.0%'],
      ['credit_risk', {}, 'Score 745:'],
    ]);
    expect(calls[0]?.output[0]?.parts.flatMap((part) => (part.type === 'tool_call' ? [part.id] : []))).toEqual(
      tools.map(({ callId }) => callId),
    );
  });

  it('takes the decision from the conversation when final_result is missing, and the question of this run, not of an earlier one', async () => {
    const earlier = [
      { role: 'user', parts: [{ type: 'text', content: 'Hello.' }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'Hi.' }] },
    ];
    const trace = await traceOf(
      [{ agent_name: 'underwriter', 'pydantic_ai.all_messages': json([...earlier, ...messages]), 'pydantic_ai.new_message_index': 2 }],
      'pydantic-ai',
    );
    expect(trace).toMatchObject({ decision, userMessage: 'Decide on 85000.' });
  });

  it('takes the input from the metadata that the application set', async () => {
    const exact = await traceOf([{ agent_name: 'u', final_result: 'x', metadata: json({ input: { annual_income: 1 } }) }], 'pydantic-ai');
    expect([exact.input, exact.gaps]).toEqual([{ annual_income: 1 }, []]);
    const guess = await traceOf([{ agent_name: 'u', final_result: 'x', metadata: json({ annual_income: 1 }) }], 'pydantic-ai');
    expect([guess.input, guess.gaps.map(({ code }) => code)]).toEqual([{ annual_income: 1 }, ['input-incomplete']]);
  });
});

describe('OpenLLMetry', () => {
  it('reads workflow, agent, tool and flattened messages', async () => {
    const trace = await traceOf([
      {
        'traceloop.span.kind': 'workflow',
        'traceloop.entity.name': 'loans',
        'traceloop.entity.input': json({ inputs: { annual_income: 85_000 } }),
      },
      { 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'underwriter', 'traceloop.entity.output': json(decision) },
      {
        'traceloop.span.kind': 'tool',
        'traceloop.entity.name': 'calc_dti',
        'traceloop.entity.input': json({ income: 1 }),
        'traceloop.entity.output': '12',
      },
      {
        'llm.request.type': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.prompt_tokens': 9,
        'gen_ai.usage.completion_tokens': 3,
        'gen_ai.prompt.0.role': 'system',
        'gen_ai.prompt.0.content': 'You underwrite.',
        'gen_ai.prompt.10.role': 'tool',
        'gen_ai.prompt.10.content': '12',
        'gen_ai.prompt.10.tool_call_id': 'c',
        'gen_ai.prompt.9.role': 'user',
        'gen_ai.prompt.9.content': 'Decide on 85000.',
        'gen_ai.completion.0.role': 'assistant',
        'gen_ai.completion.0.finish_reason': 'tool_calls',
        'gen_ai.completion.0.tool_calls.0.id': 'c',
        'gen_ai.completion.0.tool_calls.0.name': 'calc_dti',
        'gen_ai.completion.0.tool_calls.0.arguments': '{"income": 1}',
      },
    ]);
    expect(trace).toMatchObject({
      source: 'openllmetry',
      agent: 'underwriter',
      input: { annual_income: 85_000 },
      userMessage: 'Decide on 85000.',
      decision,
      usage: { inputTokens: 9, outputTokens: 3 },
    });
    expect(trace.spans[2]).toMatchObject({ kind: 'tool-call', tool: 'calc_dti', input: { income: 1 }, result: 12 });
    expect(trace.spans[3]).toMatchObject({
      kind: 'model-call',
      stopReason: 'tool_calls',
      input: [{ role: 'system' }, { role: 'user' }, { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 12 }] }],
      output: [{ role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'calc_dti', arguments: { income: 1 } }] }],
    });
  });
});

describe('OpenLLMetry of LangGraph', () => {
  it('as its release 0.62 sent it: agent, calls, arguments and results without what is around them', async () => {
    const { spans } = decodeRequest(fixture('openllmetry-langgraph.otlp.json'), 'json');
    const store = openTraceStore(':memory:');
    await store.saveSpans(spans, { source: 'otlp' });
    const [trace] = await Array.fromAsync(store.traces({}));
    expect(trace).toMatchObject({
      source: 'openllmetry',
      agent: 'langgraph-underwriter',
      userMessage: 'Evaluate this loan application for $300,000',
      decision: { approved: false, reasoning: '45.0 %' },
      usage: { inputTokens: 200, outputTokens: 40 },
      gaps: [{ code: 'input-incomplete' }],
    });
    expect(trace?.spans.find(({ kind }) => kind === 'tool-call')).toMatchObject({
      tool: 'calc_dti',
      callId: 'call_1',
      input: { annual_income: 100_000, total_debt: 45_000 },
      result: 'DTI: 45.0%',
    });
  });
});

describe('Langfuse', () => {
  it('reads observations by their type, and the named arguments of the function around the agent', async () => {
    const trace = await traceOf([
      { 'langfuse.observation.type': 'span', 'langfuse.observation.input': json({ args: [], kwargs: { annual_income: 1 } }) },
      {
        name: 'underwriter',
        'langfuse.observation.type': 'agent',
        'langfuse.observation.input': 'Decide on 85000.',
        'langfuse.observation.output': json(decision),
      },
      {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'gpt-4o',
        'langfuse.observation.input': json([{ role: 'user', content: 'Decide on 85000.' }]),
        'langfuse.observation.output': json({ role: 'assistant', content: 'Approved.' }),
        'langfuse.observation.usage_details': json({ input: 5, output: 2, input_cached_tokens: 3 }),
      },
      {
        name: 'calc_dti',
        'langfuse.observation.type': 'tool',
        'langfuse.observation.input': json({ input: { income: 1 } }),
        'langfuse.observation.output': '{"dti": 12}',
      },
    ]);
    expect(trace).toMatchObject({
      source: 'langfuse',
      agent: 'underwriter',
      input: { annual_income: 1 },
      userMessage: 'Decide on 85000.',
      decision,
      usage: { inputTokens: 5, outputTokens: 2, cacheReadTokens: 3 },
    });
    expect(trace.spans[3]).toMatchObject({ kind: 'tool-call', tool: 'calc_dti', input: { income: 1 }, result: { dti: 12 } });
  });
});

describe('OpenInference', () => {
  it('reads agent and tools, and the last answer when the output is a conversation', async () => {
    const trace = await traceOf([
      {
        'openinference.span.kind': 'AGENT',
        'agent.name': 'underwriter',
        'input.value': json({ messages: [{ role: 'user', content: 'Decide on 85000.' }] }),
        'output.value': json({
          messages: [
            { role: 'user', content: 'Decide on 85000.' },
            { role: 'assistant', content: json(decision) },
          ],
        }),
      },
      {
        'openinference.span.kind': 'TOOL',
        'tool.name': 'calc_dti',
        'tool.parameters': '{"income": 1}',
        'output.value': '12',
        'tool_call.id': 'c',
      },
    ]);
    expect(trace).toMatchObject({ source: 'openinference', agent: 'underwriter', userMessage: 'Decide on 85000.', decision, input: null });
    expect(trace.spans[1]).toMatchObject({ kind: 'tool-call', tool: 'calc_dti', callId: 'c', input: { income: 1 }, result: 12 });
  });
});

describe('the fixtures of other projects', () => {
  const attributes = (name: string) => JSON.parse(fixture(name).toString()) as JsonObject;

  it('say the same in both conventions', async () => {
    const genai = (await traceOf([attributes('otel_genai_client_span_tool_calls.json')])).spans[0];
    const openInference = (await traceOf([attributes('openinference_client_span_tool_calls.json')])).spans[0];
    expect(genai).toMatchObject({
      kind: 'model-call',
      model: 'gpt-4-0613',
      usage: { inputTokens: 97, outputTokens: 52 },
      stopReason: 'stop',
    });
    // Only the finish reason has no place in the other convention.
    expect(openInference).toEqual({ ...genai, stopReason: null });
  });

  it('are recovered as the table beside them says', async () => {
    const files = [
      'otel_genai_client_span_tool_calls.json',
      'otel_genai_deprecated_client_span_tool_calls.json',
      'otel_genai_tool_execution_span.json',
      'openinference_client_span_tool_calls.json',
      'openinference_client_span_input_output_only.json',
    ];
    const rows = await Promise.all(files.map(async (file) => row(file, await traceOf([attributes(file)]))));
    const { spans } = decodeRequest(fixture('otlp-spec-example.json'), 'json');
    const store = openTraceStore(':memory:');
    await store.saveSpans(spans, { source: 'otlp' });
    const example = await store.trace('5b8efff798038103d269b633813fc60c');
    if (example) rows.push(row('otlp-spec-example.json', example));
    const head = [
      'file',
      'source',
      'span',
      'model or tool',
      'messages in/out',
      'tool input and result',
      'tokens in/out',
      'question',
      'decision',
      'gaps',
    ];
    const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
    expect(fixture('RECOVERED.md').toString()).toContain(table);
  });
});

/** What was recovered from a file with one span; a dash stands for what the file does not hold. */
function row(file: string, trace: Trace): string[] {
  const [span] = trace.spans;
  const yes = (there: boolean) => (there ? 'yes' : '–');
  const counts = span?.kind === 'model-call' ? `${span.input.length}/${span.output.length}` : '–';
  return [
    file,
    trace.source,
    span?.kind ?? '–',
    (span?.kind === 'model-call' ? span.model : span?.kind === 'tool-call' ? span.tool : null) ?? '–',
    counts,
    yes(span?.kind === 'tool-call' && span.input !== null && span.result !== null),
    trace.usage ? `${trace.usage.inputTokens}/${trace.usage.outputTokens}` : '–',
    yes(trace.userMessage !== null),
    yes(trace.decision !== null),
    trace.gaps.map(({ code }) => code).join(', ') || '–',
  ];
}
