import type { ScoringTotal } from '../../contracts/evaluation.ts';
import type { Score } from '../../contracts/score.ts';
import type { Trace } from '../../contracts/trace.ts';
import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';
import type { LoadedConfig } from '../load-config.ts';
import { inputFault, tracesWithInput } from './input-of-trace.ts';
import type { ScoredTrace } from './score-trace.ts';
import { type FailedScorer, TraceScores } from './trace-scores.ts';
import { type UnaskedScorer, UnaskedTally } from './unasked-tally.ts';

/** Which traces are scored. */
export interface ScoreTracesRequest {
  readonly config: LoadedConfig;
  readonly store: TraceStore;
  readonly filter: TraceFilter;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface ScoredTraces {
  readonly traces: number;
  /** Traces with at least one finding. */
  readonly withFindings: number;
  /** Traces whose input is not complete, so that only their run was judged. */
  readonly inputIncomplete: number;
  /** What the agent's `inputFrom` could not read, most frequent first. */
  readonly inputFaults: readonly { readonly message: string; readonly traces: number }[];
  /** Scorers that some traces were not shown to, and why not. */
  readonly notAsked: readonly UnaskedScorer[];
  /** Scorers that answer later and did not, with what the first of them said: run the same again, and only these are asked. */
  readonly failed: readonly FailedScorer[];
  /** What scorers that answer later came to. */
  readonly scoring: ScoringTotal;
  /** Findings by code with the number of traces that show it, most frequent first. */
  readonly findings: readonly { readonly code: string; readonly traces: number; readonly example: string }[];
}

const readAtATime = 500;

/**
 * Scores traces with the scorers for which there is what they need and keeps the scores beside them; scoring again replaces them.
 * @throws the signal's reason at an abort; what is scored by then is kept
 */
export async function scoreTraces({ config, store, filter, signal }: ScoreTracesRequest): Promise<ScoredTraces> {
  const scoresOf = await TraceScores.open(config, store);
  const findings = new Map<string, { traces: number; example: string }>();
  const unasked = new UnaskedTally();
  let traces = 0;
  let withFindings = 0;
  let inputIncomplete = 0;
  const inputFaults = new Map<string, number>();
  for await (const { trace, scored } of inBatches(tracesWithInput(config.agent, store, store.traces(filter)), (trace) =>
    scoresOf.anew(trace, signal),
  )) {
    if (traces > 0 && traces % readAtATime === 0) {
      await scoresOf.save();
      await givenWay(signal);
    }
    const { scores, notAsked } = scored;
    for (const { scorer, why } of notAsked) unasked.count(scorer, why);
    traces += 1;
    if (!config.agent.input.safeParse(trace.input).success) inputIncomplete += 1;
    const fault = inputFault(trace);
    if (fault !== undefined) inputFaults.set(fault, (inputFaults.get(fault) ?? 0) + 1);
    const messages = findingsOf(scores);
    if (messages.size > 0) withFindings += 1;
    for (const [code, example] of messages) {
      const known = findings.get(code) ?? { traces: 0, example };
      findings.set(code, { ...known, traces: known.traces + 1 });
    }
  }
  await scoresOf.save();
  return {
    traces,
    withFindings,
    inputIncomplete,
    inputFaults: [...inputFaults].map(([message, traces]) => ({ message, traces })).sort((one, other) => other.traces - one.traces),
    notAsked: unasked.groups(),
    failed: scoresOf.failed(),
    scoring: scoresOf.total(),
    findings: [...findings]
      .map(([code, counted]) => ({ code, ...counted }))
      .sort((one, other) => other.traces - one.traces || (one.code < other.code ? -1 : 1)),
  };
}

/** Traces that are scored at a time: who waits for a scorer waits for as many as are waited for anyway. */
const batch = 64;

/** The traces in their order, each with its scores. */
async function* inBatches(traces: AsyncIterable<Trace>, score: (trace: Trace) => Promise<ScoredTrace>) {
  let open: { readonly trace: Trace; readonly scored: Promise<ScoredTrace> }[] = [];
  const end = async function* () {
    // All of them end before one of them is thrown, so that what was paid for is kept.
    await Promise.allSettled(open.map(({ scored }) => scored));
    for (const { trace, scored } of open) yield { trace, scored: await scored };
    open = [];
  };
  for await (const trace of traces) {
    open.push({ trace, scored: score(trace) });
    if (open.length === batch) yield* end();
  }
  yield* end();
}

/** Findings of a trace by code, each with what was said first. */
export function findingsOf(scores: readonly Score[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { code, message } of scores.flatMap((score) => score.findings)) if (!found.has(code)) found.set(code, message);
  return found;
}
