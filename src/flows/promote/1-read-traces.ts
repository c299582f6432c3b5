import type { Agent } from '../../agent/define-agent.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Trace } from '../../contracts/trace.ts';
import { choiceText } from '../../review/same-answer.ts';
import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';
import { findingsOf } from '../score-traces/index.ts';
import { inputFault, tracesWithInput } from '../score-traces/input-of-trace.ts';
import { isObject } from '../score-traces/run-of-trace.ts';
import { completeInput } from '../score-traces/score-trace.ts';
import type { TraceScores } from '../score-traces/trace-scores.ts';

/** What drafting needs of a trace; little, because it holds as many as there are. */
export interface ReadTrace {
  readonly traceId: string;
  /** As recorded; parsed by the agent's schema when it is complete. */
  readonly input: JsonObject;
  readonly complete: boolean;
  /** Why a complete input may not be all that there was. */
  readonly doubt?: string;
  /** Kept only where the input is not complete. */
  readonly userMessage: string | null;
  /** What was chosen, as text. */
  readonly choice: string;
  readonly versionFingerprint: string | null;
  /** Codes of findings that need no label. */
  readonly findings: readonly string[];
}

const readAtATime = 500;

/**
 * Reads traces, those of a filter or some by their ids, and what is wrong with them. One that these scorers have not scored is scored in passing, and that is kept.
 * @throws the signal's reason at an abort; what is scored by then is kept
 */
export async function* readTraces(
  agent: Agent,
  store: TraceStore,
  wanted: TraceFilter | readonly string[],
  scoresOf: TraceScores,
  signal: AbortSignal,
): AsyncGenerator<ReadTrace> {
  // A hundred thousand traces have few different choices, versions and sets of findings: each is kept once.
  const words = new Map<string, string>();
  const once = (word: string): string => {
    const known = words.get(word) ?? word;
    words.set(known, known);
    return known;
  };
  const findingSets = new Map<string, readonly string[]>();
  let read = 0;
  for await (const trace of tracesWithInput(agent, store, 'length' in wanted ? tracesOf(store, wanted) : store.traces(wanted))) {
    read += 1;
    if (read % readAtATime === 0) {
      await scoresOf.save();
      await givenWay(signal);
    }
    const found = [...findingsOf(await scoresOf.of(trace, signal)).keys()];
    const set = found.join(' ');
    const findings = findingSets.get(set) ?? found;
    findingSets.set(set, findings);
    yield readTrace(agent, trace, findings, once);
  }
  await scoresOf.save();
}

/** Traces by their ids, those that there are. */
async function* tracesOf(store: TraceStore, ids: readonly string[]): AsyncGenerator<Trace> {
  for (const id of ids) {
    const trace = await store.trace(id);
    if (trace) yield trace;
  }
}

/** What drafting needs of one trace. */
export function readTrace(
  agent: Agent,
  trace: Trace,
  findings: readonly string[],
  once: (word: string) => string = (word) => word,
): ReadTrace {
  const input = completeInput(agent, trace);
  const doubt = input && inputFault(trace);
  return {
    traceId: trace.traceId,
    input: input ?? (isObject(trace.input) ? trace.input : {}),
    complete: input !== undefined,
    ...(doubt === undefined ? {} : { doubt: once(doubt) }),
    userMessage: input ? null : trace.userMessage,
    choice: once(isObject(trace.decision) ? choiceText(trace.decision) : 'no decision'),
    versionFingerprint: trace.versionFingerprint === null ? null : once(trace.versionFingerprint),
    findings,
  };
}
