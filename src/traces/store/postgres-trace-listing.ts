import type { PostgresValue } from '../../database/postgres/postgres-database.ts';
import { storableText } from './postgres-text.ts';
import { wordsQuery } from './postgres-text-index.ts';
import type { ListedTrace } from './trace-listing.ts';
import type { TraceFilter, TraceSummary } from './trace-store.ts';

interface Question {
  readonly sql: string;
  readonly values: readonly PostgresValue[];
}

/** A filter as a condition. */
function whereOf(filter: TraceFilter): { readonly where: string; readonly values: PostgresValue[] } {
  const conditions: string[] = [];
  const values: PostgresValue[] = [];
  const add = (condition: (place: string) => string, value: PostgresValue) => conditions.push(condition(`$${values.push(value)}`));
  if (filter.agent !== undefined) add((agent) => `agent = ${agent}`, storableText(filter.agent));
  if (filter.session !== undefined) add((session) => `session = ${session}`, storableText(filter.session));
  if (filter.since !== undefined) add((since) => `listed_at >= ${since}`, Math.ceil(filter.since));
  if (filter.until !== undefined) add((until) => `listed_at < ${until}`, Math.ceil(filter.until));
  if (filter.finding !== undefined)
    add((code) => `id IN (SELECT trace FROM docket.trace_findings WHERE code = ${code})`, storableText(filter.finding));
  if (filter.before !== undefined)
    add(
      (before) => `(listed_at, id) < (SELECT listed_at, id FROM docket.trace_heads WHERE trace_id = ${before})`,
      storableText(filter.before),
    );
  if (filter.text !== undefined) {
    const query = wordsQuery(filter.text);
    if (query === '') conditions.push('false');
    else
      add(
        (words) =>
          `EXISTS (SELECT FROM docket.trace_words AS word WHERE word.week = head.week AND word.trace = head.id AND word.words @@ ${words}::tsquery)`,
        query,
      );
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

/** How many traces there are of each agent, the most first. */
export function agentsQuestion(filter: TraceFilter): Question {
  const { where, values } = whereOf(filter);
  return {
    sql: `SELECT agent, count(*) AS traces FROM docket.trace_heads AS head ${where} GROUP BY agent ORDER BY traces DESC, agent NULLS FIRST`,
    values,
  };
}

/** How many there are, and the one in the middle of the listing. */
export function middleQuestion(filter: TraceFilter): Question {
  const { where, values } = whereOf(filter);
  const from = `FROM docket.trace_heads AS head ${where}`;
  return {
    sql: `SELECT (SELECT count(*) ${from}) AS traces,
      (SELECT trace_id ${from} ORDER BY listed_at DESC, id DESC LIMIT 1 OFFSET (SELECT count(*) / 2 ${from})) AS middle`,
    values,
  };
}

/** The listing; only the summaries are read, never the spans. */
export function listingQuestion(filter: TraceFilter, limit: number): Question {
  const { where, values } = whereOf(filter);
  return {
    sql: `SELECT id, bytes, trace_id AS "traceId", source, agent, session, root, first_start / 1000 / 1e3::double precision AS "startedAt",
      greatest(last_end - first_start, CASE WHEN last_end IS NULL OR first_start IS NULL THEN NULL ELSE 0 END) / 1e6::double precision AS "durationMs",
      span_count AS spans, error_count AS errors,
      ARRAY(SELECT code FROM docket.trace_findings WHERE trace = head.id ORDER BY code COLLATE "C") AS findings
      FROM docket.trace_heads AS head ${where} ORDER BY listed_at DESC, id DESC LIMIT $${values.length + 1}`,
    values: [...values, limit],
  };
}

/** A row of the listing. */
export function listedHead({ id, bytes, ...summary }: { readonly id: number; readonly bytes: number } & TraceSummary): ListedTrace {
  return { id, bytes, summary, isWhole: true };
}
