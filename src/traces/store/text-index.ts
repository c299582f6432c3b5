import type { DatabaseSync } from 'node:sqlite';
import { databaseBytes, mostCheckedBytes } from '../../database/check-database.ts';
import { rowChecksum } from '../../database/row-checksum.ts';
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
  const progress = database.prepare('SELECT last_span AS last, checksum FROM text_progress');
  const newest = database.prepare('SELECT coalesce(max(id), 0) AS newest FROM span_rows');
  const { newest: last } = newest.get() as { newest: number };
  const { last: first, checksum } = progress.get() as { last: number; checksum: number | null };
  if (first >= last) {
    if (checksum === null) sealText(database);
    return;
  }
  database.function('searchable', { deterministic: true, varargs: true }, (...texts) => searchableText(texts.join(' ').slice(0, mostText)));
  const advance = database.prepare('UPDATE text_progress SET last_span = ?, checksum = NULL');
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
  sealText(database);
}

/** Notes that nothing is indexed yet, also where the note itself is lost. */
const textFromBeginning = 'INSERT OR REPLACE INTO text_progress (one, last_span, checksum) VALUES (1, 0, NULL)';

/** The tables in which FTS5 keeps the index (https://www.sqlite.org/fts5.html#fts5_data_structures), as texts. */
const indexContent = `SELECT hex(block) AS content FROM span_text_data UNION ALL SELECT hex(term) || segid || '.' || pgno FROM span_text_idx
  UNION ALL SELECT id || hex(sz) FROM span_text_docsize UNION ALL SELECT k || v FROM span_text_config UNION ALL SELECT last_span FROM text_progress`;

function textChecksum(database: DatabaseSync): number {
  const contents = database.prepare(indexContent).all();
  return rowChecksum(...contents.map(({ content }) => String(content)));
}

/** Notes what the index holds, where it is small enough to be looked through at each search. */
function sealText(database: DatabaseSync): void {
  if (databaseBytes(database) > mostCheckedBytes) return;
  // Another process may be about to change it.
  database.exec('BEGIN IMMEDIATE');
  try {
    database.prepare('UPDATE text_progress SET checksum = ?').run(textChecksum(database));
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Empties an index that is not what was noted, so that it is made anew; true when it did. */
export function mendTextIndex(database: DatabaseSync): boolean {
  const noted = database.prepare('SELECT checksum FROM text_progress').get() as { checksum: number | null } | undefined;
  if (noted && (noted.checksum === null || databaseBytes(database) > mostCheckedBytes || noted.checksum === textChecksum(database)))
    return false;
  database.exec(`INSERT INTO span_text (span_text) VALUES ('delete-all'); ${textFromBeginning}`);
  return true;
}

/** A person's words as a query of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): each is a string, none an operator. */
export function textQuery(words: string): string {
  const found = words.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  return found.map((word) => `"${word}"`).join(' ');
}
