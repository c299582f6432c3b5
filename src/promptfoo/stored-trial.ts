import type { Trial } from '../contracts/trial.ts';
import type { LoadedCase } from '../flows/cases/load-cases.ts';
import { defaultSeries } from '../flows/evaluate/index.ts';
import type { Session } from '../flows/session.ts';
import type { RowMetadata } from './row-metadata.ts';

/** The trial that a row shows, from the store; undefined when the case or the trial is gone. */
export function storedTrial(
  { store }: Pick<Session, 'store'>,
  cases: ReadonlyMap<string, LoadedCase>,
  { caseId, fingerprint, trialNumber }: RowMetadata,
): { readonly loaded: LoadedCase; readonly trial: Trial } | undefined {
  const loaded = cases.get(caseId);
  const trial =
    loaded &&
    store.find({ versionFingerprint: fingerprint, caseFingerprint: loaded.fingerprint, series: defaultSeries, number: trialNumber });
  return trial && { loaded, trial };
}
