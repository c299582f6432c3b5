import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RunEvidence } from '../../contracts/scorer.ts';
import type { Trace } from '../../contracts/trace.ts';
import { noUsage, stepsOf } from '../../traces/transcript-of.ts';

/** What happened in a trace, so that the scorers which judge trials judge production too. */
export function runOfTrace(trace: Trace): RunEvidence {
  return {
    mode: 'live',
    transcript: { userMessage: trace.userMessage ?? '', steps: stepsOf(trace) },
    usage: trace.usage ?? noUsage,
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
