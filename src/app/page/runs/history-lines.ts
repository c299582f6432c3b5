import type { KeptRun } from '../../../contracts/kept-run.ts';
import type { CaseHistory } from '../../api/case-history.ts';

/** What one version came to in one run. */
export type HistoryPoint = CaseHistory['points'][number];

/** One version from run to run, oldest first. */
export interface HistoryLine {
  readonly version: string;
  readonly points: readonly HistoryPoint[];
}

/** Points by version, those with the most points first. */
export function historyLines(points: readonly HistoryPoint[]): HistoryLine[] {
  return [...Map.groupBy(points, ({ version }) => version)]
    .map(([version, own]) => ({ version, points: own }))
    .toSorted((one, other) => other.points.length - one.points.length);
}

/** What versions came to over all cases, in runs that came to their end. A gate's sides are main and candidate, whichever versions those are. */
export function versionPoints(runs: readonly KeptRun[]): HistoryPoint[] {
  return runs
    .filter(({ state }) => state === 'done')
    .toReversed()
    .flatMap(({ id, startedAt, versions }) =>
      versions.flatMap(({ name, fingerprint, passes, runs: trials }) =>
        trials === 0
          ? []
          : [{ runId: id, at: startedAt, version: name, ...(fingerprint === undefined ? {} : { fingerprint }), passes, runs: trials }],
      ),
    );
}
