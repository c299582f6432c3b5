import type { TraceSpan } from '../../../contracts/trace.ts';
import { Name } from '../../../reporters/page/foreign.tsx';
import { largestOf, smallestOf } from '../../../stats/extremes.ts';
import { count, duration } from '../../../text/figures.ts';

/** Deeper spans are drawn at this depth. */
const deepest = 8;

/** What a span is called. */
export function spanName(span: TraceSpan): string {
  switch (span.kind) {
    case 'agent':
      return span.agent ?? span.name;
    case 'model-call':
      return span.model ?? span.name;
    case 'tool-call':
      return span.tool;
    case 'other':
      return span.name;
  }
}

const kindNames = { agent: 'agent', 'model-call': 'model', 'tool-call': 'tool', other: 'other' } as const;

/** The spans of a run below each other, each where it began and as long as it took. */
export function Timeline({
  spans,
  selected,
  onSelect,
}: {
  readonly spans: readonly TraceSpan[];
  readonly selected: string | undefined;
  readonly onSelect: (spanId: string) => void;
}) {
  const timed = spans.filter((span) => span.startedAt !== null);
  const first = smallestOf(timed.map(({ startedAt }) => startedAt ?? 0));
  const last = largestOf(timed.map(({ startedAt, durationMs }) => (startedAt ?? 0) + (durationMs ?? 0)));
  const whole = Math.max(last - first, 0.001);
  const depths = depthsOf(spans);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">When</h2>
      {timed.length > 0 && (
        <p class="timeline-scale soft figures" aria-hidden="true">
          <span>0</span>
          <span>{duration(whole / 2)}</span>
          <span>{duration(whole)}</span>
        </p>
      )}
      <ol class="timeline">
        {spans.map((span) => {
          const { spanId, startedAt, durationMs, error, kind } = span;
          return (
            <li key={spanId}>
              <button type="button" aria-pressed={spanId === selected} class={`span-row ${kind}`} onClick={() => onSelect(spanId)}>
                <span class="span-name" style={{ paddingLeft: `${Math.min(depths.get(spanId) ?? 0, deepest) * 12}px` }}>
                  <span class="tag">{kindNames[kind]}</span> <Name text={spanName(span)} />
                  {error !== null && <b class="bad"> ✗</b>}
                </span>
                <span class="span-track">
                  {startedAt !== null && (
                    <span
                      class={`span-bar ${kind}${error === null ? '' : ' failed'}`}
                      style={{
                        left: `${((startedAt - first) / whole) * 100}%`,
                        width: `${Math.max(((durationMs ?? 0) / whole) * 100, 0.5)}%`,
                      }}
                    />
                  )}
                </span>
                <span class="figures soft">{durationMs === null ? 'no end' : duration(durationMs)}</span>
              </button>
            </li>
          );
        })}
      </ol>
      {timed.length < spans.length && <p class="soft">{count(spans.length - timed.length)} of these have no usable time.</p>}
    </section>
  );
}

/** Parents stand before their children, so one pass is enough. */
function depthsOf(spans: readonly TraceSpan[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { spanId, parentSpanId } of spans) depths.set(spanId, parentSpanId === null ? 0 : (depths.get(parentSpanId) ?? -1) + 1);
  return depths;
}
