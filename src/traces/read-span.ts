import type { RawSpan } from '../contracts/trace.ts';
import type { SpanReading } from './dialects/dialect.ts';

/** A span with what was understood of it. */
export interface ReadSpan {
  readonly raw: RawSpan;
  /** 0 for a span without a known parent. */
  readonly depth: number;
  readonly reading: SpanReading | undefined;
}

export type AgentReading = Extract<SpanReading, { kind: 'agent' }>;
export type ModelReading = Extract<SpanReading, { kind: 'model-call' }>;

/** For each span the nearest one around it of a kind, by its place in the list; -1 where there is none. */
export function nearestAround(read: readonly ReadSpan[], kind: SpanReading['kind']): number[] {
  const nearest: number[] = [];
  // Spans stand parents first, each below the last one that is less deep.
  const around: number[] = [];
  for (const [place, { depth }] of read.entries()) {
    while (around.length > 0 && (read[around.at(-1) ?? 0]?.depth ?? 0) >= depth) around.pop();
    const parent = around.at(-1);
    nearest.push(parent === undefined ? -1 : read[parent]?.reading?.kind === kind ? parent : (nearest[parent] ?? -1));
    around.push(place);
  }
  return nearest;
}
