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
          input: byName(value(attributes, 'input.value')) ?? argumentsIn(value(attributes, 'tool.parameters')),
          result: value(attributes, 'output.value'),
        };
      case 'AGENT':
        return readAgent(span);
      default:
        return { kind: 'other', input: objectOf(value(attributes, 'crew_inputs')) ?? inputObject(attributes) };
    }
  },
  agentName: (span) => (text(span.attributes, 'openinference.span.kind')?.toUpperCase() === 'AGENT' ? agentIn(span) : null),
};

/** smolagents says it in the span's name only: `desk.run`. */
function agentIn({ attributes, name }: RawSpan): string | null {
  return text(attributes, 'agent.name', 'graph.node.name', 'graph.node.id') ?? /^(.+)\.a?run$/.exec(name)?.[1] ?? null;
}

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

function readAgent(span: RawSpan): SpanReading {
  const { attributes } = span;
  const given = value(attributes, 'input.value');
  const task = crewTaskIn(attributes) ?? taskIn(given);
  const said = task ? task.question : given;
  return {
    kind: 'agent',
    agent: agentIn(span),
    input: task ? task.input : inputObject(attributes),
    inputIsGuess: true,
    messages: typeof said === 'string' || Array.isArray(said) || Array.isArray(objectOf(said)?.messages) ? readMessages(said, 'user') : [],
    firstNewMessage: 0,
    decision: task?.answer ?? value(attributes, 'output.value'),
    versionFingerprint: null,
    usage: usageIn(attributes),
  };
}

/** A task in words, and beside it what code may use. */
interface Task {
  readonly question: string | null;
  readonly input: JsonValue | null;
  readonly answer?: JsonValue | null;
}

/** What an agent of smolagents was called with. */
function taskIn(given: JsonValue | null): Task | undefined {
  const { task, additional_args: input } = objectOf(given) ?? {};
  return typeof task === 'string' && input !== undefined ? { question: task, input: objectOf(input) ?? null } : undefined;
}

/** CrewAI's agents are called with what they are made of; the task stands in their output, and what a run was given on the crew's span. */
function crewTaskIn(attributes: RawSpan['attributes']): Task | undefined {
  if (!Object.hasOwn(attributes, 'crew_key')) return undefined;
  const { description, json_dict: json, pydantic, raw } = objectOf(value(attributes, 'output.value')) ?? {};
  return { question: typeof description === 'string' ? description : null, input: null, answer: json ?? pydantic ?? parsed(raw ?? null) };
}

/** Arguments by name, where a function's `args` and `kwargs` stand around them. */
function byName(input: JsonValue | null): JsonValue | null {
  const { args, kwargs } = objectOf(input) ?? {};
  return Array.isArray(args) && args.length === 0 ? (objectOf(kwargs) ?? input) : input;
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
  const contents = indexedEntries(entry, 'message.contents');
  // Some write the same words in both places.
  const isRepeated = contents.some((part) => part.get('message_content.text') === content);
  const parts: MessagePart[] = typeof content === 'string' && content !== '' && !isRepeated ? [{ type: 'text', content }] : [];
  for (const part of contents) {
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
