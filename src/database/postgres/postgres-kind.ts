/** What is kept in tables of a shared database that are migrated together: its tables, its words. Several kinds share one schema. */
export interface PostgresKind {
  /** What it holds, in the plural: `trials`. Its version stands under this name. */
  readonly holds: string;
  /**
   * Each entry brings the tables from the version before it (its index) to the next. Entries are never changed once released, only added, and
   * only add: a Docket of the version before is at work meanwhile. Every name in them has its schema before it.
   */
  readonly migrations: readonly string[];
  /** What to do when something in it is damaged, as a sentence. */
  readonly whenDamaged: string;
}

/** The schema that holds everything. */
export const postgresSchema = 'docket';
