import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { attribute, objectOf, text, tokens, usageFrom, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { readMessages } from './read-messages.ts';

/** The AI SDK's own attributes (`ai.*`): https://ai-sdk.dev/docs/ai-sdk-core/telemetry. A call of one of its functions is the run of an agent. */
export const aiSdkDialect: Dialect = {
  source: 'ai-sdk',
  speaks: ({ attributes }) => Object.hasOwn(attributes, 'ai.operationId'),
  read(span) {
    const operation = text(span.attributes, 'ai.operationId') ?? '';
    if (operation === 'ai.toolCall') return readTool(span);
    if (/\.do(?:Generate|Stream)$/.test(operation)) return readModelCall(span);
    if (/^ai\.(?:generate|stream)(?:Text|Object)$/.test(operation)) return readAgent(span);
    return { kind: 'other', input: null };
  },
  agentName: functionOf,
};

function functionOf({ attributes }: RawSpan): string | null {
  return text(attributes, 'ai.telemetry.functionId', 'gen_ai.agent.name');
}

function readAgent(span: RawSpan): SpanReading {
  const { attributes } = span;
  return {
    kind: 'agent',
    agent: functionOf(span),
    input: null,
    inputIsGuess: false,
    messages: [...prompted(value(attributes, 'ai.prompt')), ...answered(attributes)],
    firstNewMessage: 0,
    decision: value(attributes, 'ai.response.object'),
    versionFingerprint: null,
    usage: usageIn(attributes),
  };
}

function readModelCall({ attributes }: RawSpan): SpanReading {
  return {
    kind: 'model-call',
    model: text(attributes, 'ai.response.model', 'gen_ai.response.model', 'ai.model.id', 'gen_ai.request.model'),
    stopReason: text(attributes, 'ai.response.finishReason'),
    usage: usageIn(attributes),
    input: readMessages(value(attributes, 'ai.prompt.messages'), 'user'),
    output: answered(attributes),
  };
}

function readTool({ attributes }: RawSpan): SpanReading {
  return {
    kind: 'tool-call',
    tool: text(attributes, 'ai.toolCall.name'),
    callId: text(attributes, 'ai.toolCall.id'),
    input: value(attributes, 'ai.toolCall.args', 'ai.toolCall.input'),
    result: value(attributes, 'ai.toolCall.result', 'ai.toolCall.output'),
  };
}

/** What a function was called with: `{system, prompt}` or `{system, messages}`. */
function prompted(prompt: JsonValue | null): TraceMessage[] {
  const given = objectOf(prompt);
  if (!given) return readMessages(prompt, 'user');
  return [...readMessages(given.system ?? null, 'system'), ...readMessages(given.messages ?? given.prompt ?? null, 'user')];
}

/** Text, reasoning and tool calls of an answer stand apart; together they are one message. */
function answered(attributes: RawSpan['attributes']): TraceMessage[] {
  const said = attribute(attributes, 'ai.response.text', 'ai.response.object');
  const calls = value(attributes, 'ai.response.toolCalls');
  const parts = [
    ...readMessages(typeof said === 'string' && said !== '' ? [{ type: 'text', text: said }] : null, 'assistant'),
    ...readMessages(Array.isArray(calls) ? calls.map((call) => ({ type: 'tool-call', ...objectOf(call) })) : null, 'assistant'),
  ].flatMap((message) => message.parts);
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }];
}

function usageIn(attributes: RawSpan['attributes']) {
  return usageFrom({
    input: tokens(attributes, 'gen_ai.usage.input_tokens', 'ai.usage.inputTokens', 'ai.usage.promptTokens'),
    output: tokens(attributes, 'gen_ai.usage.output_tokens', 'ai.usage.outputTokens', 'ai.usage.completionTokens'),
    cacheRead: tokens(attributes, 'ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'),
    cacheWrite: tokens(attributes, 'ai.usage.inputTokenDetails.cacheWriteTokens'),
  });
}
