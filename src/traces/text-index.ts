import type { DatabaseSync } from 'node:sqlite';
import { searchableText } from './searchable-text.ts';

/** Longest part of one span that is searched, in characters: a hundred-megabyte attribute is stored, not indexed. */
const mostText = 65_536;
const spansAtATime = 2_000;

/** How far the index is. */
export interface IndexStep {
  /** Spans since the first step. */
  readonly indexed: number;
  /** Spans that were not in the index before it. */
  readonly total: number;
}

/**
 * Brings the full-text index up to date with the spans, step by step as it is iterated; nothing when it is. Saving does not do it: a
 * receiver must not wait for it. Each step is a transaction of its own, so others can save in between, and what is done stays done.
 */
export function* catchUpWithText(database: DatabaseSync): Generator<IndexStep> {
  const progress = database.prepare('SELECT last_span AS last FROM text_progress');
  const newest = database.prepare('SELECT coalesce(max(id), 0) AS newest FROM span_rows');
  const { newest: last } = newest.get() as { newest: number };
  const { last: first } = progress.get() as { last: number };
  if (first >= last) return;
  database.function('searchable', { deterministic: true, varargs: true }, (...texts) => searchableText(texts.join(' ').slice(0, mostText)));
  const advance = database.prepare('UPDATE text_progress SET last_span = ?');
  // A name may hold a NUL, at which SQLite's own functions end; JSON holds none.
  const index = database.prepare(
    `INSERT INTO span_text (rowid, body)
      SELECT id, searchable(name, status_message, substr(attributes, 1, ${mostText}), substr(events, 1, ${mostText}))
      FROM span_rows WHERE id > ? AND id <= ?`,
  );
  for (let at = first; at < last; ) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const from = (progress.get() as { last: number }).last;
      const to = Math.max(from, Math.min(from + spansAtATime, last));
      index.run(from, to);
      advance.run(to);
      database.exec('COMMIT');
      at = to;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    yield { indexed: at - first, total: last - first };
  }
}

/** A person's words as a query of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): each is a string, none an operator. */
export function textQuery(words: string): string {
  const found = words.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return found.map((word) => `"${word}"`).join(' ');
}
