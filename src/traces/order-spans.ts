import type { RawSpan, TraceGap } from '../contracts/trace.ts';

/** A span in its place. */
export interface PlacedSpan {
  readonly span: RawSpan;
  /** 0 for a span without a known parent. */
  readonly depth: number;
}

/**
 * Puts spans into the order of their start, parents before children, whatever order they came in. A span whose parent is missing stands as a
 * root; a circle of parents is opened where it began first. Both are named. No recursion: a trace may be nested as deeply as it has spans.
 */
export function orderSpans(spans: readonly RawSpan[]): { placed: PlacedSpan[]; gaps: TraceGap[] } {
  const sorted = [...spans].sort(byStart);
  const ids = new Set(sorted.map(({ spanId }) => spanId));
  const children = new Map<string, RawSpan[]>();
  const roots: RawSpan[] = [];
  const gaps: TraceGap[] = [];
  for (const span of sorted) {
    const { parentSpanId, spanId } = span;
    if (parentSpanId !== null && ids.has(parentSpanId)) {
      const siblings = children.get(parentSpanId);
      if (siblings) siblings.push(span);
      else children.set(parentSpanId, [span]);
      continue;
    }
    roots.push(span);
    if (parentSpanId !== null) gaps.push({ code: 'orphan', message: `The span's parent ${parentSpanId} is missing.`, spanId });
  }
  const placed: PlacedSpan[] = [];
  const seen = new Set<string>();
  const place = (root: RawSpan) => {
    const open: PlacedSpan[] = [{ span: root, depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
      if (seen.has(next.span.spanId)) continue;
      seen.add(next.span.spanId);
      placed.push(next);
      const below = next.depth + 1;
      for (const span of (children.get(next.span.spanId) ?? []).toReversed()) open.push({ span, depth: below });
    }
  };
  roots.forEach(place);
  for (const span of sorted) {
    if (seen.has(span.spanId)) continue;
    gaps.push({ code: 'cycle', message: 'The span is its own ancestor; it is shown as a root.', spanId: span.spanId });
    place(span);
  }
  return { placed, gaps };
}

/** Spans without a time come last, in the order in which they were given. */
function byStart(one: RawSpan, other: RawSpan): number {
  if (one.startUnixNano === other.startUnixNano) return 0;
  if (one.startUnixNano === null) return 1;
  if (other.startUnixNano === null) return -1;
  return one.startUnixNano < other.startUnixNano ? -1 : 1;
}
