import type { LoadedCase } from '../cases/load-cases.ts';
import type { PreparedVersion } from '../session.ts';
import type { WantedTrial } from './judge-trials.ts';
import { trialRequest } from './trial-request.ts';

/** A version on a case: where a trial counts. */
export interface VersionOnCase {
  readonly version: PreparedVersion;
  readonly loaded: LoadedCase;
}

/** Makes the place of a version on a case, once for all of its trials. */
export type PlaceOf<Place extends VersionOnCase> = (version: PreparedVersion, loaded: LoadedCase) => Place;

export const onCase: PlaceOf<VersionOnCase> = (version, loaded) => ({ version, loaded });

/** Every version on every case, numbers 1 to `trials`. Versions that behave alike, and cases with one input, share theirs. */
export function* wantedTrials(
  versions: readonly PreparedVersion[],
  cases: readonly LoadedCase[],
  series: string,
  trials: number,
): Generator<WantedTrial<VersionOnCase>> {
  for (const version of versions) yield* wantedAt(onCase, version, cases, series, trials);
}

/** The same of one version, with places that hold more. */
export function* wantedAt<Place extends VersionOnCase>(
  placeOf: PlaceOf<Place>,
  version: PreparedVersion,
  cases: readonly LoadedCase[],
  series: string,
  trials: number,
): Generator<WantedTrial<Place>> {
  for (const loaded of cases) {
    const place = placeOf(version, loaded);
    for (let number = 1; number <= trials; number += 1) yield { request: trialRequest(version, loaded, series, number), place };
  }
}
