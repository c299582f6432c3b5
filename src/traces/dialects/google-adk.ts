import type { RawSpan } from '../../contracts/trace.ts';
import { objectOf, text, tokens, usageFrom, value } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { readMessages } from './read-messages.ts';

/**
 * Google's Agent Development Kit: request, response, arguments and results in attributes of its own, beside those of the GenAI conventions.
 * See https://github.com/google/adk-python/blob/main/src/google/adk/telemetry/tracing.py.
 */
export const googleAdkDialect: Dialect = {
  source: 'google-adk',
  speaks: ({ scope, attributes }) =>
    scope === 'gcp.vertex.agent' || Object.keys(attributes).some((name) => name.startsWith('gcp.vertex.agent.')),
  read({ attributes, name }): SpanReading {
    if (text(attributes, 'gen_ai.tool.name') !== null || name.startsWith('execute_tool ')) {
      return {
        kind: 'tool-call',
        tool: text(attributes, 'gen_ai.tool.name') ?? name.replace('execute_tool ', ''),
        callId: text(attributes, 'gen_ai.tool.call.id'),
        input: value(attributes, 'gcp.vertex.agent.tool_call_args'),
        result: value(attributes, 'gcp.vertex.agent.tool_response'),
      };
    }
    if (text(attributes, 'gcp.vertex.agent.llm_request', 'gcp.vertex.agent.llm_response') !== null) return readModelCall(attributes);
    const agent = agentIn(name);
    return agent === null ? { kind: 'other', input: null } : { ...noRun, agent: text(attributes, 'gen_ai.agent.name') ?? agent };
  },
  agentName: ({ name }) => agentIn(name),
};

/** Older releases say the agent's name in the span's only. */
function agentIn(name: string): string | null {
  return /^(?:invoke_agent|agent_run)\s+\[?(.+?)\]?$/.exec(name)?.[1] ?? null;
}

const noRun = {
  kind: 'agent',
  input: null,
  inputIsGuess: false,
  messages: [],
  firstNewMessage: 0,
  decision: null,
  versionFingerprint: null,
  usage: null,
} as const;

function readModelCall(attributes: RawSpan['attributes']): SpanReading {
  const request = objectOf(value(attributes, 'gcp.vertex.agent.llm_request'));
  const response = objectOf(value(attributes, 'gcp.vertex.agent.llm_response'));
  const used = objectOf(response?.usage_metadata) ?? {};
  return {
    kind: 'model-call',
    model: text(attributes, 'gen_ai.request.model') ?? text(request ?? {}, 'model'),
    stopReason: text(response ?? {}, 'finish_reason'),
    usage: usageFrom({
      input: tokens(attributes, 'gen_ai.usage.input_tokens') ?? tokens(used, 'prompt_token_count'),
      output: tokens(attributes, 'gen_ai.usage.output_tokens') ?? tokens(used, 'candidates_token_count'),
      cacheRead: tokens(used, 'cached_content_token_count'),
    }),
    input: [
      ...readMessages(objectOf(request?.config)?.system_instruction ?? null, 'system'),
      ...readMessages(request?.contents ?? null, 'user'),
    ],
    output: readMessages(response?.content ?? null, 'assistant'),
  };
}
