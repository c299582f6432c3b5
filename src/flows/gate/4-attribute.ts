import type { Attribution, Part } from '../../contracts/attribution.ts';
import { type Conclusion, conclude } from '../../gate/attribution/conclude.ts';
import { dropOf, type Exchange, effectOf, intervalOf, Mixtures, putIn, takenOut } from '../../gate/attribution/mixtures.ts';
import { nextMixture } from '../../gate/attribution/next-mixture.ts';
import { addCounts, type Counts } from '../../stats/counts.ts';
import type { SpendingTally } from '../judging/spending.ts';
import type { GateArm } from './3-run-rounds.ts';
import { type Block, type ChangedParts, changedParts } from './attribution/changed-parts.ts';
import type { MixtureWorkers } from './attribution/mixture-workers.ts';
import { ownChanges } from './attribution/own-changes.ts';
import { controlFailure, elsewhere, noneApart, noPart, notDecidable, notStarted, onlyOne, reasonFor } from './attribution/reason.ts';
import { runMixture } from './attribution/run-mixture.ts';
import { diffsOf } from './attribution/version-diffs.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { Arm, CaseLedger } from './ledger.ts';

export interface AttributionPlan {
  readonly arms: Readonly<Record<Arm, GateArm>>;
  /** The accused case with its runs. */
  readonly accused: CaseLedger;
  /** Changed files of the agent that no part of the fingerprint counts by their content. */
  readonly unlisted: readonly string[];
  /** Everything that differs from main, by git. */
  readonly changedFiles: ChangedFiles;
  /** Model runs that the budget leaves for this. */
  readonly left: number;
  readonly spending: SpendingTally;
  /** Main's. */
  readonly workers: MixtureWorkers;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Runs of one mixture at a time. */
const runsAtOnce = 3;

/**
 * Names the part of the change that did it, where the runs show it: puts each part that differs into main (one in) and takes each out of the
 * candidate (one out), runs the mixtures on the accused case where that decides most, and reads the contrasts.
 */
export async function attribute(plan: AttributionPlan): Promise<Attribution> {
  const { loaded: accused } = plan.accused;
  const { arms, unlisted, changedFiles } = plan;
  const isOwn = [arms.baseline, arms.candidate].every(({ config }) => config.agent.own);
  const changed = await (isOwn ? ownChanges(arms, accused, { changed: changedFiles, unlisted }) : changedParts(arms, accused, unlisted));
  const common = {
    caseId: accused.case.id,
    notDecidable: notDecidable(changed),
    contrasts: [],
    cells: [],
  };
  const diffs = (factors: readonly Part[]) => diffsOf(plan.arms, factors, { accused, changed });
  const [only] = changed.factors;
  if (changed.factors.length === 1 && only !== undefined) {
    return { ...common, factor: only, factors: [only], reason: onlyOne(only), notDecidable: [], diffs: await diffs([only]) };
  }
  const { served } = arms.candidate.prepared.version;
  if (served)
    return {
      ...common,
      factor: 'unclear',
      factors: [...changed.factors],
      reason: elsewhere(served),
      notDecidable: [],
      diffs: await diffs(changed.factors),
    };
  if (changed.blocks.length === 0) {
    const { factors } = changed;
    return {
      ...common,
      factor: 'unclear',
      factors: [...factors],
      reason: factors.length === 0 ? noPart : noneApart(factors),
      diffs: await diffs(factors),
    };
  }
  const { mixtures, control, budgetSpent } = await tryApart(plan, changed);
  const conclusion = control === undefined ? conclude(mixtures) : ({ kind: 'undecided' } as const);
  const blocksNamed = 'factors' in conclusion ? conclusion.factors.map((key) => blockOf(changed, key)) : changed.blocks;
  const factors = conclusion.kind === 'undecided' ? changed.factors : blocksNamed.flat();
  return {
    ...common,
    factor: nameOf(conclusion, factors),
    factors: [...factors],
    // What could not be told apart matters where it touches what is named; who ran the mixtures touches all of them.
    notDecidable: [...common.notDecidable, ...notStarted(mixtures, changed)].filter((each) =>
      each.factors.some((part) => part === 'runner' || factors.includes(part)),
    ),
    reason: control ?? reasonFor(conclusion, mixtures, changed, { caseId: accused.case.id, budgetSpent }),
    contrasts: changed.blocks.map((block) => ({
      factors: [...block],
      effect: effectOf(mixtures, keyOf(block)),
      in: reported(putIn(mixtures, keyOf(block))),
      out: reported(takenOut(mixtures, keyOf(block))),
    })),
    cells: mixtures.cells.map(({ mixture, counts }) => ({ candidate: mixture.flatMap((key) => [...blockOf(changed, key)]), ...counts })),
    diffs: await diffs(factors),
  };
}

interface Tried {
  readonly mixtures: Mixtures;
  /** Why the mixtures say nothing: main itself fails as it runs now. */
  readonly control: string | undefined;
  readonly budgetSpent: boolean;
}

/** Runs mixtures until the contrasts say enough or the budget is spent. */
async function tryApart(plan: AttributionPlan, changed: ChangedParts): Promise<Tried> {
  const { baseline: stored, fresh = none, confirm = none, candidate } = plan.accused.state();
  const freshly = addCounts(fresh, confirm);
  // What main's own runs read, and who ran them, is not what mixtures read and who runs them: then only runs that were made here compare.
  const here = changed.runnerChanged || ['reads', 'rest'].some((part) => changed.factors.includes(part as Part));
  const keys = changed.blocks.map(keyOf);
  const { runs, stored: before } = plan.accused;
  const known = new Set([...runs.candidate, ...runs.baseline, ...before.judged].map(({ trial }) => trial.outcome.kind));
  const mixtures = new Mixtures(keys, here ? freshly : addCounts(stored, freshly), candidate);
  const made = new Map<string, number>();
  let { left } = plan;
  const run = async (mixture: readonly string[]): Promise<Counts> => {
    const name = JSON.stringify(mixture);
    const done = made.get(name) ?? 0;
    made.set(name, done + runsAtOnce);
    left -= runsAtOnce;
    const ofCandidate = mixture.flatMap((key) => [...blockOf(changed, key)]);
    const { counts, blocked } = await runMixture(
      { ...plan, changed, known, accused: plan.accused.loaded },
      ofCandidate,
      done + 1,
      runsAtOnce,
    );
    mixtures.add(mixture, counts);
    if (blocked !== undefined) mixtures.block(mixture, blocked);
    return counts;
  };
  if ((keys.length > 1 || here) && left >= runsAtOnce) {
    // What makes main itself fail here (a file that both sides read, a provider that moved) would be put down to whatever was mixed in.
    const control = await run([]);
    const failure = controlFailure(stored, control, changed);
    if (failure !== undefined) return { mixtures, control: failure, budgetSpent: false };
  }
  for (;;) {
    const next = nextMixture(mixtures);
    if (!next) return { mixtures, control: undefined, budgetSpent: false };
    if (left < runsAtOnce) return { mixtures, control: undefined, budgetSpent: true };
    await run(next);
  }
}

/** Parts that cannot be tried apart are named as what is left to choose from. */
function nameOf({ kind }: Conclusion, factors: readonly Part[]): Attribution['factor'] {
  const [one, ...others] = factors;
  if (kind === 'one') return one !== undefined && others.length === 0 ? one : 'unclear';
  return kind === 'undecided' ? 'unclear' : kind;
}

function reported(exchange: Exchange) {
  return { drop: intervalOf(dropOf(exchange)), before: exchange.before.counts, after: exchange.after.counts };
}

const none: Counts = { passes: 0, runs: 0 };

function keyOf(block: Block): string {
  return block.join('+');
}

function blockOf({ blocks }: ChangedParts, key: string): Block {
  return blocks.find((block) => keyOf(block) === key) ?? [];
}
