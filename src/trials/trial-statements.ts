import type { DatabaseSync, StatementSync } from 'node:sqlite';

const sameKey = 'selection = ? AND number = ?';

/** Everything the trial store asks of its database; prepared once. A key is the selection's id and the trial's number, in this order. */
export function prepareStatements(database: DatabaseSync) {
  const statement = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: statement('BEGIN IMMEDIATE'),
    commit: statement('COMMIT'),
    selection: statement('SELECT id FROM selections WHERE version_fingerprint = ? AND case_fingerprint = ? AND series = ?'),
    addSelection: statement(
      'INSERT INTO selections (version_fingerprint, case_fingerprint, series) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    find: statement(`SELECT number, trial, checksum FROM trials WHERE ${sameKey}`),
    list: statement('SELECT number, trial, checksum FROM trials WHERE selection = ? AND number BETWEEN ? AND ? ORDER BY number'),
    count: statement('SELECT count(*) AS trials FROM trials WHERE selection = ? AND number BETWEEN ? AND ?'),
    sizes: statement(
      'SELECT number, octet_length(trial) AS bytes FROM trials WHERE selection = ? AND number BETWEEN ? AND ? ORDER BY number',
    ),
    newest: statement(
      `SELECT selection, version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series, number, trial, checksum
        FROM trials JOIN selections ON selections.id = trials.selection ORDER BY trials.rowid DESC LIMIT ?`,
    ),
    keysOf: statement(
      `SELECT version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series, number FROM (
          SELECT *, row_number() OVER (PARTITION BY case_fingerprint ORDER BY trials.rowid DESC) AS age
          FROM trials JOIN selections ON selections.id = trials.selection WHERE case_fingerprint IN (SELECT value FROM json_each(?))
        ) WHERE age <= ? ORDER BY case_fingerprint, age`,
    ),
    selections: statement(
      'SELECT version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series FROM selections ORDER BY id',
    ),
    scores: statement('SELECT key, scorer, score, signature, checksum FROM scores WHERE key > ? ORDER BY key LIMIT 500'),
    isStored: statement(`SELECT 1 FROM trials WHERE ${sameKey}`),
    // One statement, so that two processes cannot both find the trial free.
    claim: statement(
      `INSERT INTO claims (selection, number, owner)
        SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM trials WHERE selection = ?1 AND number = ?2) ON CONFLICT DO NOTHING`,
    ),
    holder: statement(`SELECT owner FROM claims WHERE ${sameKey}`),
    save: statement('INSERT INTO trials (selection, number, trial, checksum) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    signature: statement(`SELECT signature FROM signatures WHERE ${sameKey}`),
    sign: statement('INSERT OR REPLACE INTO signatures (selection, number, signature) VALUES (?, ?, ?)'),
    removeTrial: statement(`DELETE FROM trials WHERE ${sameKey}`),
    removeSignature: statement(`DELETE FROM signatures WHERE ${sameKey}`),
    release: statement(`DELETE FROM claims WHERE ${sameKey}`),
    releaseOwn: statement(`DELETE FROM claims WHERE ${sameKey} AND owner = ?`),
    releaseAll: statement('DELETE FROM claims WHERE owner = ?'),
    saveFailure: statement('INSERT OR REPLACE INTO failures (selection, number, trial, checksum) VALUES (?, ?, ?, ?)'),
    forgetFailure: statement(`DELETE FROM failures WHERE ${sameKey}`),
    failures: statement(
      `SELECT version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series, number, trial, checksum
        FROM failures JOIN selections ON selections.id = failures.selection ORDER BY 1, 2, 3, 4`,
    ),
    // From one name to the next by the index, however many scores each has.
    scorersKept: statement(
      `WITH RECURSIVE kept (scorer) AS (SELECT min(scorer) FROM scores
          UNION ALL SELECT (SELECT min(scores.scorer) FROM scores WHERE scores.scorer > kept.scorer) FROM kept WHERE kept.scorer IS NOT NULL)
        SELECT scorer FROM kept WHERE scorer IS NOT NULL`,
    ),
    findScore: statement('SELECT scorer, score, signature, checksum FROM scores WHERE key = ?'),
    saveScore: statement('INSERT OR REPLACE INTO scores (key, scorer, score, signature, checksum) VALUES (?, ?, ?, ?, ?)'),
    failuresOf: statement('SELECT number, trial, checksum FROM failures WHERE selection = ? ORDER BY number'),
  };
}

export type TrialStatements = ReturnType<typeof prepareStatements>;
