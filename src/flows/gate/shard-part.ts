import type { Shard } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import type { KeptScore, TrialStore } from '../../trials/trial-store.ts';
import type { HandedOver } from '../shards/shard-folder.ts';
import type { ShardPlan } from '../shards/shard-plan.ts';
import type { DividedRounds } from './divided-rounds.ts';
import type { GateContext } from './gate-context.ts';
import type { Main } from './load-main.ts';

/** Everything that one shard runs with. */
export interface Part {
  readonly context: GateContext;
  readonly store: TrialStore;
  readonly plan: ShardPlan;
  readonly divided: DividedRounds;
  readonly shard: Shard;
  readonly watched: Main['watched'];
}

/** What came of it. */
export interface RanPart {
  readonly counts: Omit<ShardRecord['trials'], 'all'> & { readonly all?: number };
  readonly failure: string | undefined;
  readonly durationMs: number;
  readonly pages: HandedOver['pages'];
  readonly scores: readonly KeptScore[];
}
