import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import { counted } from '../../text/figures.ts';
import { assembleTrace } from '../assemble-trace.ts';
import { readRuns } from './read-runs.ts';
import { isWholeSpan, type SpanRow, spanOf } from './span-row.ts';
import type { TraceDamage } from './trace-damage.ts';
import type { ListedTrace } from './trace-listing.ts';
import type { TraceStatements } from './trace-statements.ts';
import type { StoredRun } from './trace-store.ts';

/** What a look-up of a trace gives. */
interface TraceRow {
  readonly id: number;
  readonly source: TraceSource;
  readonly agent: string | null;
  readonly session: string | null;
  readonly conflicts: number;
  readonly spans: number;
  /** 0 when the row is not what was written. */
  readonly isWhole: number;
}

/** Reads the spans of traces in a file. */
export class SqliteStoredTraces {
  readonly #statements: TraceStatements;
  readonly #damage: TraceDamage;

  constructor(statements: TraceStatements, damage: TraceDamage) {
    this.#statements = statements;
    this.#damage = damage;
  }

  /** Undefined when there is no such trace. */
  spans(traceId: string): RawSpan[] | undefined {
    const row = this.#traceRow(traceId);
    return row && this.#spansOf(row, traceId).spans;
  }

  /** @param now milliseconds since 1970 */
  trace(traceId: string, now: number): Trace | undefined {
    const row = this.#traceRow(traceId);
    if (!row) return undefined;
    const { spans, damaged } = this.#spansOf(row, traceId);
    return assembleTrace(spans, {
      source: row.source,
      agent: row.isWhole ? row.agent : null,
      session: row.isWhole ? row.session : null,
      conflicts: row.conflicts,
      damaged,
      now,
    });
  }

  /** The runs of some traces as they were listed. */
  runs(group: readonly ListedTrace[]): StoredRun[] {
    const read = readRuns(this.#statements, group);
    return group.map(({ id, summary, isWhole }) => {
      const { spans, rows } = read.get(id) ?? { spans: [], rows: 0 };
      this.#tellDamage(summary.traceId, Math.max(rows, isWhole ? summary.spans : 0) - spans.length, isWhole);
      return { summary, spans };
    });
  }

  #traceRow(traceId: string): TraceRow | undefined {
    return this.#statements.trace.get(traceId) as unknown as TraceRow | undefined;
  }

  /** The whole spans of a trace, and how many are not, or are not there any more. */
  #spansOf({ id, spans: count, isWhole }: TraceRow, traceId: string): { readonly spans: RawSpan[]; readonly damaged: number } {
    const rows = this.#statements.spans.all(id) as unknown as SpanRow[];
    const whole = rows.filter((row) => isWholeSpan(traceId, row));
    const damaged = Math.max(rows.length, isWhole ? count : 0) - whole.length;
    this.#tellDamage(traceId, damaged, isWhole === 1);
    return { spans: whole.map((span) => spanOf(traceId, span)), damaged };
  }

  #tellDamage(traceId: string, damaged: number, isWhole: boolean): void {
    if (damaged > 0)
      this.#damage.tell(
        `${damaged === 1 ? 'a span' : counted(damaged, 'span')} of trace ${traceId} cannot be read and ${damaged === 1 ? 'is' : 'are'} left out; importing or sending them again replaces them`,
      );
    if (!isWhole) this.#damage.tell(`what is listed of trace ${traceId} is damaged`);
  }
}
