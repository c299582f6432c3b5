import type { JsonValue } from '../../contracts/json.ts';
import type { MessagePart, RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, parsed, text, tokens, usageFrom, value, wordsOf } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { type IndexedEntries, indexedEntries, pairsOf } from './indexed-attributes.ts';
import { readMessages, roleNamed } from './read-messages.ts';

/** OpenInference (Arize Phoenix): https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md. Lists are flattened into names. */
export const openInferenceDialect: Dialect = {
  source: 'openinference',
  speaks: ({ attributes }) => Object.hasOwn(attributes, 'openinference.span.kind'),
  read(span) {
    const { attributes } = span;
    switch (text(attributes, 'openinference.span.kind')?.toUpperCase()) {
      case 'LLM':
        return readModelCall(span);
      case 'TOOL':
        return {
          kind: 'tool-call',
          tool: text(attributes, 'tool.name', 'gen_ai.tool.name'),
          callId: text(attributes, 'tool_call.id', 'tool.id'),
          input: value(attributes, 'input.value') ?? argumentsIn(value(attributes, 'tool.parameters')),
          result: value(attributes, 'output.value'),
        };
      case 'AGENT':
        return readAgent(span);
      default:
        return { kind: 'other', input: inputObject(attributes) };
    }
  },
  agentName: ({ attributes }) =>
    text(attributes, 'openinference.span.kind')?.toUpperCase() === 'AGENT' ? text(attributes, 'graph.node.name', 'graph.node.id') : null,
};

function readModelCall(span: RawSpan): SpanReading {
  const { attributes } = span;
  const pairs = pairsOf(span);
  const input = indexedEntries(pairs, 'llm.input_messages').map(messageOf);
  const output = indexedEntries(pairs, 'llm.output_messages').map(messageOf);
  return {
    kind: 'model-call',
    model: text(attributes, 'llm.model_name'),
    stopReason: text(attributes, 'llm.finish_reason'),
    usage: usageIn(attributes),
    input: input.length > 0 ? input : promptsOf(span),
    output: output.length > 0 ? output : readMessages(value(attributes, 'output.value'), 'assistant'),
  };
}

function readAgent({ attributes }: RawSpan): SpanReading {
  const said = value(attributes, 'input.value');
  return {
    kind: 'agent',
    agent: text(attributes, 'agent.name', 'graph.node.name', 'graph.node.id'),
    input: inputObject(attributes),
    inputIsGuess: true,
    messages: typeof said === 'string' || Array.isArray(said) || Array.isArray(objectOf(said)?.messages) ? readMessages(said, 'user') : [],
    firstNewMessage: 0,
    decision: value(attributes, 'output.value'),
    versionFingerprint: null,
    usage: usageIn(attributes),
  };
}

function usageIn(attributes: RawSpan['attributes']) {
  return usageFrom({
    input: tokens(attributes, 'llm.token_count.prompt'),
    output: tokens(attributes, 'llm.token_count.completion'),
    cacheWrite: tokens(attributes, 'llm.token_count.prompt_details.cache_write'),
    cacheRead: tokens(attributes, 'llm.token_count.prompt_details.cache_read'),
  });
}

/** What a completion model was asked: as prompts, as the arguments of the function that asked, or as the input itself. */
function promptsOf(span: RawSpan): TraceMessage[] {
  const { attributes } = span;
  const listed = value(attributes, 'llm.prompts');
  const prompts = Array.isArray(listed)
    ? listed
    : indexedEntries(pairsOf(span), 'llm.prompts').map((entry) => entry.get('prompt.text') ?? null);
  const texts = prompts.filter((prompt) => typeof prompt === 'string');
  if (texts.length > 0) return texts.map((content) => ({ role: 'user', parts: [{ type: 'text', content }] }));
  const input = value(attributes, 'input.value');
  const called = objectOf(input);
  return readMessages(Array.isArray(called?.args) && !('messages' in called) ? called.args : input, 'user');
}

/** Some instrumentations write a tool's arguments where the convention has the schema of its parameters. */
function argumentsIn(parameters: JsonValue | null): JsonValue {
  const members = Object.values(objectOf(parameters) ?? {});
  const isSchema = members.length > 0 && (objectOf(objectOf(parameters)?.properties) !== undefined || members.every(isSchemaOfOne));
  return isSchema ? null : parameters;
}

function isSchemaOfOne(member: JsonValue): boolean {
  const { type, anyOf, enum: values, $ref: reference } = objectOf(member) ?? {};
  return [type, anyOf, values, reference].some((word) => word !== undefined);
}

/** An object that is not itself a conversation. */
function inputObject(attributes: RawSpan['attributes']): JsonValue | null {
  const input = objectOf(value(attributes, 'input.value'));
  return input && !('messages' in input) ? input : null;
}

function messageOf(entry: IndexedEntries[number]): TraceMessage {
  const role = roleNamed(entry.get('message.role')) ?? 'user';
  const content = entry.get('message.content');
  if (role === 'tool') {
    const id = entry.get('message.tool_call_id');
    return { role, parts: [{ type: 'tool_call_response', id: typeof id === 'string' ? id : null, response: parsed(content ?? null) }] };
  }
  const parts: MessagePart[] = typeof content === 'string' && content !== '' ? [{ type: 'text', content }] : [];
  for (const part of indexedEntries(entry, 'message.contents')) {
    const words = part.get('message_content.text');
    if (typeof words === 'string')
      parts.push({ type: part.get('message_content.type') === 'reasoning' ? 'reasoning' : 'text', content: words });
    else parts.push({ type: 'other', content: Object.fromEntries(part) });
  }
  for (const call of indexedEntries(entry, 'message.tool_calls')) {
    const id = call.get('tool_call.id');
    parts.push({
      type: 'tool_call',
      id: typeof id === 'string' ? id : null,
      name: wordsOf(call.get('tool_call.function.name')),
      arguments: parsed(call.get('tool_call.function.arguments') ?? null),
    });
  }
  return { role, parts };
}
