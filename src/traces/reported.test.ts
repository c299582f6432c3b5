import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Trace } from '../contracts/trace.ts';
import { decodeRequest } from './otlp/decode-request.ts';
import { openTraceStore } from './store/open-trace-store.ts';
import { rawSpan } from './testing/raw-span.ts';
import { langfuseImporter } from './vendors/langfuse/import.ts';

/** The trace of a file, and the agent that the store lists it under. */
async function traceIn(file: string): Promise<{ trace: Trace; listed: string | null }> {
  const bytes = readFileSync(new URL(`./fixtures/reported/${file}`, import.meta.url));
  const isLangfuse = file.endsWith('.trace.json');
  const spans = isLangfuse ? (langfuseImporter.readExport?.(bytes.toString()).spans ?? []) : decodeRequest(bytes, 'json').spans;
  const store = openTraceStore(':memory:');
  try {
    await store.saveSpans(spans, { source: isLangfuse ? 'langfuse' : 'otlp' });
    const [trace] = await Array.fromAsync(store.traces({}));
    if (!trace) throw new Error(`${file}: no trace`);
    return { trace, listed: (await store.list({}))[0]?.agent ?? null };
  } finally {
    await store.close();
  }
}

/** What a person looks for in a trace. */
function seen({ trace, listed }: Awaited<ReturnType<typeof traceIn>>) {
  const { agent, userMessage: asked, input, decision, usage, spans, gaps } = trace;
  return {
    agent,
    listed,
    asked,
    input,
    decision,
    tokens: usage && `${usage.inputTokens} -> ${usage.outputTokens}`,
    calls: spans.filter(({ kind }) => kind === 'model-call').length,
    tools: spans.flatMap((span) => (span.kind === 'tool-call' ? [[span.tool, span.input, span.result]] : [])),
    gaps: gaps.map(({ code }) => code).filter((code) => code !== 'input-incomplete'),
  };
}

const late = { asked: 'Is parcel 7 late?', decision: 'Parcel 7 is late.', gaps: [] };
const tool = ['find_parcel', { parcel: 7 }, { days_late: 2 }];
const toolInWords = ['find_parcel', { parcel: 7 }, '2 days late'];

describe('a trace as others record it', () => {
  it.each<[string, Partial<ReturnType<typeof seen>>]>([
    ['ai-sdk.json', { ...late, tokens: '30 -> 12', calls: 2, tools: [tool] }],
    ['adk.json', { ...late, agent: 'desk', tokens: '30 -> 12', calls: 2, tools: [tool] }],
    ['events-operation-details.json', late],
    ['events-user-message-and-choice.json', late],
    ['converse-blocks.json', { ...late, calls: 2 }],
    ['gemini-parts.json', late],
    ['langchain-messages.json', late],
    ['openinference-llm-prompts.json', late],
    ['openinference-role-model.json', late],
    ['tool-without-operation-name.json', { tools: [toolInWords] }],
    ['langfuse-tool-as-span.trace.json', { ...late, input: null, tools: [toolInWords] }],
    ['tokens-and-model-on-the-agent-span.json', { ...late, tokens: '100 -> 10' }],
    ['messages-without-content.json', { asked: null, tokens: '10 -> 4', gaps: ['no-decision', 'no-content'] }],
    ['one-call-two-instrumentations.json', { ...late, tokens: '100 -> 10', calls: 1, gaps: ['duplicate'] }],
    ['decision-of-the-outer-run.json', { asked: 'Price of 3 parcels?', decision: 'Three cost 15.', agent: 'coordinator', calls: 3 }],
    ['openinference-tool-parameters.json', { ...late, tools: [toolInWords] }],
    ['cut-in-the-middle-of-json.json', { asked: 'Is parcel 7 late?', decision: null, gaps: ['no-decision', 'truncated'] }],
    ['second-turn.json', late],
    ['langfuse-agent-output-is-messages.trace.json', late],
    ['input-guessed-from-a-step-inside.json', { ...late, input: null }],
    ['langfuse-agent-name.trace.json', { agent: 'desk', listed: 'desk', input: { parcel: 7 }, decision: { late: true } }],
    ['openinference-agent-name.json', { ...late, agent: 'desk', listed: 'desk' }],
    ['unnamed-outer-run.json', { agent: 'desk', listed: 'desk', decision: 'Parcel 7 is late.' }],
  ])('%s', async (file, expected) => {
    const found = seen(await traceIn(file));
    expect(found).toMatchObject(expected);
    expect(found.agent).toBe(found.listed);
  });

  it('shows the call and the result of a tool between its messages, whoever wrote them', async () => {
    for (const file of ['converse-blocks.json', 'ai-sdk.json', 'adk.json']) {
      const parts = (await traceIn(file)).trace.spans.flatMap((span) =>
        span.kind === 'model-call' ? [...span.input, ...span.output].flatMap((message) => message.parts) : [],
      );
      expect(parts).toContainEqual({ type: 'tool_call', id: 'c1', name: 'find_parcel', arguments: { parcel: 7 } });
      expect(parts).toContainEqual(expect.objectContaining({ type: 'tool_call_response', id: 'c1' }));
      expect(parts.map(({ type }) => type)).not.toContain('other');
    }
  });
});

/** The only trace of spans with these attributes, the first around the others. */
async function traceOf(...attributes: readonly Record<string, string | number>[]): Promise<Trace> {
  const spans = attributes.map((each, index) =>
    rawSpan(index + 1, { attributes: each, startUnixNano: BigInt(index + 1) * 1_000_000n, endUnixNano: BigInt(900 - index) * 1_000_000n }),
  );
  const nested = spans.map((span, index) => ({ ...span, parentSpanId: spans[index - 1]?.spanId ?? null }));
  const own = openTraceStore(':memory:');
  await own.saveSpans(nested, { source: 'otlp' });
  const [trace] = await Array.fromAsync(own.traces({}));
  await own.close();
  if (!trace) throw new Error('no trace');
  return trace;
}

describe('one call of a model', () => {
  const chat = (model: string, input: number, output: number) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
  });

  it('that three instrumentations recorded counts once, with what any of them says', async () => {
    const answer = JSON.stringify([{ role: 'assistant', content: 'Late.' }]);
    const trace = await traceOf({ 'gen_ai.operation.name': 'chat' }, chat('m', 100, 10), {
      ...chat('m-2026-01-01', 100, 10),
      'gen_ai.output.messages': answer,
    });
    expect(trace.usage).toMatchObject({ inputTokens: 100, outputTokens: 10 });
    expect(trace.decision).toBe('Late.');
    expect(trace.spans.map(({ kind }) => kind)).toEqual(['model-call', 'other', 'other']);
    expect(trace.gaps.filter(({ code }) => code === 'duplicate')).toHaveLength(1);
  });

  it.each([
    ['of another model', chat('one', 100, 10), chat('two', 100, 10)],
    ['with more tokens than the one around it', chat('m', 100, 10), chat('m', 120, 10)],
  ])('inside another one, %s, is a call of its own', async (_, outer, inner) => {
    expect((await traceOf(outer, inner)).spans.map(({ kind }) => kind)).toEqual(['model-call', 'model-call']);
  });
});

it('twenty thousand frames around a run are looked through once', async () => {
  const frames = Array.from({ length: 20_000 }, () => ({ 'gen_ai.operation.name': 'invoke_agent' }));
  const trace = await traceOf(...frames, {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'desk',
    'docket.decision': 'Late.',
  });
  expect(trace).toMatchObject({ agent: 'desk', decision: 'Late.' });
});

describe('JSON that was cut off', () => {
  it.each(['[{"role": "assistant", "content": "Pa', '{"approved": true, "max', '{"a": {"b": 1}', '[["a", "b"]', '{"a": "b\\'])(
    'is no value: %s',
    async (text) => {
      const trace = await traceOf({ 'gen_ai.operation.name': 'invoke_agent', 'docket.decision': text });
      expect(trace.decision).toBeNull();
      expect(trace.gaps).toContainEqual(
        expect.objectContaining({ code: 'truncated', message: expect.stringContaining('docket.decision') }),
      );
    },
  );

  it.each(['[sic] as it was', '{curly} words', '{"a": 1}', '["a"]', 'see [1'])('and what only begins like it stays: %s', async (text) => {
    const trace = await traceOf({ 'gen_ai.operation.name': 'invoke_agent', 'docket.decision': text });
    expect(trace.decision).not.toBeNull();
    expect(trace.gaps.map(({ code }) => code)).not.toContain('truncated');
  });
});
