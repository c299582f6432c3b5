import type { JsonValue } from '../../../contracts/json.ts';
import type { Score } from '../../../contracts/score.ts';
import type { MessagePart, Trace, TraceEvaluation, TraceMessage, TraceSpan } from '../../../contracts/trace.ts';
import { count, duration } from '../../../text/figures.ts';
import { plainLine, plainText } from '../../../text/hostile-text.ts';
import { cutTo, wrapTo } from '../../terminal/display-width.ts';
import type { Output } from '../../terminal/terminal.ts';

/** Deeper spans are shown at this depth: a terminal has only so many columns. */
const deepestShown = 12;

interface ViewOptions {
  /** False cuts every text to one line. */
  readonly full: boolean;
}

/** One trace as lines: its head, the tree of spans, the decision, scores and gaps. All text of the trace is made safe for a terminal. */
export function traceLines(trace: Trace, scores: readonly Score[], options: ViewOptions, output: Output): string[] {
  const { traceId, source, agent, session, startedAt, durationMs, usage, versionFingerprint, userMessage, input, decision, gaps } = trace;
  const field = (name: string, text: string) => textLines(`${name.padEnd(9)} `, text, options, output);
  const depths = depthsOf(trace.spans);
  const tokens = usage
    ? `${count(usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens)} tokens in, ${count(usage.outputTokens)} out`
    : '';
  const about = [
    source,
    startedAt === null ? 'no time' : dateText(startedAt),
    durationMs === null ? '' : duration(durationMs),
    tokens,
    trace.simulated ? 'simulated model' : '',
    versionFingerprint === null ? '' : `version ${plainLine(versionFingerprint).slice(0, 12)}`,
    session === null ? '' : `session ${plainLine(session).slice(0, longestSession)}`,
  ];
  return [
    '',
    ` ${output.style('bold', plainLine(agent ?? 'unknown agent'))} ${output.style('dim', traceId)}`,
    ` ${about.filter((part) => part !== '').join(' · ')}`,
    '',
    ...earlierTurns(trace).flatMap((message) => field('earlier', messageText(message))),
    ...(userMessage === null ? [] : field('asked', userMessage)),
    ...(input === null ? [] : field('input', compact(input))),
    ...(decision === null ? [] : field('decision', typeof decision === 'string' ? decision : compact(decision))),
    '',
    ...trace.spans.flatMap((span) => spanLines(span, depths.get(span.spanId) ?? 0, options, output)),
    '',
    ...scores.flatMap((score) => scoreLines(score, output)),
    // What the agent sent of a scorer is older than what is stored of it.
    ...trace.evaluations.flatMap((said) => (scores.some(({ name }) => name === said.name) ? [] : evaluationLines(said, options, output))),
    ...gaps.flatMap(({ code, message, spanId }) =>
      wrapped(' ! ', `${code}: ${plainLine(message)}${spanId === undefined ? '' : ` (span ${spanId})`}`, output).map((line) =>
        output.style('yellow', line),
      ),
    ),
    ...(scores.length + trace.evaluations.length + gaps.length > 0 ? [''] : []),
  ];
}

/** A longer id is cut. */
const longestSession = 64;

/** What was said before the last turn, whose beginning is the question. */
function earlierTurns({ conversation }: Trace): readonly TraceMessage[] {
  const asked = conversation.findLastIndex(({ role }) => role !== 'user') + 1;
  return conversation.slice(0, asked);
}

/** Parents stand before their children, so one pass is enough. */
function depthsOf(spans: readonly TraceSpan[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { spanId, parentSpanId } of spans) depths.set(spanId, parentSpanId === null ? 0 : (depths.get(parentSpanId) ?? -1) + 1);
  return depths;
}

function spanLines(span: TraceSpan, depth: number, options: ViewOptions, output: Output): string[] {
  const indent = ` ${'  '.repeat(Math.min(depth, deepestShown))}`;
  const took = span.durationMs === null ? '' : output.style('dim', ` ${duration(span.durationMs)}`);
  const error = span.error === null ? [] : textLines(`${indent}  `, `error: ${span.error}`, options, output, 'red');
  const inside = (mark: string, text: string) => textLines(`${indent}  ${mark} `, text, options, output, 'dim');
  switch (span.kind) {
    case 'agent':
      return [`${indent}${output.style('bold', '●')} ${plainLine(span.agent ?? span.name)}${took}`, ...error];
    case 'model-call': {
      const { usage, model, stopReason } = span;
      const tokens = usage
        ? ` ${count(usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens)} → ${count(usage.outputTokens)} tokens`
        : '';
      const last = span.input.at(-1);
      return [
        `${indent}${output.style('bold', '◆')} ${plainLine(model ?? span.name)}${took}${output.style('dim', tokens)}${stopReason === null ? '' : output.style('dim', ` ${plainLine(stopReason)}`)}`,
        ...(options.full ? span.input : last ? [last] : []).flatMap((message) => inside('‹', messageText(message))),
        ...span.output.flatMap((message) => inside('›', messageText(message))),
        ...error,
      ];
    }
    case 'tool-call':
      return [
        `${indent}${output.style('bold', '▸')} ${plainLine(span.tool)}${took}`,
        ...inside('‹', compact(span.input)),
        ...inside('›', compact(span.result)),
        ...error,
      ];
    case 'other':
      return [`${indent}${output.style('dim', '·')} ${plainLine(span.name)}${took}`, ...error];
  }
}

function messageText({ role, parts }: TraceMessage): string {
  return `${role}: ${parts.map(partText).join(' ')}`;
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.content;
    case 'reasoning':
      return `(thinks) ${part.content}`;
    case 'tool_call':
      return `calls ${part.name}(${compact(part.arguments)})`;
    case 'tool_call_response':
      return `gets ${compact(part.response)}`;
    case 'other':
      return compact(part.content);
  }
}

function scoreLines({ name, pass, value, reason, findings }: Score, output: Output): string[] {
  const sign = pass ? output.style('green', '✓') : output.style('red', '✗');
  return [
    ...wrapped(` ${sign} `, `${plainLine(name)} ${value.toFixed(2)} ${plainLine(reason)}`, output),
    ...findings.flatMap(({ code, message }) =>
      wrapped('     ', `${code}: ${plainLine(message)}`, output).map((line) => output.style('yellow', line)),
    ),
  ];
}

/** A text after its sign, over as many lines as it takes. */
function wrapped(sign: string, text: string, output: Output): string[] {
  const lines = wrapTo(text, Math.max(output.columns - 6, 20));
  return lines.map((line, index) => `${index === 0 ? sign : '     '}${line}`);
}

/** Another's judgement has no colour: whether 0 is good is not known here. */
function evaluationLines({ name, value, label, explanation, source }: TraceEvaluation, options: ViewOptions, output: Output): string[] {
  const words = [name, value === null ? '' : String(value), label ?? '', source === null ? '' : `(${source})`, explanation ?? ''];
  return textLines('~ ', words.filter((word) => word !== '').join(' '), options, output);
}

function compact(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text after its prefix: cut to the line, or broken into lines below each other. */
function textLines(prefix: string, text: string, { full }: ViewOptions, output: Output, style?: 'dim' | 'red'): string[] {
  const room = Math.max(output.columns - prefix.length - 1, 20);
  const lines = full
    ? plainText(text)
        .split('\n')
        .flatMap((line) => wrapTo(line, room))
    : [cutTo(plainLine(text.slice(0, 4000)), room)];
  return lines.map((line, index) => {
    const start = index === 0 ? prefix : ' '.repeat(prefix.length);
    return ` ${start}${style ? output.style(style, line) : line}`;
  });
}

function dateText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}
