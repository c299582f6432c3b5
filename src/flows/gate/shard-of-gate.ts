import type { Shard } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { thisDocket } from '../docket-copy.ts';
import { openTrials } from '../open-trials.ts';
import { readDurations } from '../shards/durations-file.ts';
import { type ShardEnd, writeShardFolder } from '../shards/shard-folder.ts';
import { planShards } from '../shards/shard-plan.ts';
import { candidateSeries } from './arms.ts';
import type { Candidate } from './candidate.ts';
import { type DividedRounds, dividedCase, roundsOf } from './divided-rounds.ts';
import { runFixedRounds } from './fixed-rounds.ts';
import type { GateContext } from './gate-context.ts';
import type { GateRequest } from './gate-request.ts';
import type { GateSecrets } from './gate-secrets.ts';
import { untriedVerdict } from './judge-candidate.ts';
import { loadContext } from './load-context.ts';
import type { Main } from './load-main.ts';
import type { Part, RanPart } from './shard-part.ts';
import { runSharedRounds } from './shared-rounds.ts';
import { storeOf } from './store-place.ts';

/** Which part is run, and who is believed. */
interface ShardTrust extends GateSecrets {
  readonly shard: Shard;
}

/**
 * Runs a shard's part of the rounds that the gate makes at least, on both sides where main has no stored runs. The numbers of the trials are those that
 * the gate itself would give them, so that it finds them stored, takes the course that it would have taken alone, and makes what is missing itself:
 * retries, further rounds, the cause. Where all shards see the same store they make these as well (`runSharedRounds`).
 * @throws {DocketError} as judgeCandidate
 */
export async function shardOfGate(
  candidate: Candidate,
  main: Main,
  request: GateRequest,
  { shard, signer, reviews, shared }: ShardTrust,
): Promise<ShardEnd> {
  const context = await loadContext(candidate, main, request, { signed: signer !== undefined, reviews, shared });
  const { root } = context.config;
  const untried = await untriedVerdict(context);
  const durations = readDurations(root);
  const divided: DividedRounds = untried ? { cases: [], reason: untried.reason } : roundsOf(context);
  const plan = planShards(divided.cases.map(dividedCase), shard.count, (id) => durations.get(id));
  const store = await openTrials(
    { root, store: storeOf(context.mainConfig, root) },
    { signed: signer && { signer, only: true }, onDamage: request.warn, mayTakeBack: true },
    shared ?? null,
  );
  try {
    const part = { context, store, plan, divided, shard, watched: main.watched };
    const ran =
      shared && !untried ? await runSharedRounds(part, { durationOf: (id) => durations.get(id), signer }) : await runFixedRounds(part);
    return await writeShardFolder(root, {
      record: recordOf(context, { shard, plan, divided, ran }),
      store,
      pages: ran.pages,
      scores: ran.scores,
      signer,
    });
  } finally {
    await store.close();
  }
}

function recordOf(
  { config, request, mode, baseline, candidate, main }: GateContext,
  { shard, plan, divided, ran }: Pick<Part, 'shard' | 'plan' | 'divided'> & { readonly ran: RanPart },
): Omit<ShardRecord, 'stored'> {
  const reason = ran.failure ?? divided.reason;
  return {
    kind: 'shard',
    schemaVersion: 1,
    docket: thisDocket.version,
    createdAt: request.clock.date().toISOString(),
    command: 'gate',
    shard,
    plan: plan.hash,
    agent: config.agent.name,
    mode,
    versions: [candidate, main].map(({ identity: { name, fingerprint } }) => ({ name, fingerprint })),
    series: candidateSeries(baseline),
    trials: { all: plan.shares.reduce((sum, { trials }) => sum + trials, 0), ...ran.counts },
    measuredCases: plan.measured,
    durationMs: ran.durationMs,
    ...(reason === undefined ? {} : { reason }),
  };
}
