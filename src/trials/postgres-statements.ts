/** The text of every statement of the trial store in PostgreSQL. Lists are parameters, so that what many want is one statement. */
const itsSelection = `docket.selections AS selection ON selection.version_fingerprint = wanted.version_fingerprint
  AND selection.case_fingerprint = wanted.case_fingerprint AND selection.series = wanted.series`;

const wantedRanges = `unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
    AS wanted (version_fingerprint, case_fingerprint, series, first, last, item)
  JOIN ${itsSelection} JOIN docket.trials AS trial ON trial.selection = selection.id AND trial.number BETWEEN wanted.first AND wanted.last`;

const revoked = (trial: string) => `SELECT FROM docket.revocations AS revocation
  WHERE revocation.selection = ${trial}.selection AND revocation.number = ${trial}.number AND revocation.place = ${trial}.place`;

/** What is read of a stored trial. */
const row = `trial.number, trial.place, trial.trial, trial.checksum, trial.signature,
  ARRAY(SELECT revocation.signature FROM docket.revocations AS revocation
    WHERE revocation.selection = trial.selection AND revocation.number = trial.number AND revocation.place = trial.place) AS revocations`;

const keyColumns = `selection.version_fingerprint AS "versionFingerprint", selection.case_fingerprint AS "caseFingerprint", selection.series`;

export const postgresStatements = {
  selections: 'SELECT item, id FROM docket.selection_ids($1::text[], $2::text[], $3::text[])',
  find: `SELECT wanted.item, ${row}
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) WITH ORDINALITY AS wanted (version_fingerprint, case_fingerprint, series, number, item)
    JOIN ${itsSelection} JOIN docket.trials AS trial ON trial.selection = selection.id AND trial.number = wanted.number
    ORDER BY wanted.item, trial.place`,
  list: `SELECT wanted.item, ${row} FROM ${wantedRanges} ORDER BY wanted.item, trial.number, trial.place`,
  count: `SELECT wanted.item, count(DISTINCT trial.number) AS trials
    FROM ${wantedRanges}
    WHERE NOT EXISTS (${revoked('trial')}) GROUP BY wanted.item`,
  sizes: `SELECT wanted.item, trial.number, sum(octet_length(trial.trial))::bigint AS bytes
    FROM ${wantedRanges}
    GROUP BY wanted.item, trial.number ORDER BY wanted.item, trial.number`,
  // Up to the one with which they become more than fit into memory.
  newest: `SELECT * FROM (
      SELECT trial.selection, ${keyColumns}, ${row}, trial.stored,
        sum(octet_length(trial.trial)) OVER (ORDER BY trial.stored DESC) - octet_length(trial.trial) AS before
      FROM (SELECT * FROM docket.trials ORDER BY stored DESC LIMIT $1) AS trial JOIN docket.selections AS selection ON selection.id = trial.selection
    ) AS newest WHERE before <= $2 ORDER BY stored DESC`,
  everySelection: `SELECT ${keyColumns} FROM docket.selections AS selection ORDER BY id`,
  keysOf: `SELECT "versionFingerprint", "caseFingerprint", series, number FROM (
      SELECT ${keyColumns}, trial.number, row_number() OVER (PARTITION BY selection.case_fingerprint ORDER BY max(trial.stored) DESC) AS age
      FROM docket.selections AS selection JOIN docket.trials AS trial ON trial.selection = selection.id
      WHERE selection.case_fingerprint = ANY ($1::text[]) AND NOT EXISTS (${revoked('trial')}) GROUP BY 1, 2, 3, 4
    ) AS known WHERE age <= $2 ORDER BY 2, age`,
  claim: 'SELECT item, selection, state FROM docket.claim_trials($1::text[], $2::text[], $3::text[], $4::bigint[], $5::integer[], $6)',
  heldBy: `SELECT owner.runs_in AS "runsIn" FROM docket.selections AS selection JOIN docket.claims AS claim ON claim.selection = selection.id
    JOIN docket.owners AS owner ON owner.id = claim.owner AND owner.renewed + owner.lease > clock_timestamp()
    WHERE selection.version_fingerprint = $1 AND selection.case_fingerprint = $2 AND selection.series = $3 AND claim.number = $4`,
  save: `WITH wanted AS (
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::bigint[], $6::text[]) WITH ORDINALITY
        AS wanted (selection, number, place, trial, checksum, signature, item)
    ), saved AS (
      INSERT INTO docket.trials (selection, number, place, trial, checksum, signature, saver)
        SELECT selection, number, place, trial, checksum, signature, $7 FROM wanted ORDER BY selection, number, item
        ON CONFLICT DO NOTHING RETURNING selection, number, place
    ), ended AS (
      DELETE FROM docket.claims AS claim USING wanted WHERE claim.selection = wanted.selection AND claim.number = wanted.number
    )
    SELECT min(wanted.item) AS item FROM wanted JOIN saved USING (selection, number, place) GROUP BY selection, number, place`,
  // Where a statement was sent twice: what is there as this store sent it, so that the first time has come through.
  own: `SELECT wanted.item FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::bigint[]) WITH ORDINALITY
      AS wanted (selection, number, place, checksum, item)
    JOIN docket.trials AS trial USING (selection, number, place, checksum) WHERE trial.saver = $5`,
  saveFailures: `WITH wanted AS (
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) AS wanted (selection, number, trial, checksum)
    ), ended AS (
      DELETE FROM docket.claims AS claim USING wanted WHERE claim.selection = wanted.selection AND claim.number = wanted.number
    )
    INSERT INTO docket.failures (selection, number, trial, checksum) SELECT selection, number, trial, checksum FROM wanted`,
  release: `DELETE FROM docket.claims AS claim USING unnest($1::bigint[], $2::bigint[]) AS wanted (selection, number)
    WHERE claim.selection = wanted.selection AND claim.number = wanted.number AND claim.owner = $3`,
  revoke: `INSERT INTO docket.revocations (selection, number, place, signature)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[]) ON CONFLICT DO NOTHING`,
  // The last of each trial that is still missing.
  failures: `SELECT ${keyColumns}, failure.number, failure.trial, failure.checksum
    FROM (SELECT DISTINCT ON (selection, number) * FROM docket.failures ORDER BY selection, number, id DESC) AS failure
    JOIN docket.selections AS selection ON selection.id = failure.selection
    WHERE NOT EXISTS (
      SELECT FROM docket.trials AS trial WHERE trial.selection = failure.selection AND trial.number = failure.number AND NOT EXISTS (${revoked('trial')})
    ) AND ($1::text IS NULL OR (selection.version_fingerprint = $1 AND selection.case_fingerprint = $2 AND selection.series = $3))
    ORDER BY 1, 2, 3, 4`,
  // From one name to the next by the index, however many scores each has.
  scorersKept: `WITH RECURSIVE kept (scorer) AS (
      SELECT min(scorer) FROM docket.scores
      UNION ALL SELECT (SELECT min(score.scorer) FROM docket.scores AS score WHERE score.scorer > kept.scorer) FROM kept WHERE kept.scorer IS NOT NULL
    ) SELECT scorer FROM kept WHERE scorer IS NOT NULL`,
  findScore: 'SELECT scorer, score, signature, checksum FROM docket.scores WHERE key = $1 ORDER BY id DESC',
  // Whole keys only, each with all that was said under it.
  scores: `SELECT key, scorer, score, signature, checksum FROM docket.scores
    WHERE key IN (SELECT DISTINCT key FROM docket.scores WHERE key > $1 ORDER BY key LIMIT 500) ORDER BY key, id DESC`,
  saveScore: 'INSERT INTO docket.scores (key, scorer, score, signature, checksum) VALUES ($1, $2, $3, $4, $5)',
  renew: `INSERT INTO docket.owners (id, runs_in, renewed, lease, machine, process)
      VALUES ($1, $2, clock_timestamp(), $3 * interval '1 second', $4, $5)
    ON CONFLICT (id) DO UPDATE SET renewed = excluded.renewed`,
  // Of those that ended without a word, so long ago that nobody can be meant any more.
  sweep: `WITH dead AS (DELETE FROM docket.owners WHERE renewed + lease + interval '1 hour' < clock_timestamp() RETURNING id)
    DELETE FROM docket.claims WHERE owner IN (SELECT id FROM dead)`,
  neighbours: 'SELECT id, process FROM docket.owners WHERE machine = $1 AND id <> $2',
  endOwner: `WITH ended AS (DELETE FROM docket.owners WHERE id = $1) DELETE FROM docket.claims WHERE owner = $1`,
} as const;
