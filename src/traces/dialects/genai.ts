import type { JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage } from '../../contracts/trace.ts';
import type { Usage } from '../../contracts/transcript.ts';
import { attribute, parsed, text, tokens, usageFrom, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { messageEvents } from './message-events.ts';
import { readMessages } from './read-messages.ts';

const modelOperations = new Set(['chat', 'text_completion', 'generate_content']);

/**
 * The GenAI semantic conventions, as Docket itself writes them and with the names they had before:
 * https://github.com/open-telemetry/semantic-conventions-genai.
 */
export const genaiDialect: Dialect = {
  source: 'otlp',
  speaks: ({ attributes }) =>
    attribute(attributes, 'gen_ai.operation.name', 'gen_ai.system', 'gen_ai.provider.name', 'gen_ai.tool.name') !== undefined,
  read(span) {
    const { attributes } = span;
    const operation = text(attributes, 'gen_ai.operation.name') ?? '';
    if (operation === 'invoke_agent') return readAgent(span);
    if (operation === 'execute_tool' || (operation === '' && text(attributes, 'gen_ai.tool.name'))) return readTool(span);
    if (modelOperations.has(operation) || (operation === '' && text(attributes, 'gen_ai.request.model'))) return readModelCall(span);
    return { kind: 'other', input: null };
  },
};

/** Docket's own spans: the GenAI conventions with the structured input and decision beside them. */
export const docketDialect: Dialect = { ...genaiDialect, source: 'docket', speaks: ({ scope }) => scope === 'docket' };

function readAgent(span: RawSpan): SpanReading {
  const { attributes } = span;
  return {
    kind: 'agent',
    agent: text(attributes, 'gen_ai.agent.name'),
    input: value(attributes, 'docket.input'),
    inputIsGuess: false,
    messages: [...inputMessages(span), ...outputMessages(span)],
    firstNewMessage: 0,
    decision: value(attributes, 'docket.decision'),
    versionFingerprint: text(attributes, 'docket.version.fingerprint'),
    usage: genaiUsage(attributes),
  };
}

function readModelCall(span: RawSpan): SpanReading {
  const { attributes } = span;
  return {
    kind: 'model-call',
    model: text(attributes, 'gen_ai.response.model', 'gen_ai.request.model'),
    stopReason: stopReason(attributes),
    usage: genaiUsage(attributes),
    input: inputMessages(span),
    output: outputMessages(span),
  };
}

function readTool({ attributes }: RawSpan): SpanReading {
  return {
    kind: 'tool-call',
    tool: text(attributes, 'gen_ai.tool.name'),
    callId: text(attributes, 'gen_ai.tool.call.id'),
    input: value(attributes, 'gen_ai.tool.call.arguments', 'input', 'input.value'),
    result: value(attributes, 'gen_ai.tool.call.result', 'output', 'output.value'),
  };
}

/** System instructions are no message of the conversation there; here they are the first. */
function inputMessages(span: RawSpan): TraceMessage[] {
  const told = asked(span.attributes);
  return told.length > 0 ? told : [...detailsOf(span).flatMap(asked), ...messageEvents(span).input];
}

function outputMessages(span: RawSpan): TraceMessage[] {
  const told = answered(span.attributes);
  return told.length > 0 ? told : [...detailsOf(span).flatMap(answered), ...messageEvents(span).output];
}

function asked(attributes: RawSpan['attributes']): TraceMessage[] {
  return [
    ...readMessages(value(attributes, 'gen_ai.system_instructions'), 'system'),
    ...readMessages(value(attributes, 'gen_ai.input.messages', 'gen_ai.prompt'), 'user'),
  ];
}

function answered(attributes: RawSpan['attributes']): TraceMessage[] {
  return readMessages(value(attributes, 'gen_ai.output.messages', 'gen_ai.completion'), 'assistant');
}

/** What was said, where it stands in an event of the span instead of its attributes. */
function detailsOf({ events }: RawSpan): RawSpan['attributes'][] {
  return events.flatMap(({ name, attributes }) => (name === 'gen_ai.client.inference.operation.details' ? [attributes] : []));
}

function stopReason(attributes: RawSpan['attributes']): string | null {
  const reasons: JsonValue | null = value(attributes, 'gen_ai.response.finish_reasons');
  const first = Array.isArray(reasons) ? reasons[0] : reasons;
  return typeof first === 'string' ? first : null;
}

/** Both the newest names and those before them. */
export function genaiUsage(attributes: RawSpan['attributes']): Usage | null {
  const details = parsed(attribute(attributes, 'gen_ai.usage.details') ?? null);
  const nested = typeof details === 'object' && details !== null && !Array.isArray(details) ? details : {};
  return usageFrom({
    input: tokens(attributes, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'),
    output: tokens(attributes, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'),
    cacheWrite:
      tokens(
        attributes,
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'gen_ai.usage.details.cache_write_tokens',
        'gen_ai.usage.details.cache_creation_input_tokens',
      ) ?? tokens(nested, 'cache_write_tokens'),
    cacheRead:
      tokens(
        attributes,
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.details.cache_read_tokens',
        'gen_ai.usage.details.cache_read_input_tokens',
      ) ?? tokens(nested, 'cache_read_tokens'),
  });
}
