import { DocketError } from '../../contracts/docket-error.ts';
import type { ImprovementPlan, Problem } from '../../contracts/improvement-plan.ts';
import { leastRuns, RunDistribution } from '../../improvement/run-distribution.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { ReadRun } from './1-read-traces.ts';
import type { SeenRuns } from './2-find-problems.ts';
import type { RunOrigin, VersionRuns } from './version-runs.ts';

/** What the runs of a plan are compared with. */
export type Against = { readonly kind: 'version'; readonly version: string } | { readonly kind: 'window'; readonly since: number };

/** What a comparison adds to a plan. */
export interface ComparedRuns {
  readonly context: NonNullable<ImprovementPlan['context']['against']>;
  readonly problems: readonly Problem[];
}

/**
 * Compares the runs of a plan with others: of another version in the same window, or of the same version in an earlier one; of the same mode.
 * @param others runs that were not in the plan; none where all were read for it
 * @throws {DocketError} where there is none to compare with
 */
export async function compareRuns(
  { of, groups }: SeenRuns,
  against: Against,
  others: AsyncIterable<ReadRun> | undefined,
  origins: ReadonlyMap<string, RunOrigin>,
): Promise<ComparedRuns> {
  const { origin } = of;
  const wanted = against.kind === 'version' ? against.version : origin.version;
  const before = others ? await distributionOf(others, of, wanted, origins) : distributionIn(groups, wanted, origin);
  const name = against.kind === 'version' ? wanted : 'the window before';
  const mode = origin.mode === undefined ? '' : ` (${origin.mode})`;
  if (before.runs === 0)
    throw new DocketError(
      `There is no run of ${plainLine(wanted)}${mode} ${against.kind === 'version' ? 'beside those of' : 'before those of'} ${plainLine(origin.version)} to compare with. See what there is: docket traces ls, docket eval.`,
    );
  const these = of.distribution ?? new RunDistribution();
  const problems = these.against(before, {
    id: `drift/against-${against.kind === 'version' ? wanted : 'window'}`,
    these: against.kind === 'version' ? origin.version : 'the window',
    others: name,
    because:
      against.kind === 'version'
        ? 'Two versions may well differ. Whether that is what was meant, only a person can say.'
        : 'The model, the code around it, or what it is asked moved. Compare the inputs of the two windows first.',
  });
  const isTooFew = Math.min(before.runs, these.runs) < leastRuns;
  return { context: { name, runs: before.runs, ...(isTooFew ? { tooFew: leastRuns } : {}) }, problems };
}

function distributionIn(groups: readonly VersionRuns[], version: string, { mode }: RunOrigin): RunDistribution {
  const group = groups.find(({ origin }) => origin.version === version && origin.mode === mode);
  return group?.distribution ?? new RunDistribution();
}

/** Runs that name no version are taken for the one that is asked for, as in the plan itself. */
async function distributionOf(
  runs: AsyncIterable<ReadRun>,
  { reading, origin }: VersionRuns,
  version: string,
  origins: ReadonlyMap<string, RunOrigin>,
): Promise<RunDistribution> {
  const distribution = new RunDistribution();
  for await (const { run, fingerprint } of runs) {
    const found = fingerprint === null ? undefined : origins.get(fingerprint);
    const mode = run.simulated ? 'simulated' : found?.mode;
    const isOf = (found ? found.version === version : fingerprint === null) && mode === origin.mode;
    if (isOf) distribution.see(reading.of(run));
  }
  return distribution;
}
