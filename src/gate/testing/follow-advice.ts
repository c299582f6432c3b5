import { atOnce } from '../../contracts/turns.ts';
import { seededRandom } from '../../stats/random.ts';
import { sampleCounts } from '../../stats/sample-counts.ts';
import { advising } from '../advice.ts';
import { createGate } from '../create-gate.ts';
import type { GateOptions } from '../gate-options.ts';
import { drawHarm, type PlayedCase, type PlayedVerdict, playChange } from '../play.ts';
import { drawWorld, type World } from './worlds.ts';

const adviseOn = (...given: Parameters<typeof advising>) => atOnce(advising(...given));

/** A verdict without an answer, its advice, and what came of doing that. */
export interface Followed {
  readonly cause: string;
  readonly message: string;
  readonly before: PlayedVerdict;
  /** Undefined when the advice says that nothing helps. */
  readonly after: PlayedVerdict['verdict'] | undefined;
}

/** Plays changes until so many end without an answer for this cause (any, when undefined), and does to the letter what they are advised, with the true rates that the advice does not know. */
export function follow(
  world: World,
  options: GateOptions,
  budget: number | undefined,
  count: number,
  cause: string | undefined,
  seed = 5,
): Followed[] {
  const gate = createGate(options);
  const random = seededRandom(seed);
  const followed: Followed[] = [];
  for (let played = 0; played < 3000 && followed.length < count; played += 1) {
    const cases = drawWorld(world, random);
    const before = playChange(gate, cases, random, budget);
    const { verdict } = before;
    if (verdict.verdict !== 'inconclusive' || (cause !== undefined && verdict.cause !== cause)) continue;
    const open = { gate, cases: before.state, budget: verdict.runs.budget, had: 'fewer', verdict, added: new Set<string>() };
    const { remedy, message } = adviseOn(open, seededRandom(1));
    if (!remedy) {
      followed.push({ cause: verdict.cause, message, before, after: undefined });
      continue;
    }
    const { rounds, retryCap } = remedy;
    const changed = createGate({
      ...options,
      ...(rounds === undefined ? {} : { rounds }),
      ...(retryCap === undefined ? {} : { retryCap }),
    });
    const state = remedy.refresh
      ? undefined
      : before.state.map((each, index) => withStored(each, cases[index] as PlayedCase, remedy.storedRuns ?? 0));
    const fresh = cases.map((each) => ({ ...each, baseline: sampleCounts(each.mainRate, remedy.storedRuns ?? 0, random) }));
    const after = playChange(changed, remedy.refresh ? fresh : cases, random, remedy.budget ?? budget, state).verdict;
    followed.push({ cause: verdict.cause, message, before, after });
  }
  return followed;

  function withStored(each: PlayedVerdict['state'][number], { mainRate, harmShare }: PlayedCase, storedRuns: number) {
    const more = sampleCounts(mainRate, Math.max(0, storedRuns - each.baseline.runs), random);
    return {
      ...each,
      baseline: { passes: each.baseline.passes + more.passes, runs: each.baseline.runs + more.runs },
      harm: { ...each.harm, baseline: each.harm.baseline + drawHarm(more, harmShare?.main, random) },
    };
  }
}
