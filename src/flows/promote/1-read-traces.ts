import type { Agent } from '../../agent/define-agent.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { TraceFilter, TraceStore } from '../../traces/trace-store.ts';
import { findingsOf } from '../score-traces/index.ts';
import { completeInput, scoreTrace } from '../score-traces/score-trace.ts';
import { isObject } from '../score-traces/trace-trial.ts';

/** What drafting needs of a trace. */
export interface ReadTrace {
  readonly traceId: string;
  /** As recorded; parsed by the agent's schema when it is complete. */
  readonly input: JsonObject;
  readonly complete: boolean;
  readonly userMessage: string | null;
  readonly decision: JsonObject | null;
  readonly versionFingerprint: string | null;
  /** Codes of findings that need no label. */
  readonly findings: readonly string[];
}

/**
 * Reads traces and what is wrong with them; a trace that was not scored yet is scored in passing.
 * @param toolsOf tools of a version by its fingerprint
 */
export function* readTraces(
  agent: Agent,
  store: TraceStore,
  filter: TraceFilter,
  toolsOf: ReadonlyMap<string, readonly string[]>,
): Generator<ReadTrace> {
  for (const trace of store.traces(filter)) {
    const stored = store.scores(trace.traceId);
    const scores = stored.length > 0 ? stored : scoreTrace(agent, trace, toolsOf.get(trace.versionFingerprint ?? '') ?? []);
    const input = completeInput(agent, trace);
    yield {
      traceId: trace.traceId,
      input: input ?? (isObject(trace.input) ? trace.input : {}),
      complete: input !== undefined,
      userMessage: trace.userMessage,
      decision: isObject(trace.decision) ? trace.decision : null,
      versionFingerprint: trace.versionFingerprint,
      findings: [...findingsOf(scores).keys()],
    };
  }
}
