import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { logEventsOf, withEvents } from './join-logs.ts';
import { eventsOf, eventsText, isWholeSpan, type SpanRow, type StoredResource, spanOf, spanValues, storableTime } from './span-row.ts';
import { emptyGrowth, growBy, type TraceGrowth } from './trace-growth.ts';
import type { TraceStatements } from './trace-statements.ts';

/** Writes spans and brings the summaries of their traces up to date. Must run inside a transaction; use one object for one transaction. */
export class SpanWriter {
  readonly #statements: TraceStatements;
  readonly #origin: TraceSource;
  readonly #savedAt: number;
  readonly #growths = new Map<string, TraceGrowth>();
  /** Spans of one process share the resource object, so its text is looked up once. */
  readonly #resources = new Map<RawSpan['resource'], StoredResource>();
  readonly #resourceTexts = new Map<string, number>();
  added = 0;
  /** Log records that found their span. */
  joined = 0;
  /** Log records of a span that takes no more of them. */
  lost = 0;
  /** Whether any log record waits; asked once, when the first span comes. */
  #hasWaiting: boolean | undefined;

  /** @param savedAt milliseconds since 1970 */
  constructor(statements: TraceStatements, origin: TraceSource, savedAt: number) {
    this.#statements = statements;
    this.#origin = origin;
    this.#savedAt = savedAt;
  }

  save(sent: RawSpan): void {
    const growth = this.#growthOf(sent);
    const span = this.#withWaiting(sent);
    const attributes = JSON.stringify(span.attributes);
    const values = spanValues(growth.trace, span, attributes, this.#resourceOf(span.resource));
    if (this.#statements.addSpan.run(...values).changes === 1) {
      this.added += 1;
      growth.spans += 1;
      if (span.statusCode === 'error') growth.errors += 1;
    } else if (!this.#replaceUnfinished(span, values, growth)) {
      return;
    }
    growth.bytes += attributes.length + String(values.at(-2)).length + span.name.length + 100;
    growBy(growth, span);
  }

  /**
   * Adds a log record to its span, where that is there; otherwise it waits for it.
   * @returns `full` when the span takes no more
   */
  saveLog({ traceId, spanId, event }: RawLog): 'joined' | 'known' | 'waiting' | 'full' {
    const row = this.#statements.trace.get(traceId) as { id: number } | undefined;
    const stored = row && (this.#statements.storedSpan.get(row.id, spanId) as unknown as SpanRow | undefined);
    if (!stored || !isWholeSpan(traceId, stored)) {
      const text = eventsText([event]);
      const { changes } = this.#statements.addWaiting.run(traceId, spanId, this.#savedAt, text.length, text);
      this.#hasWaiting = true;
      return changes === 1 ? 'waiting' : 'known';
    }
    const { span, added, lost } = withEvents(spanOf(traceId, stored), [event]);
    if (added === 0) return lost > 0 ? 'full' : 'known';
    const growth = this.#growthOf(span);
    this.#replace(spanValues(growth.trace, span, stored.attributes, this.#resourceOf(span.resource)), span, growth);
    growth.bytes += eventsText([event]).length;
    return 'joined';
  }

  /** A span with the log records that came before it. */
  #withWaiting(span: RawSpan): RawSpan {
    this.#hasWaiting ??= Number(this.#statements.waiting.get()?.records) > 0;
    if (!this.#hasWaiting) return span;
    const events = this.#statements.waitingOf.all(span.traceId, span.spanId).flatMap(({ event }) => eventsOf(String(event)));
    if (events.length === 0) return span;
    this.#statements.forgetWaitingOf.run(span.traceId, span.spanId);
    const { span: whole, added, lost } = withEvents(span, events);
    this.joined += added;
    this.lost += lost;
    return whole;
  }

  /** Makes the summary of a trace anew from its spans, whatever it said before; leaves it when none of them is whole, because then the id may be wrong. */
  mend(traceId: string): void {
    const row = this.#statements.trace.get(traceId) as { id: number; source: TraceSource } | undefined;
    const rows = row ? (this.#statements.spans.all(row.id) as unknown as SpanRow[]) : [];
    const whole = rows.filter((each) => isWholeSpan(traceId, each));
    if (!row || whole.length === 0) return;
    this.#statements.emptyTrace.run(row.id);
    const growth = emptyGrowth(row.id, traceId, row.source, true);
    for (const span of whole) {
      growth.spans += 1;
      if (span.status_code === 'error') growth.errors += 1;
      growth.bytes += span.attributes.length + span.events.length + span.name.length + 100;
      growBy(growth, spanOf(traceId, span));
    }
    this.#write(growth);
  }

  /** Writes the summaries. */
  finish(): void {
    for (const growth of this.#growths.values()) {
      if (!growth.isWhole) this.mend(growth.traceId);
      else if (growth.spans + growth.bytes + growth.conflicts > 0) this.#write(growth);
    }
  }

  #write(growth: TraceGrowth): void {
    const { trace, firstStart, lastEnd, agent, agentStart, root, spans, errors, bytes, conflicts, source, session, sessionStart } = growth;
    const listed = [agent, agentStart, root, spans, errors, bytes, conflicts, source, session, sessionStart] as const;
    this.#statements.grow.run(trace, firstStart, lastEnd, ...listed);
    this.#statements.sealTrace.run(trace);
  }

  #growthOf({ traceId }: RawSpan): TraceGrowth {
    const known = this.#growths.get(traceId);
    if (known) return known;
    const row = this.#statements.trace.get(traceId) as { id: number; source: TraceSource; spans: number; isWhole: number } | undefined;
    const isWhole = !row || (row.isWhole === 1 && this.#statements.spanCount.get(row.id)?.spans === row.spans);
    const trace = row?.id ?? Number(this.#statements.addTrace.run(traceId, this.#origin, this.#savedAt).lastInsertRowid);
    const growth = emptyGrowth(trace, traceId, row?.source ?? this.#origin, isWhole);
    this.#growths.set(traceId, growth);
    return growth;
  }

  #resourceOf(resource: RawSpan['resource']): StoredResource {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const text = JSON.stringify(resource);
    const id = this.#resourceTexts.get(text) ?? this.#storedResource(text);
    const stored = { id, text };
    this.#resourceTexts.set(text, id);
    this.#resources.set(resource, stored);
    return stored;
  }

  #storedResource(text: string): number {
    const row = this.#statements.resource.get(text) as { id: number } | undefined;
    return row?.id ?? Number(this.#statements.addResource.run(text).lastInsertRowid);
  }

  /**
   * Some systems export a span when it begins and again when it ends, and a damaged span is there again when it comes again. Anything else that
   * comes twice stays as it came first.
   */
  #replaceUnfinished(span: RawSpan, values: ReturnType<typeof spanValues>, growth: TraceGrowth): boolean {
    const row = this.#statements.storedSpan.get(growth.trace, span.spanId) as unknown as SpanRow | undefined;
    if (!row || !isWholeSpan(span.traceId, row)) {
      this.#replace(values, span, growth);
      return true;
    }
    const stored = spanOf(span.traceId, row);
    if (stored.endUnixNano === null && storableTime(span.endUnixNano) !== null) {
      const whole = withEvents(span, logEventsOf(stored)).span;
      this.#replace(spanValues(growth.trace, whole, String(values[9]), this.#resourceOf(span.resource)), span, growth);
      if (span.statusCode === 'error' && stored.statusCode !== 'error') growth.errors += 1;
      return true;
    }
    if (stored.name !== span.name || JSON.stringify(stored.attributes) !== values[9]) growth.conflicts += 1;
    return false;
  }

  #replace(values: ReturnType<typeof spanValues>, { spanId }: RawSpan, { trace }: TraceGrowth): void {
    this.#statements.removeText.run(trace, spanId);
    this.#statements.forgetTextChecksum.run();
    this.#statements.removeSpan.run(trace, spanId);
    this.#statements.addSpan.run(...values);
  }
}
