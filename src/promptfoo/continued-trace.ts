import { type Context, context, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { replaySpans } from '../agent/replay-spans.ts';
import { isSettled } from '../contracts/trial.ts';
import { runTrace, type TrialRun, type TrialRunner } from '../trials/run-trial.ts';

/**
 * Does the work as a part of the trace that promptfoo keeps of the row, so that its trace assertions see what the agent did.
 * A trial that comes from the store leaves the spans that its run left, and an assertion holds in every run alike.
 * @param traceparent W3C trace context, as promptfoo hands it over when its tracing is on
 * @param work gets where the scores of a trial belong
 */
export function continuedTrace<Result>(
  traceparent: string | undefined,
  session: Pick<TrialRunner, 'model' | 'tracedContent'>,
  work: (spanOf: (run: TrialRun) => SpanContext | undefined) => Promise<Result>,
): Promise<Result> {
  const parent = contextOf(traceparent);
  if (!parent) return work(({ span }) => span);
  return context.with(parent, () =>
    work(({ request, trial, reused, span }) => {
      if (!reused || !isSettled(trial)) return span;
      return (
        context.with(parent, () => replaySpans({ ...request, version: request.agent.version, trace: runTrace(request, session) }, trial)) ??
        span
      );
    }),
  );
}

/** The active context when it is in that trace already: its span is the nearer parent. Undefined without a trace. */
function contextOf(traceparent: string | undefined): Context | undefined {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  if (!match) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = match;
  const active = context.active();
  if (trace.getSpanContext(active)?.traceId === traceId) return active;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}
