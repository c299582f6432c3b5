import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Trace } from '../../contracts/trace.ts';
import { runFacts } from '../run-facts.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { rawSpan, spanId, testStart } from '../testing/raw-span.ts';

const json = (value: JsonValue) => JSON.stringify(value);

/** A span with its attributes; `in` is the number of its parent, 1 where nothing is said. */
interface Told {
  readonly name?: string;
  readonly in?: number;
  readonly attributes: JsonObject;
}

/** As real runs of the frameworks sent it; the whole of them is tried by evals/interop. */
async function seen(told: readonly Told[]) {
  const store = openTraceStore(':memory:');
  const spans = told.map(({ name, in: parent = 1, attributes }, index) =>
    rawSpan(index + 1, {
      ...(name ? { name } : {}),
      attributes,
      parentSpanId: index === 0 ? null : spanId(parent),
      // What is inside ends before what is around it.
      startUnixNano: testStart + BigInt(index),
      endUnixNano: testStart + 1000n - BigInt(index),
    }),
  );
  await store.saveSpans(spans, { source: 'otlp' });
  const [trace] = await Array.fromAsync(store.traces({}));
  const [listed] = await store.list({});
  await store.close();
  if (!trace) throw new Error('no trace');
  expect([trace.agent, trace.source]).toEqual([listed?.agent, listed?.source]);
  const { toolCalls, calls: counted } = runFacts(spans);
  expect([toolCalls, counted.length]).toEqual([toolsOf(trace).length, trace.spans.filter(({ kind }) => kind === 'model-call').length]);
  return { ...trace, tools: toolsOf(trace), calls: trace.spans.filter(({ kind }) => kind === 'model-call').length };
}

function toolsOf({ spans }: Trace) {
  return spans.flatMap((span) => (span.kind === 'tool-call' ? [[span.tool, span.input, span.result]] : []));
}

describe('Mastra', () => {
  const run = (input: JsonValue, output: JsonValue): Told => ({
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'desk',
      'mastra.span.type': 'agent_run',
      'mastra.agent_run.input': typeof input === 'string' ? input : json(input),
      'mastra.agent_run.output': json(output),
      'mastra.metadata.threadId': 'thread-1',
    },
  });
  const step = (input: JsonValue, output: JsonValue): Told => ({
    attributes: {
      'gen_ai.operation.name': 'agent_step',
      'mastra.span.type': 'model_step',
      'mastra.model_step.input': json(input),
      'mastra.model_step.output': json(output),
    },
  });
  const inference = (parent: number): Told => ({
    in: parent,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'mastra.span.type': 'model_inference',
      'gen_ai.request.model': 'm',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.output.messages': json([{ role: 'assistant', parts: [{ type: 'text', content: '' }] }]),
    },
  });

  it('says what was asked and called on the steps, and the tokens on the calls in them: each counts once', async () => {
    const trace = await seen([
      run('Is parcel 7 late?', { text: 'Late.', files: [] }),
      step([{ role: 'user', content: 'Is parcel 7 late?' }], {
        text: '',
        toolCalls: [{ toolCallId: 'c', toolName: 'find', args: { parcel: 7 } }],
      }),
      inference(2),
      {
        in: 2,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'mastra.span.type': 'tool_call',
          'gen_ai.tool.name': 'find',
          'gen_ai.tool.call.arguments': '{"parcel":7}',
          'gen_ai.tool.call.result': '2 days',
        },
      },
      step([{ role: 'user', content: 'Is parcel 7 late?' }], { text: 'Late.', toolCalls: [] }),
      inference(5),
    ]);
    expect(trace).toMatchObject({
      source: 'mastra',
      agent: 'desk',
      session: 'thread-1',
      userMessage: 'Is parcel 7 late?',
      decision: 'Late.',
      calls: 2,
      usage: { inputTokens: 200, outputTokens: 40 },
      tools: [['find', { parcel: 7 }, '2 days']],
    });
    const [call] = trace.spans.filter((span) => span.kind === 'model-call');
    expect(call).toMatchObject({ model: 'm', output: [{ parts: [{ type: 'tool_call', name: 'find', arguments: { parcel: 7 } }] }] });
  });

  it.each([
    ['an object', { object: { late: true }, text: '' }, { late: true }],
    ['JSON in words', { text: '{"late": true}' }, { late: true }],
    ['words', { text: 'Late.' }, 'Late.'],
    ['nothing', { text: '' }, null],
  ])('its answer may be %s', async (_, output, decision) => {
    expect(await seen([run([{ role: 'user', content: 'Late?' }], output)])).toMatchObject({ userMessage: 'Late?', decision });
  });

  it('of before had a whole generation as its call', async () => {
    const { calls, usage } = await seen([
      run('Late?', { text: 'Yes.' }),
      {
        attributes: {
          'gen_ai.operation.name': 'chat',
          'mastra.span.type': 'model_generation',
          'gen_ai.request.model': 'm',
          'gen_ai.usage.input_tokens': 7,
        },
      },
    ]);
    expect([calls, usage?.inputTokens]).toEqual([1, 7]);
  });
});

describe('smolagents by OpenInference', () => {
  const agent = (more: JsonObject, name = 'desk.run'): Told => ({
    name,
    attributes: { 'openinference.span.kind': 'AGENT', 'input.value': json({ task: 'Is parcel 7 late?', stream: false, ...more }) },
  });
  const tool = (input: JsonValue): Told => ({
    attributes: { 'openinference.span.kind': 'TOOL', 'tool.name': 'find', 'input.value': json(input), 'output.value': '2 days' },
  });

  it('has its name in that of the span, the task as the question, and what code may use as the input', async () => {
    expect(await seen([agent({ additional_args: null })])).toMatchObject({ agent: 'desk', userMessage: 'Is parcel 7 late?', input: null });
    expect(await seen([agent({ additional_args: { parcel: 7 } }, 'ToolCallingAgent.arun')])).toMatchObject({
      agent: 'ToolCallingAgent',
      input: { parcel: 7 },
    });
    // An agent of anybody else's that takes a task as its input.
    expect(await seen([agent({})])).toMatchObject({ input: { task: 'Is parcel 7 late?', stream: false } });
  });

  it.each<[JsonValue, JsonValue]>([
    [{ args: [], sanitize_inputs_outputs: true, kwargs: { parcel: 7 } }, { parcel: 7 }],
    [{ args: [], kwargs: {} }, {}],
    [
      { args: [7], kwargs: {} },
      { args: [7], kwargs: {} },
    ],
    [
      { args: [], kwargs: 'x' },
      { args: [], kwargs: 'x' },
    ],
    [{ parcel: 7 }, { parcel: 7 }],
  ])('calls tools with %j', async (given, expected) => {
    expect((await seen([agent({ additional_args: null }), tool(given)])).tools).toEqual([['find', expected, '2 days']]);
  });

  it('has messages of tools in roles of its own', async () => {
    const said = (index: number, role: string, content: string) => ({
      [`llm.input_messages.${index}.message.role`]: role,
      [`llm.input_messages.${index}.message.content`]: content,
    });
    const attributes = {
      'openinference.span.kind': 'LLM',
      ...said(0, 'user', 'Late?'),
      ...said(1, 'tool-call', 'Calling'),
      ...said(2, 'tool-response', '2 days'),
    };
    const [call] = (await seen([{ attributes }])).spans;
    expect(call?.kind === 'model-call' && call.input.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });
});

describe('OpenInference', () => {
  it('may have the same words as content and among the contents: they were said once', async () => {
    const answer = (contents: readonly string[]) =>
      Object.fromEntries(contents.map((text, index) => [`llm.output_messages.0.message.contents.${index}.message_content.text`, text]));
    const output = async (content: string, contents: readonly string[]) =>
      (
        await seen([
          {
            attributes: {
              'openinference.span.kind': 'LLM',
              'llm.output_messages.0.message.role': 'assistant',
              'llm.output_messages.0.message.content': content,
              ...answer(contents),
            },
          },
        ])
      ).decision;
    expect(await output('Late.', ['Late.'])).toBe('Late.');
    expect(await output('Late.', ['By two days.'])).toBe('Late.\nBy two days.');
    expect(await output('Late.', [])).toBe('Late.');
  });
});

describe('CrewAI by OpenInference', () => {
  const crew = (inputs: JsonValue): Told => ({
    name: 'Crew_1.kickoff',
    attributes: { 'openinference.span.kind': 'CHAIN', crew_key: 'k', crew_inputs: inputs === '' ? '' : json(inputs) },
  });
  const agent = (output: JsonValue): Told => ({
    name: 'desk._execute_core',
    attributes: {
      'openinference.span.kind': 'AGENT',
      crew_key: 'k',
      'graph.node.id': 'desk',
      'input.value': json({ agent: { role: 'desk', goal: 'g' }, context: '', tools: [] }),
      'output.value': json(output),
    },
  });

  it('has its task as the question, and what the crew was given as the input, not what the agent is made of', async () => {
    const output = { description: 'Is parcel 7 late?', raw: '{"late": true}', pydantic: null, json_dict: null };
    const found = { agent: 'desk', userMessage: 'Is parcel 7 late?', decision: { late: true } };
    expect(await seen([crew(''), agent(output)])).toMatchObject({ ...found, input: null });
    expect(await seen([crew({ parcel: 7 }), agent(output)])).toMatchObject({ ...found, input: { parcel: 7 } });
    expect((await seen([crew(''), agent({ ...output, json_dict: { late: false } })])).decision).toEqual({ late: false });
  });
});

describe('Mirascope', () => {
  const traced = (name: string, input: JsonValue, output: string): Told => ({
    name,
    attributes: {
      'mirascope.type': 'trace',
      'mirascope.fn.qualname': name,
      'mirascope.trace.arg_values': json(input),
      'mirascope.trace.output': output,
      'mirascope.ops.session.id': 's',
    },
  });

  it('has the outermost function as the run, and says of none inside that it is a tool', async () => {
    expect(await seen([traced('desk', { question: 'Late?' }, '{"late": true}'), traced('find', { parcel: 7 }, '2 days')])).toMatchObject({
      source: 'mirascope',
      agent: 'desk',
      session: 's',
      input: { question: 'Late?' },
      decision: { late: true },
      tools: [],
      gaps: [{ code: 'input-incomplete' }],
    });
  });
});
