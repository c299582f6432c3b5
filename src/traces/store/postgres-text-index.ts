import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { searchableText } from './searchable-text.ts';
import type { IndexStep } from './text-index.ts';

/** Longest part of one span that is searched, in characters. */
const mostText = 65_536;
const spansAtATime = 2000;
/** Longest word that is told from another, in characters: PostgreSQL takes 2,046 bytes. */
const longestWord = 500;

type Unindexed = { readonly week: string; readonly trace: number; readonly span_id: string };
type Text = Unindexed & { readonly name: string; readonly status_message: string; readonly attributes: string; readonly events: string };

/**
 * Brings the index of words up to date with the spans, step by step as it is iterated. Saving only notes what is to be indexed: a receiver must not wait
 * for it. Several processes share the work.
 * @param onLeft told how many spans are not found, because this role, or whoever asks a copy, may not index them
 */
export async function* indexWords(database: PostgresDatabase, onLeft: (spans: number) => void): AsyncGenerator<IndexStep> {
  const { rows } = await database.query<{ readonly spans: number; readonly may: boolean }>(
    `SELECT count(*) AS spans, has_table_privilege('docket.trace_words', 'INSERT')
      AND current_setting('transaction_read_only') = 'off' AS may FROM docket.trace_unindexed`,
  );
  let total = rows[0]?.spans ?? 0;
  if (total > 0 && rows[0]?.may !== true) {
    onLeft(total);
    return;
  }
  for (let indexed = 0; total > 0; ) {
    const spans = await indexSome(database);
    if (spans === 0) return;
    indexed += spans;
    total = Math.max(total, indexed);
    yield { indexed, total };
  }
}

function indexSome(database: PostgresDatabase): Promise<number> {
  return database.transaction(async (transaction) => {
    const { rows: taken } = await transaction.query<Unindexed>(
      `DELETE FROM docket.trace_unindexed WHERE (week, trace, span_id) IN (
          SELECT week, trace, span_id FROM docket.trace_unindexed ORDER BY week, trace, span_id LIMIT $1 FOR UPDATE
        ) RETURNING to_char(week, 'YYYY-MM-DD') AS week, trace, span_id`,
      [spansAtATime],
    );
    const there: Text[] = [];
    // Week by week: asked for all at once, the spans of all weeks are read.
    for (const [week, some] of Map.groupBy(taken, (each) => each.week)) {
      const { rows } = await transaction.query<Omit<Text, 'week'>>(
        `SELECT trace, span_id, name, status_message, left(attributes, $4) AS attributes, left(events, $4) AS events
          FROM unnest($2::bigint[], $3::text[]) AS taken (trace, span_id) JOIN docket.trace_spans AS span USING (trace, span_id) WHERE span.week = $1`,
        [
          week,
          ...columnsOf(
            some,
            ({ trace }) => trace,
            ({ span_id }) => span_id,
          ),
          mostText,
        ],
      );
      there.push(...rows.map((row) => ({ ...row, week })));
    }
    await transaction.query(
      `INSERT INTO docket.trace_words (week, trace, span_id, words)
        SELECT week, trace, span_id, array_to_tsvector(ARRAY(SELECT json_array_elements_text(words::json)))
          FROM unnest($1::date[], $2::bigint[], $3::text[], $4::text[]) AS sent (week, trace, span_id, words)
        ON CONFLICT (week, trace, span_id) DO UPDATE SET words = excluded.words`,
      columnsOf(
        there,
        ({ week }) => week,
        ({ trace }) => trace,
        ({ span_id }) => span_id,
        (text) =>
          JSON.stringify(
            wordsOf(searchableText([text.name, text.status_message, text.attributes, text.events].join(' ').slice(0, mostText))),
          ),
      ),
    );
    return taken.length;
  });
}

/** The words of a text as SQLite's index has them: letters and digits, whatever their case and accents. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return [...new Set((plain.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []).map((word) => word.slice(0, longestWord).toWellFormed()))];
}

/** A person's words as a query of the index: all of them must stand in a span. Empty where there is none. */
export function wordsQuery(words: string): string {
  return wordsOf(words)
    .map((word) => `'${word}'`)
    .join(' & ');
}
