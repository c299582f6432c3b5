import type { TrialSigner } from '../../trials/trial-signer.ts';
import { RoundShare } from '../shards/round-share.ts';
import type { DurationOf } from '../shards/shard-plan.ts';
import { ShardStore } from '../shards/shard-store.ts';
import { courseOf } from './judge-candidate.ts';
import type { Part, RanPart } from './shard-part.ts';

/** How long another machine's question to a scorer is waited for, in deadlines of a scorer. */
const deadlinesWaited = 2;

/**
 * Goes through all rounds of the gate together with the other shards, which see the same store: of each round its own part first, then what nobody has
 * begun, as of a shard that is lost or late; then it waits for the others, and goes on by what all of them stored. The gate's course is the same for
 * all, so every trial that the verdict needs is stored in the end, with those that show the cause, and whoever judges runs none.
 */
export async function runSharedRounds(
  { context, store, shard, watched }: Part,
  { durationOf, signer }: { readonly durationOf: DurationOf; readonly signer: TrialSigner | undefined },
): Promise<RanPart> {
  const { request, mainConfig } = context;
  const { clock, signal } = request;
  const share = new RoundShare(shard, durationOf);
  const patience = { clock, signal, milliseconds: deadlinesWaited * mainConfig.scoring.deadlineMs };
  const own = new ShardStore(store, patience, () => request.onShardTrial?.());
  const began = clock.now();
  const verdict = await courseOf({ context: { ...context, share }, store: own.store, watched }, signer);
  const asked = share.asked();
  const ran = share.ran(own.saved);
  return {
    counts: { all: asked.all, planned: asked.own, run: ran.own, taken: ran.others, missing: own.failed },
    failure: verdict.verdict === 'incomplete' ? verdict.reason : undefined,
    durationMs: Math.max(0, clock.now() - began),
    pages: own.pages(),
    scores: [],
  };
}
