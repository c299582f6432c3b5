import type { DatabaseSync } from 'node:sqlite';

/** Longest text of one span that is searched, in characters: a hundred-megabyte attribute is stored, not indexed. */
const mostText = 65_536;
const spansAtATime = 5_000;

/**
 * Brings the full-text index up to date with the spans. Saving does not do it, because indexing costs more than storing, and most spans
 * are never searched; the first search after an import pays for it. Each step is a transaction of its own, so others can save in between.
 */
export function catchUpWithText(database: DatabaseSync): void {
  const progress = database.prepare('SELECT last_span AS last FROM text_progress');
  const newest = database.prepare('SELECT coalesce(max(id), 0) AS newest FROM span_rows');
  const advance = database.prepare('UPDATE text_progress SET last_span = ?');
  const index = database.prepare(
    `INSERT INTO span_text (rowid, body) SELECT id, substr(name || ' ' || status_message || ' ' || attributes || ' ' || events, 1, ${mostText})
      FROM span_rows WHERE id > ? AND id <= ?`,
  );
  const { newest: last } = newest.get() as { newest: number };
  while ((progress.get() as { last: number }).last < last) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const from = (progress.get() as { last: number }).last;
      const to = Math.min(from + spansAtATime, last);
      index.run(from, to);
      advance.run(Math.max(from, to));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** A person's words as a query of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): each is a string, none an operator. */
export function textQuery(words: string): string {
  const found = words.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return found.map((word) => `"${word}"`).join(' ');
}
