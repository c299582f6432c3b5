import type { JsonValue } from '../../contracts/json.ts';
import type { MessagePart, RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { attribute, objectOf, parsed, text, value, wordsOf } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { genaiUsage } from './genai.ts';
import { type IndexedEntries, indexedEntries, pairsOf } from './indexed-attributes.ts';
import { readMessages } from './read-messages.ts';

/**
 * OpenLLMetry (Traceloop): steps by `traceloop.span.kind`, messages flattened as `gen_ai.prompt.<n>.role`; newer releases write the GenAI
 * conventions instead. See https://github.com/traceloop/openllmetry.
 */
export const openLlmetryDialect: Dialect = {
  source: 'openllmetry',
  speaks: ({ attributes }) =>
    attribute(attributes, 'traceloop.span.kind', 'llm.request.type', 'gen_ai.prompt.0.role', 'gen_ai.prompt.0.content') !== undefined,
  read(span) {
    const { attributes } = span;
    const kind = text(attributes, 'traceloop.span.kind');
    if (kind === 'agent') return readAgent(span);
    if (kind === 'tool') return readTool(span);
    if (kind !== null) return { kind: 'other', input: inputObject(attributes) };
    return readModelCall(span);
  },
  agentName: ({ attributes }) => (text(attributes, 'traceloop.span.kind') === 'agent' ? text(attributes, 'traceloop.entity.name') : null),
};

function readAgent({ attributes }: RawSpan): SpanReading {
  return {
    kind: 'agent',
    agent: text(attributes, 'gen_ai.agent.name', 'traceloop.entity.name'),
    input: inputObject(attributes),
    inputIsGuess: true,
    messages: readMessages(value(attributes, 'gen_ai.input.messages'), 'user'),
    firstNewMessage: 0,
    decision: value(attributes, 'traceloop.entity.output'),
    versionFingerprint: null,
    usage: null,
  };
}

/** LangChain's tools come with everything that their callback was told: arguments, id and result lie inside. */
function readTool({ attributes }: RawSpan): SpanReading {
  const input = value(attributes, 'traceloop.entity.input');
  const result = value(attributes, 'traceloop.entity.output');
  const called = objectOf(input);
  const isLangChain = called !== undefined && 'input_str' in called;
  const message = objectOf(objectOf(objectOf(result)?.output)?.kwargs);
  const id = objectOf(called?.kwargs)?.tool_call_id;
  return {
    kind: 'tool-call',
    tool: text(attributes, 'gen_ai.tool.name', 'traceloop.entity.name'),
    callId: text(attributes, 'gen_ai.tool.call.id') ?? (isLangChain && typeof id === 'string' ? id : null),
    input: isLangChain ? (called.inputs ?? called.input_str ?? null) : input,
    result: isLangChain && message?.content !== undefined ? parsed(message.content) : result,
  };
}

function readModelCall(span: RawSpan): SpanReading {
  const { attributes } = span;
  const pairs = pairsOf(span);
  const answers = indexedEntries(pairs, 'gen_ai.completion');
  const reason = answers[0]?.get('finish_reason');
  return {
    kind: 'model-call',
    model: text(attributes, 'gen_ai.response.model', 'gen_ai.request.model'),
    stopReason: typeof reason === 'string' ? reason : null,
    usage: genaiUsage(attributes),
    input: indexedEntries(pairs, 'gen_ai.prompt').flatMap((entry) => messageOf(entry, 'user')),
    output: answers.flatMap((entry) => messageOf(entry, 'assistant')),
  };
}

/** What the entity was called with: `{"inputs": …}` from LangChain, `{"args": […], "kwargs": {…}}` from a decorated function. */
function inputObject(attributes: RawSpan['attributes']): JsonValue | null {
  const given = objectOf(value(attributes, 'traceloop.entity.input'));
  const input = objectOf(given?.inputs) ?? objectOf(given?.kwargs) ?? given;
  return input && !('messages' in input) && Object.keys(input).length > 0 ? input : null;
}

function messageOf(entry: IndexedEntries[number], role: TraceMessage['role']): TraceMessage[] {
  const [message] = readMessages([Object.fromEntries([...entry].filter(([name]) => !name.startsWith('tool_calls.')))], role);
  const calls = indexedEntries(entry, 'tool_calls').map((call): MessagePart => {
    const id = call.get('id');
    return {
      type: 'tool_call',
      id: typeof id === 'string' ? id : null,
      name: wordsOf(call.get('name')),
      arguments: parsed(call.get('arguments') ?? null),
    };
  });
  return message ? [{ role: message.role, parts: [...message.parts, ...calls] }] : [];
}
