import type { VersionResult } from '../../contracts/evaluation.ts';
import type { RanCase, RanVersion } from '../../contracts/kept-run.ts';
import { isHarmful } from '../reported-trial.ts';

/** A version that was evaluated, as its run is kept. */
export function ranVersion({ version, totals, cases }: VersionResult, isCritical: (caseId: string) => boolean): RanVersion {
  const harm = cases
    .filter(({ caseId }) => isCritical(caseId))
    .flatMap(({ trials }) => trials)
    .filter(({ scores }) => isHarmful({ findings: scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings) })).length;
  return {
    name: version.name,
    fingerprint: version.fingerprint,
    passes: totals.passes,
    runs: totals.runs,
    harm,
    infraErrors: totals.infraErrors,
    ...(totals.dollars === undefined ? {} : { dollars: totals.dollars }),
  };
}

/** Passes and runs of one version on one case. */
export interface CountedCase {
  readonly version: string;
  readonly caseId: string;
  readonly passes: number;
  readonly runs: number;
}

/** Each case once, with what each of the versions came to on it, in their order. */
export function ranCases(counted: readonly CountedCase[], versions: readonly string[]): RanCase[] {
  const cases = new Map<string, [number, number][]>();
  for (const { version, caseId, passes, runs } of counted) {
    const counts = cases.get(caseId) ?? versions.map((): [number, number] => [0, 0]);
    const place = versions.indexOf(version);
    const [before, tried] = counts[place] ?? [0, 0];
    if (place >= 0) counts[place] = [before + passes, tried + runs];
    cases.set(caseId, counts);
  }
  return [...cases];
}
