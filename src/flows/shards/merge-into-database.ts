import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { openSharedTrialStore, openTrialStore } from '../../trials/open-trial-store.ts';
import { copyStore } from '../copy-store/index.ts';
import { type MergedStores, type MergeRequest, mergeShards } from './merge-shards.ts';

/** What is merged into a team's database. */
export interface DatabaseMergeRequest extends Omit<MergeRequest, 'into'> {
  readonly signal: AbortSignal;
}

/**
 * Merges stores into the database that a team shares: first into one, where of two runs of a trial the first stays whoever brings it, then that one into
 * the database, where what is there stays. So the order does not matter, and merging something twice changes nothing.
 * @throws {DocketError} as `mergeShards` and `openSharedTrialStore`; the signal's reason at an abort
 */
export async function mergeIntoDatabase({ signal, ...request }: DatabaseMergeRequest, address: PostgresAddress): Promise<MergedStores> {
  const { signer, warn } = request;
  const signed = signer && { signer, only: true };
  const to = await openSharedTrialStore(address, { signed, onDamage: warn });
  const folder = mkdtempSync(join(tmpdir(), 'docket-merge-'));
  try {
    const file = join(folder, 'docket.db');
    const merged = mergeShards({ ...request, into: file });
    const from = openTrialStore(file, { signed });
    const { trials, known, conflicts, conflicting } = await copyStore(from, to, { signal }).finally(() => from.close());
    const [first] = conflicting;
    return {
      ...merged,
      into: address.shown,
      database: { added: trials, known, conflicts },
      notes: [
        ...merged.notes,
        ...(first
          ? [
              `${counted(conflicts, 'trial')} ${conflicts === 1 ? 'is' : 'are'} in the database with another content, which stays, because nothing there is ever changed. The first: trial ${count(first.number)} of series "${plainLine(first.series)}" (case ${plainLine(first.caseFingerprint.slice(0, 12))}).`,
            ]
          : []),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await to.close();
  }
}
