import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { runColumns, spanColumns } from './span-row.ts';
import { traceChecksumSql, underTraceSql } from './trace-checksums.ts';

/** Everything the trace store asks of its database again and again; prepared once. */
export function prepareTraceStatements(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  const withBigTimes = (sql: string): StatementSync => {
    const prepared = database.prepare(sql);
    prepared.setReadBigInts(true);
    return prepared;
  };
  const spansOfTraces = withBigTimes(`SELECT ${runColumns} FROM span_rows WHERE trace IN (SELECT value FROM json_each(?))`);
  spansOfTraces.setReturnArrays(true);
  return {
    begin: statement('BEGIN IMMEDIATE'),
    commit: statement('COMMIT'),
    resource: statement('SELECT id FROM resource_rows WHERE attributes = ?'),
    addResource: statement('INSERT INTO resource_rows (attributes) VALUES (?)'),
    trace: statement(
      `SELECT id, source, agent, session, conflict_count AS conflicts, span_count AS spans, checksum IS ${traceChecksumSql} AS isWhole FROM trace_rows WHERE trace_id = ?`,
    ),
    spanCount: statement('SELECT count(*) AS spans FROM span_rows WHERE trace = ?'),
    sealTrace: statement(`UPDATE trace_rows SET checksum = ${traceChecksumSql} WHERE id = ?`),
    emptyTrace: statement(
      `UPDATE trace_rows SET agent = NULL, agent_start = NULL, session = NULL, session_start = NULL, root = NULL, first_start = NULL, last_end = NULL, span_count = 0, error_count = 0,
        bytes = 0 WHERE id = ?`,
    ),
    idsThatBegin: statement("SELECT trace_id FROM trace_rows WHERE trace_id >= ?1 AND trace_id < ?1 || 'g' ORDER BY trace_id LIMIT 10"),
    addTrace: statement(
      `INSERT INTO trace_rows (trace_id, source, span_count, error_count, conflict_count, bytes, saved_at, listed_at)
        VALUES (?1, ?2, 0, 0, 0, 0, ?3, ?3)`,
    ),
    addSpan: statement(`INSERT INTO span_rows (${spanColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    removeSpan: statement('DELETE FROM span_rows WHERE trace = ? AND span_id = ?'),
    removeText: statement('DELETE FROM span_text WHERE rowid = (SELECT id FROM span_rows WHERE trace = ? AND span_id = ?)'),
    forgetTextChecksum: statement('UPDATE text_progress SET checksum = NULL'),
    storedSpan: withBigTimes(
      `SELECT span_rows.*, resource_rows.attributes AS resource FROM span_rows JOIN resource_rows ON resource_rows.id = span_rows.resource
        WHERE trace = ? AND span_id = ?`,
    ),
    spans: withBigTimes(
      `SELECT span_rows.*, resource_rows.attributes AS resource FROM span_rows JOIN resource_rows ON resource_rows.id = span_rows.resource
        WHERE trace = ? ORDER BY span_rows.id`,
    ),
    spansOfTraces,
    resourceText: statement('SELECT attributes FROM resource_rows WHERE id = ?'),
    // The agent and the session of a trace are those of the span that began first: the outermost. Its scores are those of an earlier state now.
    grow: statement(
      `UPDATE trace_rows SET
        first_start = min(coalesce(first_start, ?2), coalesce(?2, first_start)),
        last_end = max(coalesce(last_end, ?3), coalesce(?3, last_end)),
        agent = CASE WHEN ?4 IS NOT NULL AND (agent IS NULL OR coalesce(?5, 9e18) < coalesce(agent_start, 9e18)) THEN ?4 ELSE agent END,
        agent_start = CASE WHEN ?4 IS NOT NULL AND (agent IS NULL OR coalesce(?5, 9e18) < coalesce(agent_start, 9e18)) THEN ?5 ELSE agent_start END,
        session = CASE WHEN ?12 IS NOT NULL AND (session IS NULL OR coalesce(?13, 9e18) < coalesce(session_start, 9e18)) THEN ?12 ELSE session END,
        session_start = CASE WHEN ?12 IS NOT NULL AND (session IS NULL OR coalesce(?13, 9e18) < coalesce(session_start, 9e18)) THEN ?13 ELSE session_start END,
        root = coalesce(root, ?6), span_count = span_count + ?7, error_count = error_count + ?8, bytes = bytes + ?9,
        conflict_count = conflict_count + ?10, source = ?11, judge = NULL,
        listed_at = coalesce(min(coalesce(first_start, ?2), coalesce(?2, first_start)) / 1000000, saved_at)
        WHERE id = ?1`,
    ),
    saveScore: statement(
      'INSERT OR REPLACE INTO score_rows (trace, name, score, checksum) VALUES (?1, ?2, ?3, row_checksum((SELECT trace_id FROM trace_rows WHERE id = ?1), ?2, ?3))',
    ),
    scores: statement(
      `SELECT name, score, checksum IS ${underTraceSql('name', 'score')} AS isWhole FROM score_rows WHERE trace = ? ORDER BY name`,
    ),
    // The number tells whether a score is lost.
    saveScorersHash: statement('UPDATE trace_rows SET judge = ?2, score_count = ?3 WHERE id = ?1'),
    scoredBy: statement('SELECT judge, score_count AS scores FROM trace_rows WHERE id = ? AND judge IS NOT NULL'),
    forgetScores: statement('DELETE FROM score_rows WHERE trace = ?'),
    forgetFindings: statement('DELETE FROM finding_rows WHERE trace = ?'),
    addFinding: statement('INSERT OR IGNORE INTO finding_rows (code, trace) VALUES (?, ?)'),
    // What is damaged counts as never sent or read: it is sent or read once more.
    sent: statement(`SELECT destination, what FROM sent_rows WHERE trace = ? AND checksum IS ${underTraceSql('destination', 'what')}`),
    saveSent: statement(
      'INSERT OR REPLACE INTO sent_rows (trace, destination, what, checksum) VALUES (?1, ?2, ?3, row_checksum((SELECT trace_id FROM trace_rows WHERE id = ?1), ?2, ?3))',
    ),
    addWaiting: statement(
      `INSERT INTO log_rows (trace_id, span_id, saved_at, bytes, event, checksum)
        SELECT ?1, ?2, ?3, ?4, ?5, row_checksum(?1, ?2, ?5) WHERE NOT EXISTS (SELECT 1 FROM log_rows WHERE trace_id = ?1 AND span_id = ?2 AND event = ?5)`,
    ),
    waiting: statement('SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM log_rows'),
    oldestWaiting: statement('SELECT id, bytes FROM log_rows ORDER BY id'),
    waitingOf: statement(
      'SELECT event FROM log_rows WHERE trace_id = ? AND span_id = ? AND checksum IS row_checksum(trace_id, span_id, event) ORDER BY id',
    ),
    forgetWaitingOf: statement('DELETE FROM log_rows WHERE trace_id = ? AND span_id = ?'),
    forgetWaiting: statement('DELETE FROM log_rows WHERE id = ?'),
    cursor: statement('SELECT cursor FROM cursors WHERE importer = ? AND checksum IS row_checksum(importer, cursor)'),
    saveCursor: statement('INSERT OR REPLACE INTO cursors (importer, cursor, checksum) VALUES (?1, ?2, row_checksum(?1, ?2))'),
  };
}

export type TraceStatements = ReturnType<typeof prepareTraceStatements>;
