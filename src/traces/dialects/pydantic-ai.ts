import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { attribute, objectOf, text, tokens, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { genaiUsage } from './genai.ts';
import { readMessages } from './read-messages.ts';

const marks = ['pydantic_ai.all_messages', 'all_messages_events', 'model_request_parameters', 'tool_arguments', 'final_result'] as const;

/**
 * Pydantic AI's own instrumentation, versions 1 to 6 (InstrumentationSettings.version): messages as events in 1, as parts since 2; names of
 * the GenAI conventions since 3. Its dependencies are never recorded, so the input is only known when the application put it into `metadata`.
 * See https://pydantic.dev/docs/ai/integrations/logfire/.
 */
export const pydanticAiDialect: Dialect = {
  source: 'pydantic-ai',
  speaks: ({ scope, attributes }) => scope === 'pydantic-ai' || marks.some((name) => Object.hasOwn(attributes, name)),
  read(span) {
    const { attributes } = span;
    const operation = text(attributes, 'gen_ai.operation.name');
    if (text(attributes, 'gen_ai.tool.name') !== null) return readTool(span);
    if (operation === 'chat') return readModelCall(span);
    if (operation === 'invoke_agent' || text(attributes, 'agent_name', 'final_result') || hasConversation(attributes))
      return readAgent(span);
    return { kind: 'other', input: null };
  },
};

function hasConversation(attributes: RawSpan['attributes']): boolean {
  return attribute(attributes, 'pydantic_ai.all_messages', 'all_messages_events') !== undefined;
}

function readAgent({ attributes }: RawSpan): SpanReading {
  const metadata = objectOf(value(attributes, 'metadata'));
  const input = objectOf(metadata?.input) ?? metadata ?? null;
  return {
    kind: 'agent',
    agent: text(attributes, 'gen_ai.agent.name', 'agent_name'),
    input,
    inputIsGuess: objectOf(metadata?.input) === undefined,
    messages: [
      ...readMessages(value(attributes, 'gen_ai.system_instructions'), 'system'),
      ...messagesOf(value(attributes, 'pydantic_ai.all_messages', 'all_messages_events')),
    ],
    firstNewMessage: tokens(attributes, 'pydantic_ai.new_message_index') ?? 0,
    decision: value(attributes, 'final_result'),
    versionFingerprint: text(attributes, 'docket.version.fingerprint'),
    usage: genaiUsage(attributes),
  };
}

/** Version 1 has the messages of a call as events, in order, the model's choice among them. */
function readModelCall({ attributes }: RawSpan): SpanReading {
  const events = messagesOf(value(attributes, 'events'));
  const answer = events.at(-1)?.role === 'assistant' ? events.slice(-1) : [];
  return {
    kind: 'model-call',
    model: text(attributes, 'gen_ai.response.model', 'gen_ai.request.model'),
    stopReason: null,
    usage: genaiUsage(attributes),
    input: events.slice(0, events.length - answer.length),
    output: answer,
  };
}

function readTool({ attributes }: RawSpan): SpanReading {
  return {
    kind: 'tool-call',
    tool: text(attributes, 'gen_ai.tool.name'),
    callId: text(attributes, 'gen_ai.tool.call.id'),
    input: value(attributes, 'tool_arguments', 'gen_ai.tool.call.arguments'),
    result: value(attributes, 'tool_response', 'gen_ai.tool.call.result'),
  };
}

function messagesOf(given: JsonValue | null): TraceMessage[] {
  return readMessages(given, 'user');
}
