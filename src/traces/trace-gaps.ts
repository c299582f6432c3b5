import type { JsonValue } from '../contracts/json.ts';
import type { RawSpan, TraceGap } from '../contracts/trace.ts';
import { attribute, tokens } from './dialects/attribute-values.ts';
import type { SpanReading } from './dialects/dialect.ts';

/** What Logfire writes in place of a value that looks like a secret: https://logfire.pydantic.dev/docs/how-to-guides/scrubbing/. */
const scrubbed = '[Scrubbed due to';

/** True when a scrubber replaced the value or something in it. */
export function isScrubbed(value: JsonValue): boolean {
  return (typeof value === 'string' ? value : JSON.stringify(value)).includes(scrubbed);
}

type ModelReading = Extract<SpanReading, { kind: 'model-call' }>;

/** What is missing from a trace as a whole. */
export function traceGaps(trace: {
  readonly input: { readonly value: JsonValue | null; readonly isGuess: boolean };
  readonly decision: JsonValue | null;
  readonly calls: readonly ModelReading[];
  readonly conflicts: number;
}): TraceGap[] {
  const gaps: TraceGap[] = [];
  const add = (code: TraceGap['code'], message: string) => gaps.push({ code, message });
  const { input, decision, calls, conflicts } = trace;
  if (input.value === null) add('input-incomplete', 'The structured input was not recorded; a person has to fill it in.');
  else if (input.isGuess) add('input-incomplete', 'The input was taken from what stands around the run; a person has to check it.');
  else if (isScrubbed(input.value)) add('scrubbed', 'A scrubber replaced a part of the input; a person has to fill it in.');
  if (decision === null) add('no-decision', 'No final answer was recorded.');
  else if (isScrubbed(decision)) add('scrubbed', 'A scrubber replaced a part of the decision.');
  if (calls.length > 0 && calls.every(({ input: asked, output }) => asked.length + output.length === 0)) {
    add('no-content', 'No model call recorded its messages: capture of content was off, or they were sent as logs.');
  }
  if (conflicts > 0) {
    add(
      'duplicate',
      `${conflicts === 1 ? 'A span' : `${conflicts} spans`} came again with the same id and another content; what came first is kept.`,
    );
  }
  return gaps;
}

/** What is missing from one span, or is not as it was. */
export function spanGaps(raw: RawSpan, reading: SpanReading | undefined): TraceGap[] {
  const { spanId, startUnixNano: start, endUnixNano: end, attributes } = raw;
  const gaps: TraceGap[] = [];
  const add = (code: TraceGap['code'], message: string) => gaps.push({ code, message, spanId });
  if (start === null) add('bad-time', 'The span has no time at which it began.');
  else if (end === null) add('bad-time', 'The span has no time at which it ended: it was running still, or was killed.');
  else if (end < start) add('bad-time', 'The span ended before it began.');
  const dropped = tokens(attributes, 'otel.dropped_attributes_count') ?? 0;
  if (dropped > 0) add('truncated', `The sender dropped ${dropped} of the span's attributes.`);
  const unreadable = attribute(attributes, 'docket.unreadable');
  if (typeof unreadable === 'string') add('unreadable', unreadable);
  if (reading?.kind === 'tool-call') {
    if (isScrubbed(reading.input)) add('scrubbed', `A scrubber replaced a part of the arguments of ${reading.tool ?? raw.name}.`);
    if (isScrubbed(reading.result)) add('scrubbed', `A scrubber replaced a part of the result of ${reading.tool ?? raw.name}.`);
  }
  if (reading?.kind === 'model-call' && (reading.stopReason === 'length' || reading.stopReason === 'max_tokens')) {
    add('truncated', 'The model stopped at its limit of tokens.');
  }
  return gaps;
}
