/** What is kept in tables of a shared database that are migrated together: its tables, its words. Several kinds share one schema. */
export interface PostgresKind {
  /** What it holds, in the plural: `trials`. Its version stands under this name. */
  readonly holds: string;
  /**
   * Each entry brings the tables from the version before it (its index) to the next. Entries are never changed once released, only added, and
   * only add: a Docket of the version before is at work meanwhile. Every name in them has its schema before it.
   */
  readonly migrations: readonly string[];
  /** Tables to which rows are added and of which none is ever changed. */
  readonly appended?: readonly string[];
  /** Tables whose rows are added and completed later, and not removed. */
  readonly grown?: readonly string[];
  /** A schema beside Docket's own with what people query. */
  readonly views?: string;
  /** Tables that only reviewers add to. */
  readonly reviewed?: readonly string[];
  /** Tables of what is under way, whose rows come and go. */
  readonly working?: readonly string[];
  /** Tables of what is under way that only workers, and who gives them work, change. */
  readonly worked?: readonly string[];
  /** A schema beside Docket's own that a library keeps, for the same. */
  readonly engine?: string;
  /** What to do when something in it is damaged, as a sentence. */
  readonly whenDamaged: string;
}

/** The schema that holds everything. */
export const postgresSchema = 'docket';
