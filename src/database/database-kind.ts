/** What sets one of Docket's databases apart from another: its mark, its tables, its words. */
export interface DatabaseKind {
  /** What it holds, in the plural: `trials`. */
  readonly holds: string;
  /** Four letters as a number that mark the file, see https://www.sqlite.org/pragma.html#pragma_application_id. */
  readonly applicationId: number;
  /** Each entry brings a file from the version before it (its index) to the next. Entries are never changed once released, only added. */
  readonly migrations: readonly string[];
  /** True where only the file's owner may read it: what customers said stands in it as they said it. */
  readonly isPrivate?: boolean;
  /** Settings that only an empty file can still take. */
  readonly layout?: string;
  /** The tables whose rows are not made of others: what is saved of a file whose pages are damaged. */
  readonly tables: readonly string[];
  /** SELECT of the column `name` of every row whose checksum does not fit: which one it is, for people. */
  readonly damagedRows: string;
  /** What is made of the rows, beside indexes, and can be made anew: how its faults read, and what empties it. */
  readonly derived?: { readonly fault: RegExp; readonly empty: string };
  /** Settings of every connection. */
  readonly settings: string;
  /** What to do when the disk is full: `free space`. */
  readonly whenFull: string;
  /** What becomes of what could not be saved of a damaged file, as a sentence. */
  readonly afterSalvage: string;
  /** What to do when the file is damaged, as a sentence. */
  readonly whenDamaged: string;
}
