import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assembleTrace } from './assemble-trace.ts';
import { runFacts } from './run-facts.ts';
import { rawSpan, spanId, testStart } from './testing/raw-span.ts';

const kinds = {
  agent: { 'gen_ai.operation.name': 'invoke_agent' },
  call: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 2 },
  sum: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 20, 'gen_ai.usage.output_tokens': 4 },
  step: { 'mastra.span.type': 'model_step', 'mastra.model_step.input': JSON.stringify([{ role: 'user', content: 'x'.repeat(80) }]) },
  tool: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find' },
  other: {},
} as const;

const span = fc.record({
  kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
  parent: fc.option(fc.nat(11), { nil: null }),
  start: fc.nat(5),
  end: fc.nat(9),
});

it('counts calls, tokens and tools as a trace that is read whole does, however its spans lie', () => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 10 }), (given) => {
      const spans = given.map(({ kind, parent, start, end }, index) =>
        rawSpan(index + 1, {
          attributes: { ...kinds[kind] },
          parentSpanId: parent === null ? null : spanId(parent + 1),
          startUnixNano: testStart + BigInt(start),
          endUnixNano: testStart + BigInt(end),
        }),
      );
      const trace = assembleTrace(spans, { source: 'otlp', now: Date.now() });
      const calls = trace.spans.flatMap((each) => (each.kind === 'model-call' ? [{ model: each.model, usage: each.usage }] : []));
      const facts = runFacts(spans);
      const sorted = (list: readonly object[]) => list.map((each) => JSON.stringify(each)).sort();
      expect(sorted(facts.calls)).toEqual(sorted(calls));
      expect(facts.toolCalls).toBe(trace.spans.filter(({ kind }) => kind === 'tool-call').length);
      if (calls.some(({ usage }) => usage !== null)) expect(facts.usage).toEqual(trace.usage);
    }),
    { numRuns: 300 },
  );
});
