import type { JsonValue } from '../contracts/json.ts';
import type { RawSpan, TraceGap } from '../contracts/trace.ts';
import { attribute, isCutOff, tokens } from './dialects/attribute-values.ts';
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
  /** Model calls that several instrumentations recorded. */
  readonly repeated: number;
  /** Spans that the store cannot read any more. */
  readonly damaged: number;
  /** Names of agents whose runs stand beside the one that the trace is read as. */
  readonly otherRuns: readonly string[];
}): TraceGap[] {
  const gaps: TraceGap[] = [];
  const add = (code: TraceGap['code'], message: string) => gaps.push({ code, message });
  const { input, decision, calls, repeated, conflicts, damaged, otherRuns } = trace;
  if (input.value === null) add('input-incomplete', 'The structured input was not recorded; a person has to fill it in.');
  else if (input.isGuess) add('input-incomplete', 'The input was taken from what surrounds the run; a person has to check it.');
  else if (isScrubbed(input.value)) add('scrubbed', 'A scrubber removed part of the input; a person has to fill it in.');
  if (decision === null) add('no-decision', 'No final answer was recorded.');
  else if (isScrubbed(decision)) add('scrubbed', 'A scrubber removed part of the decision.');
  if (calls.length > 0 && calls.every(({ input: asked, output }) => [...asked, ...output].every(({ parts }) => parts.length === 0))) {
    add(
      'no-content',
      'No model call recorded its messages: content capture was off, or they were sent as log records that have not come (/v1/logs).',
    );
  }
  if (damaged > 0) add('unreadable', 'The store is damaged: spans of this trace cannot be read and are left out.');
  if (repeated > 0) {
    const many = repeated === 1 ? 'One model call was recorded twice' : `${repeated} records of model calls repeat another one`;
    add('duplicate', `${many}, by several instrumentations or layers of one; each call counts once.`);
  }
  // How often is not said: it grows when the same file is imported again.
  if (conflicts > 0) add('duplicate', 'Spans arrived again with the same id but different content; the first ones are kept.');
  if (otherRuns.length > 0) {
    add(
      'several-runs',
      `There are other runs beside the first one: ${[...new Set(otherRuns)].join(', ')}. The question, input and decision shown are the first one's.`,
    );
  }
  return gaps;
}

/** The millennium, nanoseconds since 1970: a clock that was never set begins at 1970. */
const earliest = 946_684_800_000_000_000n;
/** Clocks of machines differ; more than that is said. */
const tolerated = { ahead: 3_600_000_000_000n, beforeParent: 1_000_000_000n } as const;

/** What only shows beside other clocks: the reader's, the parent's. */
export function clockGaps(spans: readonly RawSpan[], now: number): TraceGap[] {
  const starts = new Map(spans.map(({ spanId, startUnixNano }) => [spanId, startUnixNano]));
  const latest = BigInt(Math.floor(now)) * 1_000_000n + tolerated.ahead;
  return spans.flatMap(({ spanId, parentSpanId, startUnixNano: start }): TraceGap[] => {
    if (start === null) return [];
    const parent = parentSpanId === null ? undefined : starts.get(parentSpanId);
    const message =
      start < earliest
        ? "The span began before the year 2000: the sender's clock was not set."
        : start > latest
          ? "The span begins in the future: the sender's clock is ahead."
          : parent && start + tolerated.beforeParent < parent
            ? "The span began before its parent: the senders' clocks differ."
            : undefined;
    return message === undefined ? [] : [{ code: 'bad-time', message, spanId }];
  });
}

/** What is missing from one span, or is not as it was. */
export function spanGaps(raw: RawSpan, reading: SpanReading | undefined): TraceGap[] {
  const { spanId, startUnixNano: start, endUnixNano: end, attributes } = raw;
  const gaps: TraceGap[] = [];
  const add = (code: TraceGap['code'], message: string) => gaps.push({ code, message, spanId });
  if (start === null) add('bad-time', 'The span has no start time.');
  else if (end === null) add('bad-time', 'The span has no end time: it was still running, or was killed.');
  else if (end < start) add('bad-time', 'The span ended before it began.');
  const dropped = tokens(attributes, 'otel.dropped_attributes_count') ?? 0;
  if (dropped > 0) add('truncated', `The sender dropped ${dropped} of the span's attributes.`);
  const cut = Object.keys(attributes).filter((name) => isCutOff(attributes[name] ?? null));
  if (cut.length > 0) {
    const more = cut.length === 1 ? '' : ` and ${cut.length - 1} more`;
    add('truncated', `The sender cut off ${cut[0]}${more} at a limit on the length of attributes, so it is not read.`);
  }
  const unreadable = attribute(attributes, 'docket.unreadable');
  if (typeof unreadable === 'string') add('unreadable', unreadable);
  if (reading?.kind === 'tool-call') {
    if (isScrubbed(reading.input)) add('scrubbed', `A scrubber removed part of the arguments of ${reading.tool ?? raw.name}.`);
    if (isScrubbed(reading.result)) add('scrubbed', `A scrubber removed part of the result of ${reading.tool ?? raw.name}.`);
  }
  if (reading?.kind === 'model-call' && (reading.stopReason === 'length' || reading.stopReason === 'max_tokens')) {
    add('truncated', 'The model stopped at its token limit.');
  }
  return gaps;
}
