import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { attribute, objectOf, parsed, text, tokens, usageFrom, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { readMessages } from './read-messages.ts';

/** Langfuse's own attributes, as its SDKs export them: https://langfuse.com/integrations/native/opentelemetry#property-mapping. */
export const langfuseDialect: Dialect = {
  source: 'langfuse',
  speaks: ({ attributes }) =>
    attribute(
      attributes,
      'langfuse.observation.type',
      'langfuse.observation.input',
      'langfuse.observation.output',
      'langfuse.trace.input',
    ) !== undefined,
  read(span) {
    const { attributes, name } = span;
    const input = value(attributes, 'langfuse.observation.input', 'langfuse.trace.input');
    const output = value(attributes, 'langfuse.observation.output', 'langfuse.trace.output');
    switch (text(attributes, 'langfuse.observation.type')?.toLowerCase()) {
      case 'generation':
        return {
          kind: 'model-call',
          model: text(attributes, 'langfuse.observation.model.name'),
          stopReason: null,
          usage: usageIn(attributes),
          input: readMessages(input, 'user'),
          output: readMessages(output, 'assistant'),
        };
      case 'tool':
        return { kind: 'tool-call', tool: name, callId: null, input: toolInput(input), result: output };
      case 'agent':
        return readAgent(span, input, output);
      default:
        return readToolMessage(input, output) ?? { kind: 'other', input: givenTo(input) };
    }
  },
  agentName: ({ attributes, name }) => (text(attributes, 'langfuse.observation.type')?.toLowerCase() === 'agent' ? name : null),
};

/** Before Langfuse had a type for tools, they were spans that end with a tool's message. */
function readToolMessage(input: JsonValue | null, output: JsonValue | null): SpanReading | undefined {
  const message = objectOf(output);
  if (!message || !('content' in message) || (message.type !== 'tool' && message.role !== 'tool')) return undefined;
  const { name, tool_call_id: id, content } = message;
  return {
    kind: 'tool-call',
    tool: typeof name === 'string' ? name : null,
    callId: typeof id === 'string' ? id : null,
    input: toolInput(input),
    result: content === undefined ? null : parsed(content),
  };
}

function readAgent({ name }: RawSpan, input: JsonValue | null, output: JsonValue | null): SpanReading {
  return {
    kind: 'agent',
    agent: name,
    input: givenTo(input),
    inputIsGuess: true,
    messages: typeof input === 'string' || Array.isArray(input) ? readMessages(input, 'user') : [],
    firstNewMessage: 0,
    decision: output,
    versionFingerprint: null,
    usage: null,
  };
}

/** What a function was called with by name; arguments without names say nothing. */
function givenTo(input: JsonValue | null): JsonObject | null {
  const given = objectOf(input);
  if (!given || 'messages' in given) return null;
  const called = Array.isArray(given.args) ? objectOf(given.kwargs) : given;
  return called && Object.keys(called).length > 0 ? called : null;
}

/** LangSmith's tools wrap their arguments once more. */
function toolInput(input: JsonValue | null): JsonValue {
  const given = objectOf(input);
  const inner = given && Object.keys(given).length === 1 ? objectOf(given.input) : undefined;
  return inner ?? input;
}

/** Counts beside each other: the input does not hold the cached tokens here. */
function usageIn(attributes: RawSpan['attributes']) {
  const details = objectOf(value(attributes, 'langfuse.observation.usage_details')) ?? {};
  const cacheRead = tokens(details, 'input_cached_tokens', 'cache_read_input_tokens') ?? 0;
  const cacheWrite = tokens(details, 'cache_creation_input_tokens', 'cache_write_input_tokens') ?? 0;
  const input = tokens(details, 'input', 'prompt_tokens');
  return usageFrom({
    input: input === null ? null : input + cacheRead + cacheWrite,
    output: tokens(details, 'output', 'completion_tokens'),
    cacheRead,
    cacheWrite,
  });
}
