import type { Usage } from '../contracts/transcript.ts';
import { complete } from './dialects/dialects.ts';
import { type ModelReading, nearestAround, type ReadSpan } from './read-span.ts';

/**
 * Counts each call of a model once: a framework and the client that it uses may both record it, the one around the other. What only one of
 * them says is kept. A span around several calls, which repeats their sum, is no call itself.
 * @returns the spans, and how many calls were recorded more than once
 */
export function oneCallEach(read: readonly ReadSpan[]): { readonly read: ReadSpan[]; readonly repeated: number } {
  const around = nearestAround(read, 'model-call');
  const inside = Map.groupBy(
    [...read.keys()].filter((place) => isCall(read[place])),
    (place) => around[place] ?? -1,
  );
  const once = [...read];
  let repeated = 0;
  const drop = (place: number) => {
    const span = once[place];
    if (span) once[place] = { ...span, reading: { kind: 'other', input: null } };
    repeated += 1;
  };
  // The innermost first, so that what it says reaches the outermost of several.
  for (const place of [...read.keys()].reverse()) {
    const outer = once[place];
    const inner = (inside.get(place) ?? []).filter((each) => isCall(once[each]));
    const [first = -1] = inner;
    if (!outer || !isCall(outer) || inner.length === 0) continue;
    const readings = inner.map((each) => once[each]?.reading as ModelReading);
    if (inner.length === 1) {
      if (!isSameCall(outer, once[first])) continue;
      once[place] = { ...outer, reading: complete(outer.reading, readings[0] as ModelReading) };
      drop(first);
    } else if (isSumOf(outer.reading.usage, readings)) drop(place);
  }
  return { read: once, repeated };
}

function isCall(span: ReadSpan | undefined): span is ReadSpan & { readonly reading: ModelReading } {
  return span?.reading?.kind === 'model-call';
}

/** The same model, as far as both say one, within the same time, and no more tokens inside than outside. */
function isSameCall(outer: ReadSpan & { readonly reading: ModelReading }, inner: ReadSpan | undefined): boolean {
  if (!isCall(inner)) return false;
  const [one, other] = [outer.reading, inner.reading];
  const sameModel = !one.model || !other.model || isOneOf(one.model, other.model) || isOneOf(other.model, one.model);
  const counts = countsOf(other.usage);
  const fits = one.usage === null || countsOf(one.usage).every((count, index) => (counts[index] ?? 0) <= count);
  return sameModel && isWithin(outer, inner) && fits;
}

/** A dated snapshot, or a name with its provider, is the same model. */
function isOneOf(longer: string, shorter: string): boolean {
  return longer.startsWith(shorter) || longer.endsWith(shorter);
}

function isWithin({ raw: outer }: ReadSpan, { raw: inner }: ReadSpan): boolean {
  const begins = outer.startUnixNano === null || inner.startUnixNano === null || outer.startUnixNano <= inner.startUnixNano;
  const ends = outer.endUnixNano === null || inner.endUnixNano === null || inner.endUnixNano <= outer.endUnixNano;
  return begins && ends;
}

function isSumOf(usage: Usage | null, calls: readonly ModelReading[]): boolean {
  if (usage === null) return true;
  const counts = calls.map((call) => countsOf(call.usage));
  return countsOf(usage).every((count, index) => count === counts.reduce((sum, each) => sum + (each[index] ?? 0), 0));
}

/** What was sent and what came back; without counts nothing is more than anything. */
function countsOf(usage: Usage | null): [number, number] {
  if (usage === null) return [0, 0];
  return [usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, usage.outputTokens];
}
