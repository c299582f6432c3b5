import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import { agentNameOf, dialectOf } from '../dialects/dialects.ts';
import { sessionOf } from '../dialects/session-of.ts';
import { storableTime } from './span-row.ts';

/** What one save adds to the summary of one trace. */
export interface TraceGrowth {
  /** The number of the trace in its store. */
  readonly trace: number;
  readonly traceId: string;
  /** False for what an earlier damage left of a summary: nothing can be added to it. */
  readonly isWhole: boolean;
  source: TraceSource;
  firstStart: bigint | null;
  lastEnd: bigint | null;
  agent: string | null;
  agentStart: bigint | null;
  session: string | null;
  sessionStart: bigint | null;
  root: string | null;
  spans: number;
  errors: number;
  bytes: number;
  conflicts: number;
}

/** Nothing yet. */
export function emptyGrowth(trace: number, traceId: string, source: TraceSource, isWhole: boolean): TraceGrowth {
  const nothing = { firstStart: null, lastEnd: null, agent: null, agentStart: null, session: null, sessionStart: null, root: null };
  return { trace, traceId, isWhole, source, ...nothing, spans: 0, errors: 0, bytes: 0, conflicts: 0 };
}

/** Adds what a span says of its trace: times, root, who speaks, and the agent and session of the span that began first. */
export function growBy(growth: TraceGrowth, span: RawSpan): void {
  const start = storableTime(span.startUnixNano);
  const end = storableTime(span.endUnixNano);
  if (start !== null && (growth.firstStart === null || start < growth.firstStart)) growth.firstStart = start;
  if (end !== null && (growth.lastEnd === null || end > growth.lastEnd)) growth.lastEnd = end;
  if (span.parentSpanId === null) growth.root ??= span.name;
  // What the receiver is sent says itself who speaks; an importer knows better where it got it.
  if (growth.source === 'otlp') growth.source = dialectOf(span)?.source ?? 'otlp';
  const isEarlier = (known: bigint | null) => start !== null && (known === null || start < known);
  const agent = agentNameOf(span);
  if (agent !== null && (growth.agent === null || isEarlier(growth.agentStart))) {
    growth.agent = agent;
    growth.agentStart = start;
  }
  const session = sessionOf(span);
  if (session !== null && (growth.session === null || isEarlier(growth.sessionStart))) {
    growth.session = session;
    growth.sessionStart = start;
  }
}
