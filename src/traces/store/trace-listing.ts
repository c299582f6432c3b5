import type { SQLInputValue } from 'node:sqlite';
import { textQuery } from './text-index.ts';
import { traceChecksumSql } from './trace-checksums.ts';
import type { TraceFilter, TraceSummary } from './trace-store.ts';

/** A row of the listing. */
interface ListedRow extends Omit<TraceSummary, 'findings'> {
  readonly id: number;
  readonly bytes: number;
  readonly findings: string | null;
  /** 0 when the row is not what was written. */
  readonly isWhole: number;
}

/** A filter as a condition in SQL. */
function whereOf(filter: TraceFilter): Condition {
  const conditions: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (condition: string, ...given: SQLInputValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (filter.agent !== undefined) add('agent = ?', filter.agent);
  if (filter.session !== undefined) add('session = ?', filter.session);
  if (filter.since !== undefined) add('listed_at >= ?', Math.ceil(filter.since));
  if (filter.until !== undefined) add('listed_at < ?', Math.ceil(filter.until));
  if (filter.finding !== undefined) add('id IN (SELECT trace FROM finding_rows WHERE code = ?)', filter.finding);
  if (filter.before !== undefined) {
    add('(listed_at, id) < (SELECT listed_at, id FROM trace_rows WHERE trace_id = ?)', filter.before);
  }
  if (filter.text !== undefined) {
    const query = textQuery(filter.text);
    if (query === '') add('0');
    else add('id IN (SELECT trace FROM span_rows WHERE id IN (SELECT rowid FROM span_text WHERE span_text MATCH ?))', query);
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

interface Condition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

interface Question {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Spans with the words, from which on they are frequent, and traces that are then looked through first. */
const frequent = 20_000;
const newestLooked = 2000;

/**
 * Whether the words stand in so many spans that finding all of them takes longer than looking for them in the newest traces, one by one: then most of a page
 * is among these.
 */
export function frequentSql(text: string): Question {
  return {
    sql: `SELECT count(*) > ${frequent} AS isFrequent FROM (SELECT 1 FROM span_text WHERE span_text MATCH ? LIMIT ${frequent + 1})`,
    values: [textQuery(text)],
  };
}

/** Of the newest traces that meet the other conditions those that hold the words; in their order, so that the first page ends it. */
function amongNewest({ text = '', ...filter }: TraceFilter): { readonly from: string; readonly values: readonly SQLInputValue[] } {
  const { where, values } = whereOf(filter);
  return {
    // The words of a span are looked up in the index, never the spans of the words: "CROSS" keeps SQLite from turning it round.
    from: `(SELECT * FROM trace_rows ${where} ORDER BY listed_at DESC, id DESC LIMIT ${newestLooked}) AS trace_rows
      WHERE EXISTS (SELECT 1 FROM span_rows CROSS JOIN span_text ON span_text.rowid = span_rows.id
        WHERE span_rows.trace = trace_rows.id AND span_text MATCH ?)`,
    values: [...values, textQuery(text)],
  };
}

/** How many traces there are of each agent, the most first. */
export function agentsSql(filter: TraceFilter): Question {
  const { where, values } = whereOf(filter);
  return { sql: `SELECT agent, count(*) AS traces FROM trace_rows ${where} GROUP BY agent ORDER BY traces DESC, agent`, values };
}

/** How many there are, and the one in the middle of the listing. */
export function middleSql(filter: TraceFilter): Question {
  const { where, values } = whereOf(filter);
  const half = `(SELECT count(*) / 2 FROM trace_rows ${where})`;
  return {
    sql: `SELECT (SELECT count(*) FROM trace_rows ${where}) AS traces,
      (SELECT trace_id FROM trace_rows ${where} ORDER BY listed_at DESC, id DESC LIMIT 1 OFFSET ${half}) AS middle`,
    values: [...values, ...values, ...values],
  };
}

/**
 * The listing as SQL; only the summaries are read, never the spans.
 * @param newest only the newest ones are looked through for the words, so it may be less than there is
 */
export function listingSql(filter: TraceFilter, limit: number, newest = false): Question {
  const { from, values } = newest ? amongNewest(filter) : inOrder(filter);
  return {
    sql: `SELECT id, bytes, trace_id AS traceId, source, agent, session, root, first_start / 1000 / 1e3 AS startedAt,
      max(last_end - first_start, 0) / 1e6 AS durationMs, span_count AS spans, error_count AS errors,
      (SELECT group_concat(code, ' ' ORDER BY code) FROM finding_rows WHERE trace = trace_rows.id) AS findings,
      checksum IS ${traceChecksumSql} AS isWhole
      FROM ${from} LIMIT ?`,
    values: [...values, limit],
  };
}

function inOrder(filter: TraceFilter): { readonly from: string; readonly values: readonly SQLInputValue[] } {
  const { where, values } = whereOf(filter);
  return { from: `trace_rows ${where} ORDER BY listed_at DESC, id DESC`, values };
}

/** A row as a summary, with its number, its size, and whether it is what was written. */
export interface ListedTrace {
  readonly id: number;
  readonly bytes: number;
  readonly summary: TraceSummary;
  readonly isWhole: boolean;
}

/** A row of the listing. */
export function listedTrace(row: Record<string, unknown>): ListedTrace {
  const { id, bytes, isWhole, findings, traceId, source, agent, session, root, startedAt, durationMs, spans, errors } =
    row as unknown as ListedRow;
  const summary = { traceId, source, agent, session, root, startedAt, durationMs, spans, errors };
  return { id, bytes, summary: { ...summary, findings: findings === null ? [] : findings.split(' ') }, isWhole: isWhole === 1 };
}
