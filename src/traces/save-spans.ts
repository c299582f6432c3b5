import type { RawSpan, TraceSource } from '../contracts/trace.ts';
import { agentNameOf, dialectOf } from './dialects/dialects.ts';
import { type SpanRow, spanOf, spanValues, storableTime } from './span-row.ts';
import type { TraceStatements } from './trace-statements.ts';

/** What one save adds to the summary of one trace. */
interface Growth {
  readonly trace: number;
  source: TraceSource;
  firstStart: bigint | null;
  lastEnd: bigint | null;
  agent: string | null;
  agentStart: bigint | null;
  root: string | null;
  spans: number;
  errors: number;
  bytes: number;
  conflicts: number;
}

/** Writes spans and brings the summaries of their traces up to date. Must run inside a transaction; use one object for one transaction. */
export class SpanWriter {
  readonly #statements: TraceStatements;
  readonly #origin: TraceSource;
  readonly #savedAt: number;
  readonly #growths = new Map<string, Growth>();
  /** Spans of one process share the resource object, so its text is looked up once. */
  readonly #resources = new Map<RawSpan['resource'], number>();
  readonly #resourceTexts = new Map<string, number>();
  added = 0;

  /** @param savedAt milliseconds since 1970 */
  constructor(statements: TraceStatements, origin: TraceSource, savedAt: number) {
    this.#statements = statements;
    this.#origin = origin;
    this.#savedAt = savedAt;
  }

  save(span: RawSpan): void {
    const growth = this.#growthOf(span);
    const attributes = JSON.stringify(span.attributes);
    const values = spanValues(growth.trace, span, attributes, this.#resourceOf(span.resource));
    if (this.#statements.addSpan.run(...values).changes === 1) {
      this.added += 1;
      growth.spans += 1;
      if (span.statusCode === 'error') growth.errors += 1;
    } else if (!this.#replaceUnfinished(span, values, growth)) {
      return;
    }
    growth.bytes += attributes.length + String(values.at(-1)).length + span.name.length + 100;
    this.#grow(growth, span);
  }

  /** Writes the summaries. */
  finish(): void {
    for (const growth of this.#growths.values()) {
      const { trace, firstStart, lastEnd, agent, agentStart, root, spans, errors, bytes, conflicts, source } = growth;
      if (spans + bytes + conflicts === 0) continue;
      this.#statements.grow.run(trace, firstStart, lastEnd, agent, agentStart, root, spans, errors, bytes, conflicts, source);
    }
  }

  #growthOf({ traceId }: RawSpan): Growth {
    const known = this.#growths.get(traceId);
    if (known) return known;
    const row = this.#statements.trace.get(traceId) as { id: number; source: TraceSource } | undefined;
    const trace = row?.id ?? Number(this.#statements.addTrace.run(traceId, this.#origin, this.#savedAt).lastInsertRowid);
    const nothing = { firstStart: null, lastEnd: null, agent: null, agentStart: null, root: null };
    const growth: Growth = { trace, source: row?.source ?? this.#origin, ...nothing, spans: 0, errors: 0, bytes: 0, conflicts: 0 };
    this.#growths.set(traceId, growth);
    return growth;
  }

  #resourceOf(resource: RawSpan['resource']): number {
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const text = JSON.stringify(resource);
    const id = this.#resourceTexts.get(text) ?? this.#storedResource(text);
    this.#resourceTexts.set(text, id);
    this.#resources.set(resource, id);
    return id;
  }

  #storedResource(text: string): number {
    const row = this.#statements.resource.get(text) as { id: number } | undefined;
    return row?.id ?? Number(this.#statements.addResource.run(text).lastInsertRowid);
  }

  /** Some systems export a span when it begins and again when it ends. Anything else that comes twice stays as it came first. */
  #replaceUnfinished(span: RawSpan, values: ReturnType<typeof spanValues>, growth: Growth): boolean {
    const stored = spanOf(span.traceId, this.#statements.storedSpan.get(growth.trace, span.spanId) as unknown as SpanRow);
    if (stored.endUnixNano === null && storableTime(span.endUnixNano) !== null) {
      this.#statements.removeText.run(growth.trace, span.spanId);
      this.#statements.removeSpan.run(growth.trace, span.spanId);
      this.#statements.addSpan.run(...values);
      if (span.statusCode === 'error' && stored.statusCode !== 'error') growth.errors += 1;
      return true;
    }
    if (stored.name !== span.name || JSON.stringify(stored.attributes) !== values[9]) growth.conflicts += 1;
    return false;
  }

  #grow(growth: Growth, span: RawSpan): void {
    const start = storableTime(span.startUnixNano);
    const end = storableTime(span.endUnixNano);
    if (start !== null && (growth.firstStart === null || start < growth.firstStart)) growth.firstStart = start;
    if (end !== null && (growth.lastEnd === null || end > growth.lastEnd)) growth.lastEnd = end;
    if (span.parentSpanId === null) growth.root ??= span.name;
    // What the receiver is sent says itself who speaks; an importer knows better where it got it.
    if (growth.source === 'otlp') growth.source = dialectOf(span)?.source ?? 'otlp';
    const agent = agentNameOf(span);
    if (agent === null) return;
    if (growth.agent === null || (start !== null && (growth.agentStart === null || start < growth.agentStart))) {
      growth.agent = agent;
      growth.agentStart = start;
    }
  }
}
