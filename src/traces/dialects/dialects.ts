import type { RawSpan } from '../../contracts/trace.ts';
import { aiSdkDialect } from './ai-sdk.ts';
import { text } from './attribute-values.ts';
import type { Dialect, SpanReading } from './dialect.ts';
import { docketDialect, genaiDialect } from './genai.ts';
import { googleAdkDialect } from './google-adk.ts';
import { langfuseDialect } from './langfuse.ts';
import { mastraDialect } from './mastra.ts';
import { messageEvents, toolEvents } from './message-events.ts';
import { mirascopeDialect } from './mirascope.ts';
import { openInferenceDialect } from './openinference.ts';
import { openLlmetryDialect } from './openllmetry.ts';
import { pydanticAiDialect } from './pydantic-ai.ts';

/** All dialects, the more particular first: what one does not know of a span the next one may. */
const dialects: readonly Dialect[] = [
  docketDialect,
  pydanticAiDialect,
  aiSdkDialect,
  googleAdkDialect,
  mastraDialect,
  mirascopeDialect,
  openInferenceDialect,
  openLlmetryDialect,
  genaiDialect,
  langfuseDialect,
];

/** The dialect that a span is written in, the most particular one. */
export function dialectOf(span: RawSpan): Dialect | undefined {
  return dialects.find((dialect) => dialect.speaks(span));
}

/** What all dialects together understand of a span; undefined when none of them knows it. */
export function readSpan(span: RawSpan): SpanReading | undefined {
  let reading: SpanReading | undefined;
  let reader: Dialect['read'] | undefined;
  for (const dialect of dialects) {
    // Docket's own dialect reads as its parent does, which would find the same a second time.
    if (dialect.read === reader || !dialect.speaks(span)) continue;
    reader ??= dialect.read;
    const more = dialect.read(span);
    reading = reading === undefined || (reading.kind === 'other' && more.kind !== 'other') ? more : complete(reading, more);
    // Nobody can add anything to it.
    if (reading.kind !== 'other' && !Object.values(reading).some(isEmpty)) break;
  }
  return reading === undefined || span.events.length === 0 ? reading : withEvents(reading, span);
}

/** What its events say, where the attributes of a span do not: a log record is none of any dialect's. */
function withEvents<Reading extends SpanReading>(reading: Reading, span: RawSpan): Reading {
  switch (reading.kind) {
    case 'model-call':
      return complete(reading, { ...reading, ...messageEvents(span) });
    case 'agent': {
      const { input, output } = messageEvents(span);
      return complete(reading, { ...reading, messages: [...input, ...output] });
    }
    case 'tool-call':
      return complete(reading, { ...reading, ...toolEvents(span) });
    default:
      return reading;
  }
}

/** Fills what the first reading does not know with what the second one does. */
export function complete<Reading extends SpanReading>(reading: Reading, more: SpanReading): Reading {
  if (reading.kind !== more.kind) return reading;
  // Asked for every span; mostly there is nothing to fill.
  let filled = reading;
  for (const name of Object.keys(more) as (keyof SpanReading)[])
    if (isEmpty(reading[name]) && !isEmpty(more[name])) filled = { ...filled, [name]: more[name] };
  // Whether the input is a guess goes with the input.
  if (filled.kind === 'agent' && more.kind === 'agent' && filled.input === more.input)
    return { ...filled, inputIsGuess: more.inputIsGuess };
  return filled;
}

function isEmpty(part: unknown): boolean {
  return part === null || (Array.isArray(part) && part.length === 0);
}

/** Name of the agent that a span says it belongs to; cheap, because every saved span is asked. */
export function agentNameOf(span: RawSpan): string | null {
  const { attributes } = span;
  const named = text(attributes, 'gen_ai.agent.name', 'agent_name', 'agent.name');
  return named ?? dialects.find((dialect) => dialect.speaks(span) && dialect.agentName !== undefined)?.agentName?.(span) ?? null;
}
