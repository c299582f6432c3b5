/** Columns of a span that its checksum is of, after the id of its trace and before the text of its resource. */
const spanColumns =
  'span_id, parent_span_id, name, scope, start_unix_nano, end_unix_nano, status_code, status_message, span_rows.attributes, events';

/** The checksum of a row of `span_rows`, as SQL. */
export const spanChecksumSql = `row_checksum((SELECT trace_id FROM trace_rows WHERE trace_rows.id = span_rows.trace), ${spanColumns},
  (SELECT resource_rows.attributes FROM resource_rows WHERE resource_rows.id = span_rows.resource))`;

/** Columns of `trace_rows` that the checksum was of before there were sessions; what the list is searched by and shows. */
const listedColumns = `trace_id, source, agent, agent_start, root, first_start, last_end, span_count, error_count,
  conflict_count, saved_at, listed_at`;

/** As `traceChecksumSql`, of rows from before there were sessions. */
export const traceChecksumBeforeSessionsSql = `row_checksum(${listedColumns})`;

/** The checksum of what a list shows of a trace or looks for, in a row of `trace_rows`, as SQL. */
export const traceChecksumSql = `row_checksum(${listedColumns}, session, session_start)`;

/** The checksum of a row that stands under a trace's number and a name, as SQL. */
export const underTraceSql = (name: string, content: string) =>
  `row_checksum((SELECT trace_id FROM trace_rows WHERE id = trace), ${name}, ${content})`;
