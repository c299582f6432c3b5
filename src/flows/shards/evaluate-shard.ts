import type { Shard } from '../../contracts/shard.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';
import { thisDocket } from '../docket-copy.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { type EvaluationPlan, planEvaluation, type ToEvaluate, wantedOf } from '../evaluate/plan-evaluation.ts';
import { countWanted, FamilyPlaces } from '../judging/family-places.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import type { KeptScore } from '../judging/score-cache.ts';
import type { VersionOnCase } from '../judging/wanted-trials.ts';
import type { Session } from '../session.ts';
import { readDurations } from './durations-file.ts';
import { clearShardFolder, type ShardEnd, writeShardFolder } from './shard-folder.ts';
import { type DividedCase, planShards, type ShardPlan } from './shard-plan.ts';
import { ShardTally } from './shard-tally.ts';

/** Which part of an evaluation to run. */
export interface ShardToEvaluate extends ToEvaluate {
  readonly command: 'eval' | 'compare';
  readonly shard: Shard;
  readonly concurrency?: number;
  readonly signer: TrialSigner | undefined;
  /** What scorers said that answer later, as the session tells it. */
  readonly scores: readonly KeptScore[];
  readonly signal: AbortSignal;
  /** Called once, before the first trial. */
  readonly onPlan?: (trials: number, plan: ShardPlan, cost: CostEstimate | undefined) => void;
  readonly onTrial?: () => void;
}

/**
 * Runs one shard's part of an evaluation and leaves its trials in a folder of its own. It says nothing of the agent: that is for whoever has all
 * shards, and runs the same evaluation over them.
 * @throws {DocketError} as `evaluate`, before any model call
 */
export async function evaluateShard(session: Session, options: ShardToEvaluate): Promise<ShardEnd> {
  const { config, agent, clock } = session;
  const { shard } = options;
  clearShardFolder(config.root, shard);
  const planned = await planEvaluation(session, options);
  const durations = readDurations(config.root);
  const plan = planShards(dividedCases(planned), shard.count, (id) => durations.get(id));
  const wanted = [...wantedOf(planned)].filter(({ request, place }) => plan.shardOf(place.loaded.case.id, request.number) === shard.number);
  const { missing } = await countWanted(wanted, session.store);
  options.onPlan?.(
    wanted.length,
    plan,
    missing > 0 && session.mode === 'live' && !agent.own ? await costOf(session, planned, missing) : undefined,
  );
  const began = clock.now();
  const tally = new ShardTally();
  const { failure } = await judgeTrials(wanted, {
    session,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    onEnd(ended) {
      tally.add(nameOf(ended.place, ended.trial.key.number), ended);
      options.onTrial?.();
    },
  });
  const counts = tally.counts(wanted.map(({ request, place }) => [nameOf(place, request.number)]));
  return writeShardFolder(config.root, {
    record: {
      kind: 'shard',
      schemaVersion: 1,
      docket: thisDocket.version,
      createdAt: clock.date().toISOString(),
      command: options.command,
      shard,
      plan: plan.hash,
      agent: agent.name,
      mode: session.mode,
      versions: planned.versions.map(({ identity: { name, fingerprint } }) => ({ name, fingerprint })),
      series: planned.series,
      trials: { all: planned.versions.length * planned.cases.length * planned.trials, ...counts },
      measuredCases: plan.measured,
      durationMs: Math.max(0, clock.now() - began),
      ...(failure === undefined || counts.missing === 0 ? {} : { reason: failure }),
    },
    store: session.store,
    pages: new FamilyPlaces(wanted, (twin) => twin).requests.pages(),
    scores: options.scores,
    signer: options.signer,
  });
}

function nameOf({ version, loaded }: VersionOnCase, number: number): string {
  return `${version.identity.name} ${loaded.case.id} ${number}`;
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
