import type { Shard } from '../../contracts/shard.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { money } from '../../text/figures.ts';
import type { KeptScore, TrialStore } from '../../trials/trial-store.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { thisDocket } from '../docket-copy.ts';
import { FamilyPlaces } from '../judging/family-places.ts';
import { judgeTrials, type WantedTrial } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { reckonedDollars } from '../judging/trial-dollars.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { openTrials } from '../open-trials.ts';
import { judgingHash } from '../scorer-hash.ts';
import { readDurations } from '../shards/durations-file.ts';
import { type ShardEnd, writeShardFolder } from '../shards/shard-folder.ts';
import { planShards, type ShardPlan } from '../shards/shard-plan.ts';
import { ShardTally } from '../shards/shard-tally.ts';
import { useBaseline } from './2-load-baseline.ts';
import type { GateArm } from './3-run-rounds.ts';
import { candidateSeries, type GateArms, openArms } from './arms.ts';
import type { Candidate } from './candidate.ts';
import { owedFields } from './decision-change.ts';
import { type DividedRounds, dividedCase, roundsOf } from './divided-rounds.ts';
import type { GateContext } from './gate-context.ts';
import type { GateRequest } from './gate-request.ts';
import type { GateSecrets } from './gate-secrets.ts';
import { mainsScoring, requireWhole, untriedVerdict } from './judge-candidate.ts';
import type { Arm } from './ledger.ts';
import { loadContext } from './load-context.ts';
import type { Main } from './load-main.ts';
import { storeOf } from './store-place.ts';
import { isUnchanged } from './what-changed.ts';

/** Which part is run, and who is believed. */
interface ShardTrust extends GateSecrets {
  readonly shard: Shard;
}

/**
 * Runs a shard's part of the rounds that the gate makes at least, on both sides where main has no stored runs. The numbers of the trials are those that
 * the gate itself would give them, so that it finds them stored, takes the course that it would have taken alone, and makes what is missing itself:
 * retries, further rounds, the cause.
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
  const divided: DividedRounds = untried ? { cases: [], reason: untried.reason } : roundsOf(context);
  const durations = readDurations(root);
  const plan = planShards(divided.cases.map(dividedCase), shard.count, (id) => durations.get(id));
  const store = await openTrials(
    { root, store: storeOf(context.mainConfig, root) },
    { signed: signer && { signer, only: true }, onDamage: request.warn, mayTakeBack: true },
    shared ?? null,
  );
  try {
    const ran = await runPart({ context, store, plan, divided, shard, watched: main.watched });
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

/** Everything that one shard runs with. */
interface Part {
  readonly context: GateContext;
  readonly store: TrialStore;
  readonly plan: ShardPlan;
  readonly divided: DividedRounds;
  readonly shard: Shard;
  readonly watched: Main['watched'];
}

/** What came of it. */
interface RanPart {
  readonly counts: Pick<ShardRecord['trials'], 'planned' | 'run' | 'missing'>;
  readonly failure: string | undefined;
  readonly durationMs: number;
  readonly pages: ReturnType<FamilyPlaces<Place>['requests']['pages']> | [];
  readonly scores: readonly KeptScore[];
}

interface Place {
  readonly loaded: LoadedCase;
  readonly name: string;
}

async function runPart(part: Part): Promise<RanPart> {
  const { context, store, plan, divided, shard, watched } = part;
  const { request } = context;
  const units: Unit[] = divided.cases.flatMap((loaded) =>
    Array.from({ length: loaded.rounds }, (_, index) => ({ loaded, number: index + 1 })).filter(
      ({ number }) => plan.shardOf(loaded.case.id, number) === shard.number,
    ),
  );
  units.sort((one, other) => plan.weightOf(other.loaded.case.id) - plan.weightOf(one.loaded.case.id));
  request.onShard?.({ agent: context.config.agent.name, mode: context.mode, planned: units.length, plan });
  if (units.length === 0) {
    await requireWhole({ store, watched });
    return { counts: { planned: 0, run: 0, missing: 0 }, failure: undefined, durationMs: 0, pages: [], scores: [] };
  }
  const began = request.clock.now();
  const scores: KeptScore[] = [];
  const arms = await openArms(context, store, await mainsScoring(context.mainConfig, store, (kept) => scores.push(kept)));
  try {
    const both = isUnchanged(context)
      ? new Set<string>()
      : await withoutStoredRuns(
          context,
          arms,
          store,
          units.map(({ loaded }) => loaded),
        );
    const trialsOf = (arm: GateArm, name: Arm, wanted: readonly Unit[]): WantedTrial<Place>[] =>
      wanted.map(({ loaded, number }) => ({
        request: trialRequest(arm.prepared, { case: loaded.case, ...arm.inputOf(loaded) }, `${arm.series}:${loaded.case.id}`, number),
        place: { loaded, name: `${name} ${loaded.case.id}` },
      }));
    const sides = (wanted: readonly Unit[]) => ({
      candidate: trialsOf(arms.candidate, 'candidate', wanted),
      baseline: trialsOf(
        arms.baseline,
        'baseline',
        wanted.filter(({ loaded }) => both.has(loaded.case.id)),
      ),
    });
    const tally = new ShardTally();
    const failure = await runRoundByRound(part, arms, units, sides, tally);
    const all = sides(units);
    return {
      counts: tally.counts(
        units.map(({ loaded, number }) =>
          (['candidate', ...(both.has(loaded.case.id) ? ['baseline'] : [])] as const).map((arm) => `${arm} ${loaded.case.id} ${number}`),
        ),
      ),
      failure,
      durationMs: Math.max(0, request.clock.now() - began),
      pages: pagesOf(arms, all),
      scores,
    };
  } finally {
    await arms.close();
    await requireWhole({ store, watched });
  }
}

/** Cases on which main is run as well. A shard whose store lacks main's transcripts runs more than it must, and never less. */
async function withoutStoredRuns(
  { baseline, main, mainConfig, request }: GateContext,
  arms: GateArms,
  store: TrialStore,
  cases: readonly LoadedCase[],
): Promise<Set<string>> {
  const different = [...new Set(cases)];
  const { runs } = await useBaseline({
    baseline,
    main,
    cases: different,
    scorerHash: await judgingHash(mainConfig),
    scoring: arms.candidate.session.scoring,
    store,
    signal: request.signal,
  });
  return new Set(different.flatMap(({ case: { id } }) => ((runs.get(id)?.runs ?? 0) === 0 ? [id] : [])));
}

type Sides = Readonly<Record<Arm, readonly WantedTrial<Place>[]>>;
type Unit = { readonly loaded: LoadedCase; readonly number: number };

/**
 * All at once; where a budget in dollars is given a round at a time, as far as this shard's part of it goes.
 * @returns why not all of it ran
 */
async function runRoundByRound(
  { context, plan, shard }: Part,
  arms: GateArms,
  units: readonly Unit[],
  sides: (units: readonly Unit[]) => Sides,
  tally: ShardTally,
): Promise<string | undefined> {
  const { request, mainConfig } = context;
  const part = plan.shares[shard.number - 1]?.part ?? 0;
  const dollars = request.budget?.kind === 'dollars' ? request.budget.dollars * part : undefined;
  const rounds = dollars === undefined ? [[...units]] : [...Map.groupBy(units, ({ number }) => number).values()];
  const spending = new SpendingTally(mainConfig.prices);
  const spent = { trials: 0, dollars: 0 };
  for (const round of rounds) {
    const wanted = sides(round);
    const trials = wanted.candidate.length + wanted.baseline.length;
    const cost = spent.trials === 0 ? 0 : (spent.dollars / spent.trials) * trials;
    if (dollars !== undefined && spent.dollars + cost > dollars)
      return `this shard's part of the budget, ${money(dollars)}, leaves no further round (${money(spent.dollars)} spent, the next costs about ${money(cost)})`;
    const ends = await Promise.all(
      (['candidate', 'baseline'] as const).map((name) => {
        const arm = arms[name];
        return judgeTrials(wanted[name], {
          session: arm.session,
          owed: owedFields(arms.baseline.prepared),
          concurrency: request.concurrency ?? mainConfig.concurrency,
          signal: request.signal,
          spending,
          inputOf: (twin) => arm.inputOf(twin),
          onEnd(ended) {
            const { trial, twins, place } = ended;
            tally.add(`${place.name} ${trial.key.number}`, ended);
            spent.trials += 1;
            for (const each of [trial, ...twins.map((twin) => twin.trial)])
              spent.dollars += reckonedDollars(arm.session.config.prices, each, arm.prepared.version.model);
            request.onShardTrial?.();
          },
        });
      }),
    );
    const failure = ends.find((end) => end.failure !== undefined)?.failure;
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function* pagesOf(arms: GateArms, wanted: Sides): ReturnType<FamilyPlaces<Place>['requests']['pages']> {
  for (const name of ['candidate', 'baseline'] as const)
    yield* new FamilyPlaces(wanted[name], (twin) => arms[name].inputOf(twin)).requests.pages();
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
