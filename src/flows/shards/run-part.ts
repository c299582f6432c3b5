import type { Shard } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import type { TrialSigner } from '../../trials/trial-signer.ts';
import type { KeptScore } from '../../trials/trial-store.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { thisDocket } from '../docket-copy.ts';
import { FamilyPlaces } from '../judging/family-places.ts';
import { judgeTrials, type WantedTrial } from '../judging/judge-trials.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { type ShardEnd, writeShardFolder } from './shard-folder.ts';
import type { ShardPlan } from './shard-plan.ts';
import { ShardTally } from './shard-tally.ts';

/** How a shard is run, whatever is run in it. */
export interface ShardOptions {
  readonly shard: Shard;
  readonly concurrency?: number;
  readonly signer: TrialSigner | undefined;
  /** What scorers said that answer later, as the session tells it. */
  readonly scores: readonly KeptScore[];
  readonly signal: AbortSignal;
  readonly onTrial?: () => void;
}

/** The part of a run that a shard has. */
export interface ShardPart<Place extends { readonly loaded: LoadedCase }> {
  readonly command: ShardRecord['command'];
  readonly plan: ShardPlan;
  /** Trials of all shards. */
  readonly all: number;
  readonly wanted: readonly WantedTrial<Place>[];
  readonly versions: readonly PreparedVersion[];
  readonly series: string;
}

/** Runs a shard's part in this process, stored trials first, and leaves its trials in a folder of its own. */
export async function runPart<Place extends { readonly loaded: LoadedCase }>(
  session: Session,
  { command, plan, all, wanted, versions, series }: ShardPart<Place>,
  { shard, concurrency, signer, scores, signal, onTrial }: ShardOptions,
): Promise<ShardEnd> {
  const { config, agent, clock, mode, store } = session;
  const began = clock.now();
  const tally = new ShardTally();
  const names = new Map<unknown, number>();
  const nameOf = (place: Place, number: number) => {
    const known = names.get(place) ?? names.size;
    names.set(place, known);
    return `${known} ${number}`;
  };
  const { failure } = await judgeTrials(wanted, {
    session,
    ...(concurrency === undefined ? {} : { concurrency }),
    signal,
    onEnd(ended) {
      tally.add(nameOf(ended.place, ended.trial.key.number), ended);
      onTrial?.();
    },
  });
  const counts = tally.counts(wanted.map(({ request, place }) => [nameOf(place, request.number)]));
  return writeShardFolder(config.root, {
    record: {
      kind: 'shard',
      schemaVersion: 1,
      docket: thisDocket.version,
      createdAt: clock.date().toISOString(),
      command,
      shard,
      plan: plan.hash,
      agent: agent.name,
      mode,
      versions: versions.map(({ identity: { name, fingerprint } }) => ({ name, fingerprint })),
      series,
      trials: { all, ...counts },
      measuredCases: plan.measured,
      durationMs: Math.max(0, clock.now() - began),
      ...(failure === undefined || counts.missing === 0 ? {} : { reason: failure }),
    },
    store,
    pages: new FamilyPlaces(wanted, (twin) => twin).requests.pages(),
    scores,
    signer,
  });
}
