import { type Attributes, type Context, context, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { docketAttributes, docketScope } from '../contracts/telemetry.ts';
import type { ModelCallStep, ToolCallStep, Transcript } from '../contracts/transcript.ts';
import type { Outcome, Trial } from '../contracts/trial.ts';
import { errorStatus } from './in-span.ts';
import {
  agentEnd,
  agentInput,
  agentStart,
  modelCallEnd,
  modelCallInput,
  modelCallStart,
  type TracedRun,
  toolCallEnd,
  toolCallStart,
} from './span-attributes.ts';
import type { ApiMessage } from './span-messages.ts';

/**
 * Makes the spans of a trial from what happened, as its run would have made them, below the active span: who looks at traces sees the same
 * whether a trial ran here, in a worker, or was taken from the store. They have the times of the run, and say whether the trial was reused.
 */
export function replaySpans(
  run: TracedRun,
  trial: Pick<Trial, 'transcript' | 'usage' | 'startedAt' | 'durationMs'> & { readonly outcome: Outcome },
  options: { readonly reused: boolean } = { reused: true },
): SpanContext | undefined {
  const { transcript, outcome, usage } = trial;
  const tracer = trace.getTracer(docketScope);
  const start = Date.parse(trial.startedAt);
  const reused: Attributes = options.reused ? { [docketAttributes.reused]: true } : {};
  const agent = tracer.startSpan(`invoke_agent ${run.agent.name}`, {
    kind: SpanKind.INTERNAL,
    startTime: start,
    attributes: { ...agentStart(run), ...reused },
  });
  if (!agent.isRecording()) return undefined;
  agent.setAttributes(agentInput(run, transcript.userMessage));
  const at = replaySteps(run, transcript, { start, parent: trace.setSpan(context.active(), agent), reused });
  agent.setAttributes(agentEnd(run, outcome, usage, transcript));
  agent.end(Math.max(at, start + trial.durationMs));
  return agent.spanContext();
}

/** Where the spans of steps belong. */
interface Replay {
  /** When the first one began, milliseconds since 1970. */
  readonly start: number;
  readonly parent: Context;
  /** What each of them says beside. */
  readonly reused?: Attributes;
}

/**
 * Makes the spans of a transcript's model calls and tools, one after the other.
 * @returns when the last one ended
 */
export function replaySteps(run: TracedRun, transcript: Transcript, { start, parent, reused = {} }: Replay): number {
  const tracer = trace.getTracer(docketScope);
  const add = (name: string, kind: SpanKind, startTime: number, durationMs: number, attributes: Attributes, error?: string) => {
    const span = tracer.startSpan(name, { kind, startTime, attributes: { ...attributes, ...reused } }, parent);
    if (error !== undefined) span.setStatus(errorStatus(error, run.trace?.content));
    span.end(startTime + durationMs);
  };
  let at = start;
  const messages: ApiMessage[] = [{ role: 'user', content: transcript.userMessage }];
  for (const [step, tools] of turnsOf(transcript.steps)) {
    if (step) {
      const attributes = { ...modelCallStart(run), ...modelCallInput(run, messages), ...modelCallEnd(run, step) };
      add(`chat ${run.agent.own ? step.model : run.version.model}`, SpanKind.CLIENT, at, step.durationMs, attributes);
      at += step.durationMs;
      messages.push({ role: 'assistant', content: step.content as object[] });
    }
    for (const tool of tools) {
      const told = { ...toolCallStart(tool.tool, tool.id), ...toolCallEnd(run, tool) };
      add(`execute_tool ${tool.tool}`, SpanKind.INTERNAL, at, tool.durationMs, told, tool.isError ? tool.result : undefined);
    }
    // They ran side by side.
    at += Math.max(0, ...tools.map(({ durationMs }) => durationMs));
    if (tools.length > 0) messages.push({ role: 'user', content: tools.map(toolResult) });
  }
  return at;
}

/** Each model call with the tool calls that it asked for; first those that no call asked for, which an agent of its own may make. */
function turnsOf(steps: Transcript['steps']): [ModelCallStep | undefined, ToolCallStep[]][] {
  const turns: [ModelCallStep | undefined, ToolCallStep[]][] = [];
  for (const step of steps) {
    if (step.kind === 'model-call') turns.push([step, []]);
    else if (turns.length === 0) turns.push([undefined, [step]]);
    else turns.at(-1)?.[1].push(step);
  }
  return turns;
}

function toolResult({ id, result, isError }: ToolCallStep): object {
  return { type: 'tool_result', tool_use_id: id, content: result, is_error: isError };
}
