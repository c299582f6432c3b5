import type { RawSpan } from '../../contracts/trace.ts';
import { fromLog } from '../otlp/raw-log.ts';
import { eventsText } from './span-row.ts';

/** Most events of one span: a program that logs without end must not make its span so. */
const mostEvents = 2_000;

/** What became of events that joined a span. */
export interface JoinedEvents {
  readonly span: RawSpan;
  readonly added: number;
  /** More than a span takes. */
  readonly lost: number;
}

/** A span with events that came as log records, in the order of time; those that it has already are known. */
export function withEvents(span: RawSpan, events: RawSpan['events']): JoinedEvents {
  const known = new Set(span.events.map((event) => eventsText([event])));
  const fresh: RawSpan['events'] = [];
  for (const event of events) {
    const text = eventsText([event]);
    if (known.has(text)) continue;
    known.add(text);
    fresh.push(event);
  }
  const added = fresh.slice(0, Math.max(0, mostEvents - span.events.length));
  const all = [...span.events, ...added].sort(byTime);
  return { span: { ...span, events: all }, added: added.length, lost: fresh.length - added.length };
}

/** The events of a span that came as log records. */
export function logEventsOf({ events }: RawSpan): RawSpan['events'] {
  return events.filter(({ attributes }) => attributes[fromLog] === true);
}

/** Those without a time stay where they stand among the others: a sort keeps the order of equals. */
function byTime({ timeUnixNano: one }: RawSpan['events'][number], { timeUnixNano: other }: RawSpan['events'][number]): number {
  if (one === null || other === null || one === other) return 0;
  return one < other ? -1 : 1;
}
