import type { PostgresKind } from '../database/postgres/postgres-kind.ts';

/**
 * Rows of trials, failures, scores and revocations are added and never changed, so that a role may be allowed to add and nothing else. Where a stored
 * trial cannot be used (it is damaged, or nobody signed it), the one that is run again has the next `place`; the first that can be used counts. What is
 * changed is what is under way only: claims, their owners, and batches.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE docket.selections (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_fingerprint text NOT NULL, case_fingerprint text NOT NULL, series text NOT NULL,
    UNIQUE (case_fingerprint, version_fingerprint, series)
  );
  CREATE TABLE docket.trials (
    selection bigint NOT NULL, number bigint NOT NULL, place integer NOT NULL,
    trial text NOT NULL, checksum bigint NOT NULL, signature text, saver text NOT NULL,
    stored bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (selection, number, place)
  );
  CREATE INDEX trials_by_age ON docket.trials (stored);
  CREATE TABLE docket.revocations (
    selection bigint NOT NULL, number bigint NOT NULL, place integer NOT NULL, signature text NOT NULL,
    PRIMARY KEY (selection, number, place, signature)
  );
  CREATE TABLE docket.failures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    selection bigint NOT NULL, number bigint NOT NULL, trial text NOT NULL, checksum bigint NOT NULL
  );
  CREATE INDEX failures_by_trial ON docket.failures (selection, number, id);
  CREATE TABLE docket.scores (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL, scorer text NOT NULL, score text, signature text, checksum bigint NOT NULL
  );
  CREATE INDEX scores_by_key ON docket.scores (key, id);
  CREATE INDEX scores_by_scorer ON docket.scores (scorer);

  CREATE TABLE docket.owners (id text PRIMARY KEY, runs_in text NOT NULL, renewed timestamptz NOT NULL, lease interval NOT NULL);
  CREATE TABLE docket.claims (
    selection bigint NOT NULL, number bigint NOT NULL, owner text NOT NULL,
    CONSTRAINT claims_key PRIMARY KEY (selection, number)
  );

  CREATE TABLE docket.batch_submissions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint text NOT NULL, started_at text NOT NULL, requests integer NOT NULL, after text, batch text
  );
  CREATE TABLE docket.batch_calls (
    call text PRIMARY KEY, trial text NOT NULL, custom_id text NOT NULL, submission bigint NOT NULL, answer text, checksum bigint
  );
  CREATE INDEX batch_calls_by_trial ON docket.batch_calls (trial);
  CREATE INDEX batch_calls_by_submission ON docket.batch_calls (submission);

  -- Each statement of it sees what was committed before that statement: what was saved while a claim waited is found by the next one.
  CREATE FUNCTION docket.claim_trials(selections bigint[], numbers bigint[], places integer[], claimer text)
    RETURNS TABLE (item integer, state text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $function$
    #variable_conflict use_column
    BEGIN
      INSERT INTO docket.claims AS held (selection, number, owner)
        SELECT wanted.selection, wanted.number, claimer FROM unnest(selections, numbers, places) AS wanted (selection, number, place)
          WHERE NOT EXISTS (
            SELECT FROM docket.trials AS trial
              WHERE trial.selection = wanted.selection AND trial.number = wanted.number AND trial.place >= wanted.place
          )
          ORDER BY 1, 2
        ON CONFLICT ON CONSTRAINT claims_key DO UPDATE SET owner = excluded.owner
          WHERE NOT EXISTS (
            SELECT FROM docket.owners AS alive WHERE alive.id = held.owner AND alive.renewed + alive.lease > clock_timestamp()
          );
      DELETE FROM docket.claims AS held USING unnest(selections, numbers, places) AS wanted (selection, number, place)
        WHERE held.selection = wanted.selection AND held.number = wanted.number AND held.owner = claimer
          AND EXISTS (
            SELECT FROM docket.trials AS trial
              WHERE trial.selection = wanted.selection AND trial.number = wanted.number AND trial.place >= wanted.place
          );
      RETURN QUERY
        SELECT wanted.item::integer,
            CASE
              WHEN EXISTS (
                SELECT FROM docket.trials AS trial
                  WHERE trial.selection = wanted.selection AND trial.number = wanted.number AND trial.place >= wanted.place
              ) THEN 'stored'
              WHEN held.owner = claimer THEN 'claimed'
              ELSE 'busy'
            END
          FROM unnest(selections, numbers, places) WITH ORDINALITY AS wanted (selection, number, place, item)
          LEFT JOIN docket.claims AS held ON held.selection = wanted.selection AND held.number = wanted.number;
    END
    $function$;
  `,
  // By which others on the same machine see at once that a process was killed.
  'ALTER TABLE docket.owners ADD COLUMN machine text, ADD COLUMN process text;',
  // The first claims of many new cases are one statement and one commit: a selection that was committed by itself would be waited for first.
  `
  CREATE FUNCTION docket.selection_ids(versions text[], cases text[], serieses text[]) RETURNS TABLE (item integer, id bigint)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $function$
    #variable_conflict use_column
    DECLARE
      ids bigint[];
    BEGIN
      LOOP
        SELECT array_agg(known.id ORDER BY wanted.item) INTO ids
          FROM unnest(versions, cases, serieses) WITH ORDINALITY AS wanted (version_fingerprint, case_fingerprint, series, item)
          LEFT JOIN docket.selections AS known ON known.version_fingerprint = wanted.version_fingerprint
            AND known.case_fingerprint = wanted.case_fingerprint AND known.series = wanted.series;
        EXIT WHEN array_position(ids, NULL) IS NULL;
        -- In one order, so that two who add the same ones wait for one another and never in a circle.
        INSERT INTO docket.selections (version_fingerprint, case_fingerprint, series)
          SELECT DISTINCT * FROM unnest(versions, cases, serieses) AS wanted (version_fingerprint, case_fingerprint, series)
            WHERE NOT EXISTS (
              SELECT FROM docket.selections AS known WHERE known.version_fingerprint = wanted.version_fingerprint
                AND known.case_fingerprint = wanted.case_fingerprint AND known.series = wanted.series
            )
            ORDER BY 1, 2, 3
          ON CONFLICT DO NOTHING;
      END LOOP;
      RETURN QUERY SELECT found.item::integer, found.id FROM unnest(ids) WITH ORDINALITY AS found (id, item);
    END
    $function$;
  CREATE FUNCTION docket.claim_trials(versions text[], cases text[], serieses text[], numbers bigint[], places integer[], claimer text)
    RETURNS TABLE (item integer, selection bigint, state text)
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $function$
    DECLARE
      ids bigint[] := ARRAY(SELECT found.id FROM docket.selection_ids(versions, cases, serieses) AS found ORDER BY found.item);
    BEGIN
      RETURN QUERY SELECT claimed.item, ids[claimed.item], claimed.state FROM docket.claim_trials(ids, numbers, places, claimer) AS claimed;
    END
    $function$;
  `,
];

/** The tables of the trial store in a shared database. */
export const postgresTrials: PostgresKind = {
  holds: 'trials',
  migrations,
  appended: ['selections', 'trials', 'revocations', 'failures', 'scores'],
  working: ['owners', 'claims', 'batch_submissions', 'batch_calls'],
  whenDamaged: 'Restore it from a copy, or read it with a Docket that may run it again.',
};
