import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RunEvidence } from '../../contracts/scorer.ts';
import type { Trace, TraceSpan } from '../../contracts/trace.ts';
import type { Transcript, Usage } from '../../contracts/transcript.ts';

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** What happened in a trace, so that the scorers which judge trials judge production too. */
export function runOfTrace(trace: Trace): RunEvidence {
  return {
    mode: 'live',
    transcript: { userMessage: trace.userMessage ?? '', steps: trace.spans.flatMap(stepsOf) },
    usage: trace.usage ?? nothing,
    durationMs: trace.durationMs ?? 0,
    outcome: isObject(trace.decision)
      ? { kind: 'decided', decision: trace.decision }
      : { kind: 'no-decision', reason: 'the trace has no structured decision' },
  };
}

/** True for a JSON object. */
export function isObject(value: JsonValue | null): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The model that answered, where the trace names one. */
export function modelOf({ spans }: Trace): string | undefined {
  return spans.flatMap((span) => (span.kind === 'model-call' && span.model !== null ? [span.model] : []))[0];
}

function stepsOf(span: TraceSpan): Transcript['steps'] {
  switch (span.kind) {
    case 'model-call':
      return [
        {
          kind: 'model-call',
          model: span.model ?? 'unknown',
          stopReason: span.stopReason,
          content: span.output.flatMap(({ parts }) => parts) as unknown as JsonValue[],
          usage: span.usage ?? nothing,
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
          result: typeof span.result === 'string' ? span.result : JSON.stringify(span.result),
          isError: span.error !== null,
          durationMs: span.durationMs ?? 0,
        },
      ];
    default:
      return [];
  }
}
