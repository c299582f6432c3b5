import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { countWanted } from '../judging/family-places.ts';
import type { Session } from '../session.ts';
import { readDurations } from '../shards/durations-file.ts';
import { runPart, type ShardOptions } from '../shards/run-part.ts';
import { clearShardFolder, type ShardEnd } from '../shards/shard-folder.ts';
import { planShards } from '../shards/shard-plan.ts';
import { acceptedTrials, planAcceptance, type ToAccept } from './acceptance-plan.ts';

/** Which part of a baseline's runs to make. */
export interface ShardToAccept extends Omit<ToAccept, 'refresh'>, ShardOptions {
  /** Called once, before the first trial. */
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
}

/**
 * Makes one shard's part of the runs that a baseline wants, and writes no baseline: that is for whoever has all shards, and accepts over them.
 * @throws {DocketError} as `acceptBaseline`, before any model call
 */
export async function acceptShard(session: Session, options: ShardToAccept): Promise<ShardEnd> {
  const { config, agent, store } = session;
  const { shard } = options;
  clearShardFolder(config.root, shard);
  const accepting = await planAcceptance(session, { ...options, refresh: false });
  const first = new Map(accepting.cases.map(({ loaded, numbers }) => [loaded.case.id, numbers.first]));
  const durations = readDurations(config.root);
  const plan = planShards(
    accepting.cases.map(({ loaded: { case: found, fingerprint, family }, numbers }) => ({
      id: found.id,
      trials: numbers.last - numbers.first + 1,
      // Under a series of each case, so that no two share any.
      inputs: [fingerprint, ...(family?.twins ?? []).map((twin) => twin.fingerprint)].map((input) => `${found.id} ${input}`),
    })),
    shard.count,
    (id) => durations.get(id),
  );
  const all = [...acceptedTrials(accepting)];
  const wanted = all
    .filter(({ request, place: { loaded } }) => {
      const { id } = loaded.case;
      return plan.shardOf(id, request.number - (first.get(id) ?? 1) + 1) === shard.number;
    })
    .sort((one, other) => plan.weightOf(other.place.loaded.case.id) - plan.weightOf(one.place.loaded.case.id));
  const { version, epoch } = accepting;
  const { missing } = await countWanted(wanted, store);
  const cost = agent.own
    ? undefined
    : await estimateCost({ store, prices: config.prices }, [{ version, trials: missing }], { orRoughly: true });
  options.onPlan?.(wanted.length, cost);
  return runPart(
    session,
    { command: 'baseline accept', plan, all: all.length, wanted, versions: [version], series: `baseline-${epoch}` },
    options,
  );
}
