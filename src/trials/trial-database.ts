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
  tables: ['selections', 'trials', 'failures', 'signatures', 'scores'],
  damagedRows: `${damagedRows('trials', 'trial')} UNION ALL ${damagedRows('failures', 'the failure of trial')}
    UNION ALL SELECT 'a score of "' || scorer || '"' FROM scores WHERE checksum IS NOT row_checksum(key, scorer, score)`,
  // NORMAL: a killed process loses nothing; a power cut may lose the last trials, which are then run again.
  settings: 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432',
  whenFull: 'free space',
  afterSalvage: 'Missing trials run again where they are needed.',
  whenDamaged: 'Restore it from a copy, or move it away: a new one is created, and all trials run again.',
};
