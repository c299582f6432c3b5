import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { docketAttributes, genAi } from '../../contracts/telemetry.ts';
import { genaiMessages } from './genai-messages.ts';
import { objectOf, textOf } from './json-text.ts';

/** What a vendor says about a span in fields of its own. */
export interface SpanContent {
  readonly kind: 'agent' | 'model-call' | 'tool-call' | 'other';
  readonly name: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly stopReason?: string | undefined;
  /** Tokens; `input` counts those from or for the cache, as the conventions want it. */
  readonly usage?:
    | { readonly input?: number; readonly output?: number; readonly cacheRead?: number; readonly cacheWrite?: number }
    | undefined;
}

/**
 * Says in the attributes of the GenAI conventions what a vendor says in fields of its own, so that spans are understood in one place,
 * whoever recorded them. Messages, arguments and results are JSON text, as the conventions have them.
 */
export function genaiAttributes(content: SpanContent): JsonObject {
  switch (content.kind) {
    case 'model-call':
      return modelCall(content);
    case 'tool-call':
      return {
        [genAi.operation]: 'execute_tool',
        [genAi.toolName]: content.name.replace(/^(?:tool: |running tool: |execute_tool )/, ''),
        ...(content.input === null ? {} : { [genAi.toolCallArguments]: textOf(content.input) }),
        ...(content.output === null ? {} : { [genAi.toolCallResult]: textOf(content.output) }),
      };
    case 'agent':
      return { [genAi.operation]: 'invoke_agent', [genAi.agentName]: content.name, ...agentContent(content) };
    case 'other':
      return {};
  }
}

/** What an agent was given and answered: an object is its structured input or decision, everything else is conversation. */
function agentContent({ input, output }: SpanContent): JsonObject {
  const asked = isRecord(input);
  const answered = isRecord(output);
  return {
    ...conversation(asked ? null : input, answered ? null : output),
    ...(asked ? { [docketAttributes.input]: textOf(input) } : {}),
    ...(answered ? { [docketAttributes.decision]: textOf(output) } : {}),
  };
}

function modelCall(content: SpanContent): JsonObject {
  const { model, provider, stopReason, usage, input, output } = content;
  const counted = (name: string, count: number | undefined): JsonObject => (count === undefined ? {} : { [name]: count });
  return {
    [genAi.operation]: 'chat',
    ...(model === undefined ? {} : { [genAi.requestModel]: model, [genAi.responseModel]: model }),
    ...(provider === undefined ? {} : { [genAi.provider]: provider }),
    ...(stopReason === undefined ? {} : { [genAi.finishReasons]: [stopReason] }),
    ...counted(genAi.inputTokens, usage?.input),
    ...counted(genAi.outputTokens, usage?.output),
    ...counted(genAi.cacheReadTokens, usage?.cacheRead),
    ...counted(genAi.cacheWriteTokens, usage?.cacheWrite),
    ...conversation(input, output),
  };
}

function conversation(input: JsonValue, output: JsonValue): JsonObject {
  const asked = genaiMessages(input, 'user');
  const answered = genaiMessages(output, 'assistant');
  return {
    ...(asked.length === 0 ? {} : { [genAi.inputMessages]: JSON.stringify(asked) }),
    ...(answered.length === 0 ? {} : { [genAi.outputMessages]: JSON.stringify(answered) }),
  };
}

function isRecord(value: JsonValue): boolean {
  const object = objectOf(value);
  return object !== undefined && !['role', 'messages', 'choices', 'content', 'parts', 'message'].some((name) => name in object);
}
