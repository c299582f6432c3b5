import type { DatabaseKind } from '../../database/database-kind.ts';
import { storedSessionSql } from './stored-session.ts';
import { spanChecksumSql, traceChecksumBeforeSessionsSql, traceChecksumSql, underTraceSql } from './trace-checksums.ts';

/** The index of words. */
const textIndex = `CREATE VIRTUAL TABLE span_text USING fts5 (body, content = '', contentless_delete = 1, detail = 'none', tokenize = 'unicode61')`;

/**
 * A trace is known by a number of its own inside the file, so that its spans lie together whatever its id is. What a list shows of a trace
 * is kept beside it and brought up to date with every save. People query the views `traces`, `spans`, `scores` and `findings`;
 * the tables below them may change.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE resource_rows (id INTEGER PRIMARY KEY, attributes TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE trace_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    agent TEXT, agent_start INTEGER, root TEXT, first_start INTEGER, last_end INTEGER,
    span_count INTEGER NOT NULL, error_count INTEGER NOT NULL, conflict_count INTEGER NOT NULL,
    bytes INTEGER NOT NULL, saved_at INTEGER NOT NULL, listed_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX trace_rows_listed ON trace_rows (listed_at, id);
  CREATE INDEX trace_rows_agent ON trace_rows (agent, listed_at, id);
  CREATE TABLE span_rows (
    id INTEGER PRIMARY KEY AUTOINCREMENT, trace INTEGER NOT NULL, span_id TEXT NOT NULL, parent_span_id TEXT,
    name TEXT NOT NULL, scope TEXT NOT NULL, start_unix_nano INTEGER, end_unix_nano INTEGER,
    status_code TEXT NOT NULL, status_message TEXT NOT NULL, attributes TEXT NOT NULL, resource INTEGER NOT NULL, events TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX span_rows_identity ON span_rows (trace, span_id);
  ${textIndex};
  CREATE TABLE text_progress (one INTEGER PRIMARY KEY CHECK (one = 1), last_span INTEGER NOT NULL) STRICT;
  INSERT INTO text_progress VALUES (1, 0);
  CREATE TABLE score_rows (trace INTEGER NOT NULL, name TEXT NOT NULL, score TEXT NOT NULL, PRIMARY KEY (trace, name)) STRICT;
  CREATE TABLE finding_rows (code TEXT NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY (code, trace)) STRICT, WITHOUT ROWID;
  CREATE INDEX finding_rows_trace ON finding_rows (trace);
  CREATE TABLE cursors (importer TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT;
  CREATE VIEW traces AS SELECT trace_id, source, agent, root, first_start / 1000 / 1e3 AS started_at,
    (last_end - first_start) / 1e6 AS duration_ms, span_count AS spans, error_count AS errors, bytes FROM trace_rows;
  CREATE VIEW spans AS SELECT trace_id, span_id, parent_span_id, name, scope, start_unix_nano / 1000 / 1e3 AS started_at,
    (end_unix_nano - start_unix_nano) / 1e6 AS duration_ms, status_code AS status, status_message, span_rows.attributes AS attributes,
    resource_rows.attributes AS resource, events
    FROM span_rows JOIN trace_rows ON trace_rows.id = span_rows.trace JOIN resource_rows ON resource_rows.id = span_rows.resource;
  CREATE VIEW scores AS SELECT trace_id, name, score ->> 'pass' AS pass, score ->> 'value' AS value, score ->> 'reason' AS reason
    FROM score_rows JOIN trace_rows ON trace_rows.id = score_rows.trace;
  CREATE VIEW findings AS SELECT trace_id, code FROM finding_rows JOIN trace_rows ON trace_rows.id = finding_rows.trace;
  `,
  // What of a trace is at a destination already.
  'CREATE TABLE sent_rows (trace INTEGER NOT NULL, destination TEXT NOT NULL, what TEXT NOT NULL, PRIMARY KEY (trace, destination)) STRICT, WITHOUT ROWID',
  // Words behind an escape (a line break) were not found: everything is indexed anew at the next search.
  "INSERT INTO span_text (span_text) VALUES ('delete-all'); UPDATE text_progress SET last_span = 0",
  // Over key and content of each row; of rows from before, over what is there now.
  `
  ALTER TABLE span_rows ADD COLUMN checksum INTEGER;
  UPDATE span_rows SET checksum = ${spanChecksumSql};
  ALTER TABLE trace_rows ADD COLUMN checksum INTEGER;
  UPDATE trace_rows SET checksum = ${traceChecksumBeforeSessionsSql};
  ALTER TABLE score_rows ADD COLUMN checksum INTEGER;
  UPDATE score_rows SET checksum = ${underTraceSql('name', 'score')};
  ALTER TABLE sent_rows ADD COLUMN checksum INTEGER;
  UPDATE sent_rows SET checksum = ${underTraceSql('destination', 'what')};
  ALTER TABLE cursors ADD COLUMN checksum INTEGER;
  UPDATE cursors SET checksum = row_checksum(importer, cursor);
  ALTER TABLE text_progress ADD COLUMN checksum INTEGER;
  `,
  // Who made the scores of a trace as it is, and how many there are; of scores from before it is not known.
  'ALTER TABLE trace_rows ADD COLUMN judge TEXT; ALTER TABLE trace_rows ADD COLUMN score_count INTEGER',
  // Log records with messages that wait for their span.
  `CREATE TABLE log_rows (id INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL, span_id TEXT NOT NULL, saved_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL, checksum INTEGER, event TEXT NOT NULL) STRICT;
  CREATE INDEX log_rows_span ON log_rows (trace_id, span_id)`,
  // The conversation that a run belongs to. Of runs from before, what their spans say; what is damaged stays so.
  `
  ALTER TABLE trace_rows ADD COLUMN session TEXT;
  ALTER TABLE trace_rows ADD COLUMN session_start INTEGER;
  CREATE TEMP TABLE whole_rows AS SELECT id FROM trace_rows WHERE checksum IS ${traceChecksumBeforeSessionsSql};
  CREATE TEMP TABLE said_sessions AS SELECT trace, start_unix_nano AS start, ${storedSessionSql} AS session, id FROM span_rows
    WHERE instr(attributes, 'session') + instr(attributes, 'onversation') + instr(attributes, 'hread') + instr(attributes, 'chat') > 0;
  CREATE INDEX temp.said_sessions_trace ON said_sessions (trace);
  UPDATE trace_rows SET (session, session_start) = (SELECT session, start FROM said_sessions
    WHERE trace = trace_rows.id AND session IS NOT NULL ORDER BY start IS NULL, start, said_sessions.id LIMIT 1);
  UPDATE trace_rows SET checksum = ${traceChecksumSql} WHERE id IN (SELECT id FROM whole_rows);
  DROP TABLE said_sessions;
  DROP TABLE whole_rows;
  CREATE INDEX trace_rows_session ON trace_rows (session, listed_at, id) WHERE session IS NOT NULL;
  DROP VIEW IF EXISTS traces;
  CREATE VIEW traces AS SELECT trace_id, source, agent, session, root, first_start / 1000 / 1e3 AS started_at,
    (last_end - first_start) / 1e6 AS duration_ms, span_count AS spans, error_count AS errors, bytes FROM trace_rows;
  `,
];

/** The database of the trace store. */
export const traceDatabase: DatabaseKind = {
  holds: 'traces',
  // "Dktr"
  applicationId: 0x446b7472,
  migrations,
  tables: ['resource_rows', 'trace_rows', 'span_rows', 'score_rows', 'finding_rows', 'sent_rows', 'cursors', 'log_rows'],
  damagedRows: `SELECT * FROM (
    SELECT DISTINCT 'a span of trace ' || coalesce((SELECT trace_id FROM trace_rows WHERE id = trace), '?') AS name
      FROM span_rows WHERE checksum IS NOT ${spanChecksumSql}
    UNION ALL SELECT 'what the list says of trace ' || trace_id FROM trace_rows WHERE checksum IS NOT ${traceChecksumSql}
    UNION ALL SELECT 'the score "' || name || '" of trace ' || coalesce((SELECT trace_id FROM trace_rows WHERE id = trace), '?')
      FROM score_rows WHERE checksum IS NOT ${underTraceSql('name', 'score')}
    UNION ALL SELECT 'a log record of trace ' || trace_id FROM log_rows WHERE checksum IS NOT row_checksum(trace_id, span_id, event)
    UNION ALL SELECT 'a span too few or too many of trace ' || trace_id
      FROM trace_rows WHERE span_count <> (SELECT count(*) FROM span_rows WHERE trace = trace_rows.id)
    UNION ALL SELECT 'spans of a trace that is not there' WHERE EXISTS (SELECT 1 FROM span_rows WHERE trace NOT IN (SELECT id FROM trace_rows))
  )`,
  derived: { fault: /fts5/i, empty: `DROP TABLE span_text; ${textIndex}; UPDATE text_progress SET last_span = 0, checksum = NULL` },
  isPrivate: true,
  // Freed pages can be given back to the disk.
  layout: 'PRAGMA auto_vacuum = INCREMENTAL',
  // FULL: a commit is on the disk when it returns, because who sent a span forgets it then.
  settings: 'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -32000',
  whenFull: 'free some space there (docket traces prune needs a little of it itself)',
  afterSalvage: 'Import again what is missing.',
  whenDamaged: 'Move it away and import the traces again.',
};
