import { DatabaseSync } from 'node:sqlite';
import { rowChecksum } from '../../database/row-checksum.ts';

/**
 * Rewrites a store so that no trial of the parcel counter accepts what is too heavy, checksums and all, as code could that runs where the store is.
 * @returns how many trials are forged
 */
export function forgeTrials(store: string): number {
  const database = new DatabaseSync(store);
  database.function('row_checksum', { varargs: true, useBigIntArguments: true }, (...values) =>
    rowChecksum(...(values as (string | bigint | null)[])),
  );
  const forged = `replace(replace(trial, '"decision":{"accepted":true,', '"decision":{"accepted":false,'), '"fee":', '"fee":0,"was":')`;
  const { changes } = database
    .prepare(
      `UPDATE trials SET trial = ${forged},
          checksum = (SELECT row_checksum(version_fingerprint, case_fingerprint, series, number, ${forged}) FROM selections WHERE id = selection)
        WHERE selection IN (SELECT id FROM selections WHERE series LIKE '%:heavy' OR series LIKE '%:huge' OR series LIKE '%:over-limit')`,
    )
    .run();
  database.close();
  return Number(changes);
}
