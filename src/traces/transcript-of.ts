import type { JsonValue } from '../contracts/json.ts';
import type { MessagePart, Trace, TraceSpan } from '../contracts/trace.ts';
import type { Transcript, Usage } from '../contracts/transcript.ts';

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** The steps of a transcript that the spans of a trace tell of, in order. */
export function stepsOf({ spans }: Pick<Trace, 'spans'>): Transcript['steps'] {
  return spans.flatMap(stepOf);
}

function stepOf(span: TraceSpan): Transcript['steps'] {
  switch (span.kind) {
    case 'model-call':
      return [
        {
          kind: 'model-call',
          model: span.model ?? 'unknown',
          stopReason: span.stopReason,
          content: span.output.flatMap(({ parts }) => parts.map(blockOf)),
          usage: span.usage ?? noUsage,
          durationMs: span.durationMs ?? 0,
        },
      ];
    case 'tool-call':
      return [
        {
          kind: 'tool-call',
          id: span.callId ?? span.spanId,
          tool: span.tool,
          input: span.input,
          result: resultOf(span),
          isError: span.error !== null,
          durationMs: span.durationMs ?? 0,
        },
      ];
    default:
      return [];
  }
}

/** What the model was told; of a tool that failed the error, where nothing else is said. */
function resultOf({ result, error }: Extract<TraceSpan, { kind: 'tool-call' }>): string {
  if (error !== null && (result === null || result === '')) return error;
  return typeof result === 'string' ? result : JSON.stringify(result);
}

/** A part of a message as the Messages API has it: what transcripts are made of, whoever answered. */
function blockOf(part: MessagePart): JsonValue {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.content };
    case 'reasoning':
      return { type: 'thinking', thinking: part.content };
    case 'tool_call':
      return { type: 'tool_use', id: part.id, name: part.name, input: part.arguments };
    case 'tool_call_response':
      return { type: 'tool_result', tool_use_id: part.id, content: part.response };
    case 'other':
      return part.content;
  }
}
