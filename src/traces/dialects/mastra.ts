import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, text, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { readMessages } from './read-messages.ts';

/**
 * Mastra: input and output of each of its steps in attributes of its own, beside the GenAI conventions, which have the tokens of a call and its tools. What
 * the model was sent and which tools it called stands on the step around the call. See https://mastra.ai/docs/observability/tracing/exporters/otel.
 */
export const mastraDialect: Dialect = {
  source: 'mastra',
  speaks: ({ attributes }) => Object.hasOwn(attributes, 'mastra.span.type'),
  read({ attributes }): SpanReading {
    switch (text(attributes, 'mastra.span.type')) {
      case 'agent_run':
        return readAgent(attributes);
      case 'model_step':
        return {
          kind: 'model-call',
          model: null,
          stopReason: null,
          usage: null,
          input: readMessages(value(attributes, 'mastra.model_step.input'), 'user'),
          output: answered(value(attributes, 'mastra.model_step.output')),
        };
      default:
        // The conventions say the rest.
        return { kind: 'other', input: null };
    }
  },
};

function readAgent(attributes: RawSpan['attributes']): SpanReading {
  const output = value(attributes, 'mastra.agent_run.output');
  const said = objectOf(output);
  return {
    kind: 'agent',
    agent: text(attributes, 'gen_ai.agent.name', 'gen_ai.agent.id'),
    input: null,
    inputIsGuess: false,
    messages: readMessages(value(attributes, 'mastra.agent_run.input'), 'user'),
    firstNewMessage: 0,
    decision: said ? (said.object ?? decisionIn(said.text)) : output,
    versionFingerprint: null,
    usage: null,
  };
}

/** An answer without words is none: the run ended otherwise. */
function decisionIn(said: JsonValue | undefined): JsonValue | null {
  return said === undefined || said === '' ? null : value({ said }, 'said');
}

/** `{text, toolCalls: [{toolCallId, toolName, args}]}`. */
function answered(output: JsonValue | null): TraceMessage[] {
  const { text: said, object, toolCalls } = objectOf(output) ?? {};
  const calls = Array.isArray(toolCalls) ? toolCalls.map((call) => ({ type: 'tool-call', ...objectOf(call) })) : [];
  const parts = [
    ...readMessages(typeof said === 'string' && said !== '' ? [{ type: 'text', text: said }] : (object ?? null), 'assistant'),
    ...readMessages(calls, 'assistant'),
  ].flatMap((message) => message.parts);
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }];
}
