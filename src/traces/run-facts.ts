import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonValue } from '../contracts/json.ts';
import { isSimulatedSpan } from '../contracts/simulated-answer.ts';
import type { RawSpan } from '../contracts/trace.ts';
import type { Usage } from '../contracts/transcript.ts';
import type { SpanReading } from './dialects/dialect.ts';
import { readSpan } from './dialects/dialects.ts';
import { oneCallEach } from './one-call-each.ts';
import { orderSpans } from './order-spans.ts';
import type { ReadSpan } from './read-span.ts';

/** What many runs are counted by: no word of what was said. */
export interface RunFacts {
  readonly versionFingerprint: string | null;
  /** True where Docket's simulated model answered. */
  readonly simulated: boolean;
  /** Each call of a model once. */
  readonly calls: readonly { readonly model: string | null; readonly usage: Usage | null }[];
  /** Of the calls, or of the agent where no call says any; null when nobody does. */
  readonly usage: Usage | null;
  readonly toolCalls: number;
  /** True when at least two tool calls ran at the same time; null where not all say when they ran, or there are no two. */
  readonly inParallel: boolean | null;
  /** Tool calls with the name and arguments of an earlier one. */
  readonly repeated: number;
}

/** The facts of one run: as `assembleTrace` counts, without reading messages. */
export function runFacts(spans: readonly RawSpan[]): RunFacts {
  const read = callsOnce(spans.map((raw) => ({ raw, reading: readWithoutMessages(raw) })));
  const calls = read.flatMap(({ reading }) => (reading?.kind === 'model-call' ? [{ model: reading.model, usage: reading.usage }] : []));
  const agents = read.flatMap(({ reading }) => (reading?.kind === 'agent' ? [reading] : []));
  const tools = read.flatMap(({ raw, reading }) => (reading?.kind === 'tool-call' ? [{ raw, reading }] : []));
  const called = new Set(tools.map(({ raw, reading }) => `${reading.tool ?? raw.name} ${canonicalJson(reading.input)}`));
  return {
    versionFingerprint: agents.find(({ versionFingerprint }) => versionFingerprint !== null)?.versionFingerprint ?? null,
    simulated: spans.some(isSimulatedSpan),
    calls,
    usage: sumOf(calls.flatMap(({ usage }) => usage ?? [])) ?? agents.find(({ usage }) => usage !== null)?.usage ?? null,
    toolCalls: tools.length,
    inParallel: overlap(tools.map(({ raw }) => raw)),
    repeated: tools.length - called.size,
  };
}

/** Each call once, parents first where that makes a difference. */
function callsOnce(read: readonly Pick<ReadSpan, 'raw' | 'reading'>[]): readonly Pick<ReadSpan, 'raw' | 'reading'>[] {
  const calls = new Set(read.flatMap(({ raw, reading }) => (reading?.kind === 'model-call' ? [raw.spanId] : [])));
  const agents = read.filter(({ reading }) => reading?.kind === 'agent').length;
  // As in most runs: nothing lies within a call, so none is another one's, and the only agent is the outermost.
  if (agents < 2 && !read.some(({ raw }) => raw.parentSpanId !== null && calls.has(raw.parentSpanId))) return read;
  const readings = new Map(read.map(({ raw, reading }) => [raw, reading]));
  const { placed } = orderSpans(read.map(({ raw }) => raw));
  return oneCallEach(placed.map(({ span, depth }) => ({ raw: span, depth, reading: readings.get(span) }))).read;
}

/** Longer texts that are JSON hold messages, or what a tool was given; shorter ones cost nothing. */
const shortText = 64;

/** A span without its long texts says what it is, by whom and how much; where it does not, it is read whole. */
function readWithoutMessages(span: RawSpan): SpanReading | undefined {
  const { attributes, events } = span;
  const long = Object.keys(attributes).filter((name) => holdsMessages(attributes[name]));
  if (long.length === 0 && events.length === 0) return readSpan(span);
  const brief = Object.fromEntries(Object.entries(attributes).filter(([name]) => !long.includes(name)));
  const reading = readSpan({ ...span, attributes: brief, events: [] });
  const isEnough = (reading?.kind === 'model-call' || reading?.kind === 'agent') && reading.usage !== null;
  return isEnough || reading?.kind === 'agent' ? reading : readSpan(span);
}

function holdsMessages(value: JsonValue | undefined): boolean {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null;
  return value.length > shortText && /^\s*[[{]/.test(value);
}

function sumOf(usages: readonly Usage[]): Usage | null {
  if (usages.length === 0) return null;
  const sum = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  for (const usage of usages) for (const key of Object.keys(sum) as (keyof Usage)[]) sum[key] += usage[key];
  return sum;
}

/** True when one begins before another has ended. */
function overlap(spans: readonly RawSpan[]): boolean | null {
  const timed = spans
    .flatMap(({ startUnixNano: start, endUnixNano: end }) => (start === null || end === null ? [] : [{ start, end }]))
    .sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0));
  if (spans.length < 2 || timed.length < spans.length) return null;
  return timed.some(({ start }, index) => index > 0 && start < (timed[index - 1]?.end ?? 0n));
}
