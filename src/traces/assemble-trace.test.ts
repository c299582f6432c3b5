import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawSpan, traceSchema } from '../contracts/trace.ts';
import { assembleTrace } from './assemble-trace.ts';
import { rawSpan, spanId, testStart } from './testing/raw-span.ts';

const about = { source: 'otlp', now: Number(testStart / 1_000_000n) } as const;
const codesOf = (spans: readonly RawSpan[]) => assembleTrace(spans, about).gaps.map(({ code }) => code);

describe('assembleTrace', () => {
  it('puts parents before children in the order of their start, whatever order they came in', () => {
    const spans = [rawSpan(1), rawSpan(2), rawSpan(3, { parentSpanId: spanId(2) }), rawSpan(4)];
    fc.assert(
      fc.property(fc.shuffledSubarray(spans, { minLength: 4 }), (given) => {
        expect(assembleTrace(given, about).spans.map((span) => span.name)).toEqual(['step 1', 'step 2', 'step 3', 'step 4']);
      }),
    );
  });

  it('names orphans, circles and times that cannot be, and shows their spans all the same', () => {
    const spans = [
      rawSpan(1),
      rawSpan(2, { parentSpanId: spanId(99) }),
      rawSpan(3, { parentSpanId: spanId(4) }),
      rawSpan(4, { parentSpanId: spanId(3) }),
      rawSpan(5, { parentSpanId: spanId(5) }),
      rawSpan(6, { endUnixNano: testStart }),
      rawSpan(7, { startUnixNano: null }),
      rawSpan(8, { endUnixNano: null }),
    ];
    const trace = assembleTrace(spans, about);
    expect(trace.spans).toHaveLength(8);
    const named = (code: string) => trace.gaps.filter((gap) => gap.code === code).map((gap) => gap.spanId);
    expect(named('orphan')).toEqual([spanId(2)]);
    expect(named('cycle')).toEqual([spanId(3), spanId(5)]);
    expect(named('bad-time')).toEqual([spanId(6), spanId(8), spanId(7)]);
    expect(trace.spans.find((span) => span.spanId === spanId(6))?.durationMs).toBeNull();
  });

  it('names clocks that cannot be right', () => {
    const hour = 3_600_000_000_000n;
    const spans = [
      rawSpan(1, { startUnixNano: testStart }),
      rawSpan(2, { startUnixNano: testStart - 2n * hour, endUnixNano: testStart }),
      rawSpan(3, { startUnixNano: testStart - 500_000_000n }),
      rawSpan(4, { startUnixNano: testStart + 2n * hour, endUnixNano: testStart + 3n * hour }),
      rawSpan(5, { startUnixNano: 1n, endUnixNano: 2n }),
    ];
    const { gaps } = assembleTrace(spans, about);
    expect(gaps.filter(({ code }) => code === 'bad-time').map(({ spanId: id, message }) => [id, message.slice(0, 30)])).toEqual([
      [spanId(5), 'The span began before the year'],
      [spanId(2), 'The span began before its pare'],
      [spanId(4), 'The span begins in the future:'],
    ]);
    expect(assembleTrace(spans, { ...about, now: about.now + 86_400_000 }).gaps.map(({ spanId: id }) => id)).not.toContain(spanId(4));
  });

  it('says that other runs stand beside the first, and nothing of those that it called', () => {
    const run = (name: string) => ({ attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name } });
    const spans = [
      rawSpan(1),
      rawSpan(2, run('first')),
      rawSpan(3, { ...run('called'), parentSpanId: spanId(2) }),
      rawSpan(4, run('second')),
      rawSpan(5, run('second')),
    ];
    const { agent, gaps } = assembleTrace(spans, about);
    expect(agent).toBe('first');
    expect(gaps.find(({ code }) => code === 'several-runs')?.message).toContain('beside the first one: second. The question');
    expect(codesOf(spans.slice(0, 3))).not.toContain('several-runs');
  });

  it('gives the evaluations that came with the spans', () => {
    const event = (attributes: RawSpan['attributes']) => ({ name: 'gen_ai.evaluation.result', timeUnixNano: null, attributes });
    const spans = [
      rawSpan(1, {
        events: [
          event({ 'gen_ai.evaluation.name': 'helpful', 'gen_ai.evaluation.score.value': 0.5, 'gen_ai.evaluation.explanation': 'Half.' }),
          event({ 'gen_ai.evaluation.score.value': 'x', 'gen_ai.evaluation.score.label': 'poor' }),
          { name: 'exception', timeUnixNano: null, attributes: {} },
        ],
      }),
    ];
    expect(assembleTrace(spans, about).evaluations).toEqual([
      { name: 'helpful', isOwn: false, value: 0.5, label: null, explanation: 'Half.', source: null, spanId: spanId(1) },
      { name: 'evaluation', isOwn: false, value: null, label: 'poor', explanation: null, source: null, spanId: spanId(1) },
    ]);
  });

  it('names the first of many faults of a kind and counts the others', () => {
    const spans = Array.from({ length: 1000 }, (_, index) => rawSpan(index + 1, { parentSpanId: spanId(5000) }));
    const orphans = assembleTrace(spans, about).gaps.filter(({ code }) => code === 'orphan');
    expect(orphans).toHaveLength(21);
    expect(orphans.at(-1)?.message).toBe('And 980 more of these.');
  });

  it('takes a trace nested 50,000 spans deep, and one span with 10,000 attributes', () => {
    const deep = Array.from({ length: 50_000 }, (_, index) => rawSpan(index + 1, { parentSpanId: index === 0 ? null : spanId(index) }));
    expect(assembleTrace(deep, about).spans.at(-1)?.name).toBe('step 50000');
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`llm.input_messages.${index}.message.role`, 'user']));
    const [span] = assembleTrace([rawSpan(1, { attributes: { ...many, 'openinference.span.kind': 'LLM' } })], about).spans;
    expect(span?.kind === 'model-call' && span.input.length).toBe(10_000);
  });

  it('keeps JSON that is nested without end as text', () => {
    const nested = '['.repeat(200_000) + ']'.repeat(200_000);
    const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'x', 'gen_ai.tool.call.arguments': nested };
    const [span] = assembleTrace([rawSpan(1, { attributes })], about).spans;
    expect(span?.kind === 'tool-call' && span.input).toBe(nested);
  });

  it('says what is missing: input, decision, content', () => {
    const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
    expect(codesOf([rawSpan(1, { attributes: chat })])).toEqual(['input-incomplete', 'no-decision', 'no-content']);
    const dropped = { 'otel.dropped_attributes_count': 3, 'docket.unreadable': 'A text is not UTF-8.' };
    expect(codesOf([rawSpan(1, { attributes: dropped })])).toEqual(['input-incomplete', 'no-decision', 'truncated', 'unreadable']);
  });

  it('prefers the conversation to a decision that a scrubber replaced, and flags scrubbed tool results', () => {
    const messages = [
      { role: 'user', parts: [{ type: 'text', content: 'Decide.' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'final_result', arguments: { approved: true, session: 1 } }] },
    ];
    const agent = {
      agent_name: 'desk',
      final_result: "[Scrubbed due to 'session']",
      'pydantic_ai.all_messages': JSON.stringify(messages),
    };
    const tool = { 'gen_ai.tool.name': 'score', tool_arguments: '{}', tool_response: "[Scrubbed due to 'credit card']" };
    const trace = assembleTrace(
      [rawSpan(1, { scope: 'pydantic-ai', attributes: agent }), rawSpan(2, { scope: 'pydantic-ai', attributes: tool })],
      about,
    );
    expect(trace.decision).toEqual({ approved: true, session: 1 });
    expect(trace.gaps.map(({ code }) => code)).toEqual(['input-incomplete', 'scrubbed']);
  });

  it('reads whatever the attributes hold: never throws, always a valid trace', () => {
    const names = [
      'gen_ai.operation.name',
      'gen_ai.input.messages',
      'gen_ai.output.messages',
      'gen_ai.agent.name',
      'gen_ai.usage.input_tokens',
      'pydantic_ai.all_messages',
      'all_messages_events',
      'final_result',
      'events',
      'metadata',
      'openinference.span.kind',
      'input.value',
      'output.value',
      'llm.input_messages.0.message.role',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name',
      'traceloop.span.kind',
      'traceloop.entity.input',
      'gen_ai.prompt.0.content',
      'gen_ai.prompt.0.role',
      'langfuse.observation.type',
      'langfuse.observation.input',
      'langfuse.observation.usage_details',
      'docket.input',
      '__proto__',
      'tool_response',
      'gen_ai.tool.name',
    ];
    const words = fc.constantFrom(
      'chat',
      'invoke_agent',
      'execute_tool',
      'LLM',
      'AGENT',
      'agent',
      'tool',
      'generation',
      '__proto__',
      'constructor',
      '-1',
      '1e999',
    );
    const value = fc.oneof(
      fc.jsonValue(),
      words,
      fc.jsonValue().map((json) => JSON.stringify(json)),
    );
    const attributes = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name }).map(Object.fromEntries);
    const time = fc.option(fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }));
    const spans = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 1, max: 9 }),
        parent: fc.option(fc.integer({ min: 1, max: 9 })),
        attributes,
        start: time,
        end: time,
        scope: fc.constantFrom('docket', 'pydantic-ai', ''),
      }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(spans, (given) => {
        const raw = given.map(({ id, parent, attributes: own, start, end, scope }) =>
          rawSpan(id, {
            parentSpanId: parent === null ? null : spanId(parent),
            attributes: own as RawSpan['attributes'],
            startUnixNano: start,
            endUnixNano: end,
            scope,
          }),
        );
        const trace = assembleTrace(raw, about);
        expect(traceSchema.safeParse(trace).error).toBeUndefined();
        expect(trace.spans).toHaveLength(raw.length);
        expect(assembleTrace(raw.toReversed(), about).spans.length).toBe(raw.length);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
