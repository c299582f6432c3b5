import type { DatabaseKind } from '../database/database-kind.ts';

/**
 * Trials are JSON below their key: they are written once and read whole. A claim names the owner that runs the trial now.
 * A selection stands for its three long texts, which would otherwise be most of each key.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE selections (
    id INTEGER PRIMARY KEY,
    version_fingerprint TEXT NOT NULL, case_fingerprint TEXT NOT NULL, series TEXT NOT NULL,
    UNIQUE (version_fingerprint, case_fingerprint, series)
  ) STRICT;
  CREATE TABLE trials (selection INTEGER NOT NULL, number INTEGER NOT NULL, trial TEXT NOT NULL, PRIMARY KEY (selection, number)) STRICT;
  CREATE TABLE failures (selection INTEGER NOT NULL, number INTEGER NOT NULL, trial TEXT NOT NULL, PRIMARY KEY (selection, number)) STRICT;
  CREATE TABLE claims (
    selection INTEGER NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL,
    PRIMARY KEY (selection, number)
  ) STRICT, WITHOUT ROWID;
  `,
  // Apart from the trials: a signature says who ran one, and is there only where a secret was.
  `
  CREATE TABLE signatures (
    selection INTEGER NOT NULL, number INTEGER NOT NULL, signature TEXT NOT NULL,
    PRIMARY KEY (selection, number)
  ) STRICT, WITHOUT ROWID;
  `,
  // Over the whole key and the content: of rows from before, over what is there now.
  ['trials', 'failures']
    .map(
      (table) => `ALTER TABLE ${table} ADD COLUMN checksum INTEGER;
      UPDATE ${table} SET checksum = (SELECT row_checksum(version_fingerprint, case_fingerprint, series, number, trial) FROM selections WHERE id = selection);`,
    )
    .join(''),
  // What scorers said that answer later: the key is a hash of all that the answer depends on. A score of NULL is "nothing to judge".
  `
  CREATE TABLE scores (key TEXT PRIMARY KEY, scorer TEXT NOT NULL, score TEXT, signature TEXT, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX scores_by_scorer ON scores (scorer);
  `,
  // Calls that are in batches at a server, and answers that came out of one and whose trial has not ended yet.
  `
  CREATE TABLE batch_submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, started_at TEXT NOT NULL, requests INTEGER NOT NULL, after TEXT, batch TEXT
  ) STRICT;
  CREATE TABLE batch_calls (
    call TEXT PRIMARY KEY, trial TEXT NOT NULL, custom_id TEXT NOT NULL, submission INTEGER NOT NULL, answer TEXT, checksum INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX batch_calls_by_trial ON batch_calls (trial);
  CREATE INDEX batch_calls_by_submission ON batch_calls (submission);
  `,
];

/** Rows of a table that are not what was written. */
const damagedRows = (table: string, what: string) =>
  `SELECT '${what} ' || number || ' of series "' || coalesce(series, '?') || '" (case ' || coalesce(case_fingerprint, '?') || ')' AS name
    FROM ${table} LEFT JOIN selections ON id = selection
    WHERE checksum IS NOT row_checksum(version_fingerprint, case_fingerprint, series, number, trial)`;

/** The database of the trial store. */
export const trialDatabase: DatabaseKind = {
  holds: 'trials',
  // "Dckt"
  applicationId: 0x44636b74,
  migrations,
  tables: ['selections', 'trials', 'failures', 'signatures', 'scores', 'batch_submissions', 'batch_calls'],
  damagedRows: `${damagedRows('trials', 'trial')} UNION ALL ${damagedRows('failures', 'the failure of trial')}
    UNION ALL SELECT 'a score of "' || scorer || '"' FROM scores WHERE checksum IS NOT row_checksum(key, scorer, score)
    UNION ALL SELECT 'an answer of a batch (trial ' || trial || ')' FROM batch_calls
      WHERE answer IS NOT NULL AND checksum IS NOT row_checksum(call, answer)`,
  // NORMAL: a killed process loses nothing; a power cut may lose the last trials, which are then run again.
  settings: 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432',
  whenFull: 'free space',
  afterSalvage: 'Missing trials run again where they are needed.',
  whenDamaged: 'Restore it from a copy, or move it away: a new one is created, and all trials run again.',
};
