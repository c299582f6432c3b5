import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { type EvaluationPlan, planEvaluation, type ToEvaluate, wantedOf } from '../evaluate/plan-evaluation.ts';
import { countWanted } from '../judging/family-places.ts';
import { onCase } from '../judging/wanted-trials.ts';
import type { Session } from '../session.ts';
import { readDurations } from './durations-file.ts';
import { runPart, type ShardOptions } from './run-part.ts';
import { clearShardFolder, type ShardEnd } from './shard-folder.ts';
import { type DividedCase, planShards } from './shard-plan.ts';

/** Which part of an evaluation to run. */
export interface ShardToEvaluate extends ToEvaluate, ShardOptions {
  readonly command: 'eval' | 'compare';
  /** Called once, before the first trial. */
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
}

/**
 * Runs one shard's part of an evaluation and leaves its trials in a folder of its own. It says nothing of the agent: that is for whoever has all
 * shards, and runs the same evaluation over them.
 * @throws {DocketError} as `evaluate`, before any model call
 */
export async function evaluateShard(session: Session, options: ShardToEvaluate): Promise<ShardEnd> {
  const { config, agent } = session;
  const { shard, command } = options;
  clearShardFolder(config.root, shard);
  const planned = await planEvaluation(session, options);
  const durations = readDurations(config.root);
  const plan = planShards(dividedCases(planned), shard.count, (id) => durations.get(id));
  const wanted = [...wantedOf(planned, onCase)]
    .filter(({ request, place }) => plan.shardOf(place.loaded.case.id, request.number) === shard.number)
    .sort((one, other) => plan.weightOf(other.place.loaded.case.id) - plan.weightOf(one.place.loaded.case.id));
  const { missing } = await countWanted(wanted, session.store);
  options.onPlan?.(
    wanted.length,
    missing > 0 && session.mode === 'live' && !agent.own ? await costOf(session, planned, missing) : undefined,
  );
  const { versions, cases, trials, series } = planned;
  return runPart(session, { command, plan, all: versions.length * cases.length * trials, wanted, versions, series }, options);
}

/** Each case once, with what any of the versions is run on for it. */
function dividedCases({ cases, tried, trials }: EvaluationPlan): DividedCase[] {
  const inputs = new Map<string, Set<string>>();
  for (const { cases: own } of tried) {
    for (const { case: each, fingerprint, family } of own) {
      const known = inputs.get(each.id) ?? new Set<string>();
      for (const input of [fingerprint, ...(family?.twins ?? []).map((twin) => twin.fingerprint)]) known.add(input);
      inputs.set(each.id, known);
    }
  }
  return cases.map(({ case: { id } }) => ({ id, trials, inputs: [...(inputs.get(id) ?? [])].sort() }));
}

/** Versions cost differently; a shard has a like part of each. */
function costOf({ store, config, model }: Session, { versions }: EvaluationPlan, missing: number): Promise<CostEstimate | undefined> {
  const trials = Math.ceil(missing / versions.length);
  return estimateCost(
    { store, prices: config.prices },
    versions.map((version) => ({ version, trials })),
    model.batch ? { batch: model.batch } : {},
  );
}
