import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shard } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { openTrialStore } from '../../trials/open-trial-store.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';
import type { KeptScore, TrialRange, TrialSelection, TrialStore } from '../../trials/trial-store.ts';

/** Names of the files in a shard's folder. */
export const shardFiles = { record: 'shard.json', store: 'docket.db' } as const;

/** What a shard left. */
export interface ShardEnd {
  readonly record: ShardRecord;
  /** Where its store and its record are. */
  readonly folder: string;
}

/** What a shard hands over. */
export interface HandedOver {
  readonly record: Omit<ShardRecord, 'stored'>;
  readonly store: TrialStore;
  /** Whose trials: in stretches of numbers. */
  readonly pages: Iterable<TrialRange & { readonly selection: TrialSelection }>;
  readonly scores: readonly KeptScore[];
  readonly signer: TrialSigner | undefined;
}

/** The folder that a shard leaves, for whoever merges: `.docket/shards/2-of-3`. */
export function shardFolder(root: string, { number, count }: Shard): string {
  return join(root, '.docket', 'shards', `${number}-of-${count}`);
}

/** Takes away what an earlier run of this shard left, so that nobody takes it for this one's, however this one ends. */
export function clearShardFolder(root: string, shard: Shard): void {
  rmSync(shardFolder(root, shard), { recursive: true, force: true });
}

/**
 * Writes a store with the shard's trials and nothing else, and last the record: a folder without one is of a shard that did not come to its end.
 * @throws {DocketError} when it cannot be written
 */
export async function writeShardFolder(root: string, { record, store, pages, scores, signer }: HandedOver): Promise<ShardEnd> {
  const folder = shardFolder(root, record.shard);
  clearShardFolder(root, record.shard);
  mkdirSync(folder, { recursive: true });
  const own = openTrialStore(join(folder, shardFiles.store), { signed: signer && { signer, only: false } });
  let stored = 0;
  try {
    for (const { selection, ...range } of pages)
      for (const portion of await store.portions(selection, range)) {
        const trials = await store.list(selection, portion);
        await Promise.all(trials.map((trial) => own.save(trial)));
        stored += trials.length;
      }
    for (const { key, scorer, score } of scores) await own.saveScore(key, scorer, score);
  } finally {
    await own.close();
  }
  const written = { ...record, stored };
  writeFileSync(join(folder, shardFiles.record), `${JSON.stringify(written, null, 2)}\n`);
  return { folder, record: written };
}
