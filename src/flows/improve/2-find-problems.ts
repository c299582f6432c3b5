import { DocketError } from '../../contracts/docket-error.ts';
import type { Note } from '../../contracts/improvement-plan.ts';
import { RunDistribution } from '../../improvement/run-distribution.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { ReadRun } from './1-read-traces.ts';
import type { SourcePlaces } from './source-places.ts';
import { type RunOrigin, VersionRuns } from './version-runs.ts';

/** The version that a plan is for, with its runs, and the runs that are not in it. */
export interface SeenRuns {
  readonly of: VersionRuns;
  /** All that there were, of it and of others. */
  readonly groups: readonly VersionRuns[];
  readonly leftOut: readonly { readonly version: string; readonly runs: number; readonly why: string }[];
  /** What was said of its runs. */
  readonly notes: readonly Note[];
}

/** Most notes that a plan quotes. */
const mostNotes = 20;

/**
 * Shows each run to the detectors of its version, once; the plan is for one version, in one mode.
 * @param asked the version that a person named
 * @param none what is told where there is no run at all
 * @throws {DocketError} when no run is of a version that is known, or of the one that was asked for
 */
export async function findProblems(
  config: LoadedConfig,
  runs: AsyncIterable<ReadRun>,
  {
    origins,
    asked,
    places,
    compares = false,
    none = 'There is no run in the window. Choose an earlier --since, or see what there is: docket traces ls, docket eval.',
  }: {
    readonly origins: ReadonlyMap<string, RunOrigin>;
    readonly asked: string | undefined;
    readonly places: SourcePlaces;
    /** True where the runs will be compared with others. */
    readonly compares?: boolean;
    readonly none?: string;
  },
): Promise<SeenRuns> {
  const groups = new Map<string, VersionRuns>();
  const unknown = new Map<string, number>();
  const notes = new Map<VersionRuns, Note[]>();
  let all = 0;
  for await (const { run, fingerprint, notes: said } of runs) {
    all += 1;
    const named = originOf(fingerprint, origins, asked, config.current);
    if (!named) {
      const name = (fingerprint ?? '').slice(0, 12);
      unknown.set(name, (unknown.get(name) ?? 0) + 1);
      continue;
    }
    // Who answered counts, whatever the run says of its version.
    const origin: RunOrigin = run.simulated ? { ...named, mode: 'simulated' } : named;
    const key = `${origin.version} ${origin.mode ?? ''}`;
    const group = groups.get(key) ?? new VersionRuns(config, origin, places);
    groups.set(key, group);
    if (compares) group.distribution ??= new RunDistribution();
    if (named.mode === undefined) group.takenFor += 1;
    group.see(run, fingerprint);
    if (said.length > 0) notes.set(group, [...(notes.get(group) ?? []), ...said].slice(0, mostNotes));
  }
  if (all === 0) throw new DocketError(none);
  const chosen = choose([...groups.values()], asked, config.current);
  if (!chosen) throw noRuns(all, groups, unknown, asked);
  return {
    of: chosen,
    groups: [...groups.values()],
    notes: notes.get(chosen) ?? [],
    leftOut: [
      ...[...groups.values()]
        .filter((group) => group !== chosen)
        .map(({ origin, tally }) => ({
          version: `${origin.version}${origin.mode === undefined ? '' : ` (${origin.mode})`}`,
          runs: tally.runs,
          why:
            origin.version === chosen.origin.version
              ? 'another mode, which is never mixed'
              : `another version: docket improve --version ${origin.version}`,
        })),
      ...[...unknown].map(([fingerprint, runs]) => ({
        version: `fingerprint ${fingerprint}`,
        runs,
        why: `no version of the configuration as it is now: --version <name> takes them for that one`,
      })),
    ],
  };
}

/** What a run that names no version is of: what was asked for, else what is deployed; one that names an unknown one only what was asked for. */
function originOf(
  fingerprint: string | null,
  origins: ReadonlyMap<string, RunOrigin>,
  asked: string | undefined,
  current: string,
): RunOrigin | undefined {
  if (fingerprint === null) return { version: asked ?? current, mode: undefined };
  return origins.get(fingerprint) ?? (asked === undefined ? undefined : { version: asked, mode: undefined });
}

/** Of what was asked for, or of what is deployed, or of what most runs are; of its modes the one with most runs. */
function choose(groups: readonly VersionRuns[], asked: string | undefined, current: string): VersionRuns | undefined {
  const most = (some: readonly VersionRuns[]) => some.toSorted((one, other) => other.tally.runs - one.tally.runs)[0];
  const of = (version: string) => most(groups.filter(({ origin }) => origin.version === version));
  return asked === undefined ? (of(current) ?? most(groups)) : of(asked);
}

function noRuns(
  all: number,
  groups: ReadonlyMap<string, VersionRuns>,
  unknown: ReadonlyMap<string, number>,
  asked: string | undefined,
): DocketError {
  const known = [...groups.values()].map(({ origin, tally }) => `${plainLine(origin.version)} (${count(tally.runs)})`);
  const others = [...unknown].map(([fingerprint, runs]) => `fingerprint ${fingerprint} (${count(runs)})`);
  const there = [...known, ...others].join(', ');
  return new DocketError(
    asked === undefined
      ? `${counted(all, 'run')} in the window, and none of a version as the configuration has it now: ${there}. Name the one that they are of: docket improve --version <name>.`
      : `${counted(all, 'run')} in the window, and none of version ${plainLine(asked)}: ${there}.`,
  );
}
