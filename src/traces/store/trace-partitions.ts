import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { codeOf } from '../../database/postgres/postgres-error.ts';
import { otherWeek } from './trace-week.ts';

/** The weeks whose spans have a partition in a shared database. */
export class TracePartitions {
  readonly #database: PostgresDatabase;
  /** What is known of weeks that were asked for: whether each has its partition. */
  readonly #known = new Map<string, boolean>();

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  /** Makes the partitions of these weeks, where they are missing. Nobody who reads or writes is waited for, and nobody waits for it. */
  async make(weeks: readonly string[]): Promise<void> {
    for (const week of weeks) {
      if (this.#known.has(week)) continue;
      const { rows } = await this.#database.query<{ readonly made: boolean }>('SELECT docket.has_trace_week($1) AS made', [week]);
      this.#known.set(week, rows[0]?.made ?? false);
    }
  }

  /** Where the spans of a week lie: among all others, where by the server's clock it is too far away to have a place of its own. */
  placeOf(week: string): string {
    return this.#known.get(week) === false ? otherWeek : week;
  }

  /**
   * Carries out what stores into weeks that were made; anew where somebody has dropped one of them since.
   * @param store may be carried out again when it throws `WeekIsGone`
   */
  async within<Value>(weeks: readonly string[], store: () => Promise<Value>): Promise<Value> {
    for (let again = 0; ; again += 1) {
      await this.make(weeks);
      try {
        return await store();
      } catch (error) {
        if (!(error instanceof WeekIsGone) || again === mostTimes) throw error;
        this.#known.clear();
      }
    }
  }
}

/** A week that is dropped again and again while something is stored into it. */
const mostTimes = 5;

/** The partition that a span belongs into was dropped. */
export class WeekIsGone extends Error {
  /** What an insert failed with, told from everything else. */
  static from(error: unknown): unknown {
    // A row for which there is no partition; a partition that was dropped while its lock was waited for.
    return ['23514', '42P01', 'XX000'].includes(codeOf(error) ?? '') && /partition|could not open relation/i.test(String(error))
      ? new WeekIsGone('The week was dropped.')
      : error;
  }
}
