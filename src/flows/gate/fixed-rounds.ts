import { money } from '../../text/figures.ts';
import type { KeptScore, TrialStore } from '../../trials/trial-store.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { FamilyPlaces } from '../judging/family-places.ts';
import { judgeTrials, type WantedTrial } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { reckonedDollars } from '../judging/trial-dollars.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { judgingHash } from '../scorer-hash.ts';
import { ShardTally } from '../shards/shard-tally.ts';
import { useBaseline } from './2-load-baseline.ts';
import type { GateArm } from './3-run-rounds.ts';
import { type GateArms, openArms } from './arms.ts';
import { owedFields } from './decision-change.ts';
import type { GateContext } from './gate-context.ts';
import { mainsScoring, requireWhole } from './judge-candidate.ts';
import type { Arm } from './ledger.ts';
import type { Part, RanPart } from './shard-part.ts';
import { isUnchanged } from './what-changed.ts';

interface Place {
  readonly loaded: LoadedCase;
  readonly name: string;
}

/** Runs the shard's part of rounds whose number is known beforehand: shards that see nothing of each other. */
export async function runFixedRounds(part: Part): Promise<RanPart> {
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
  { baseline, main, mainConfig, request, shelves }: GateContext,
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
    shelves,
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
