import type { JsonValue } from '../../contracts/json.ts';
import type { MessagePart, RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, parsed, text, tokens, usageFrom, value, wordsOf } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { type IndexedEntries, indexedEntries, pairsOf } from './indexed-attributes.ts';
import { readMessages } from './read-messages.ts';

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
          input: value(attributes, 'tool.parameters', 'input.value'),
          result: value(attributes, 'output.value'),
        };
      case 'AGENT':
        return readAgent(span);
      default:
        return { kind: 'other', input: inputObject(attributes) };
    }
  },
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
    usage: usageFrom({
      input: tokens(attributes, 'llm.token_count.prompt'),
      output: tokens(attributes, 'llm.token_count.completion'),
      cacheWrite: tokens(attributes, 'llm.token_count.prompt_details.cache_write'),
      cacheRead: tokens(attributes, 'llm.token_count.prompt_details.cache_read'),
    }),
    input: input.length > 0 ? input : readMessages(value(attributes, 'input.value'), 'user'),
    output: output.length > 0 ? output : readMessages(value(attributes, 'output.value'), 'assistant'),
  };
}

function readAgent({ attributes }: RawSpan): SpanReading {
  const said = value(attributes, 'input.value');
  return {
    kind: 'agent',
    agent: text(attributes, 'agent.name', 'graph.node.name'),
    input: inputObject(attributes),
    inputIsGuess: true,
    messages: typeof said === 'string' || Array.isArray(said) || Array.isArray(objectOf(said)?.messages) ? readMessages(said, 'user') : [],
    firstNewMessage: 0,
    decision: value(attributes, 'output.value'),
    versionFingerprint: null,
    usage: null,
  };
}

/** An object that is not itself a conversation. */
function inputObject(attributes: RawSpan['attributes']): JsonValue | null {
  const input = objectOf(value(attributes, 'input.value'));
  return input && !('messages' in input) ? input : null;
}

const roles: Readonly<Record<string, TraceMessage['role']>> = { system: 'system', user: 'user', assistant: 'assistant', tool: 'tool' };

function messageOf(entry: IndexedEntries[number]): TraceMessage {
  const name = wordsOf(entry.get('message.role'));
  const role = Object.hasOwn(roles, name) ? (roles[name] ?? 'user') : 'user';
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
