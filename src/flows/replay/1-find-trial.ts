import { DocketError } from '../../contracts/docket-error.ts';
import type { Trial, TrialKey } from '../../contracts/trial.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { counted, listed } from '../../text/figures.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareInEveryMode } from '../session.ts';

/** A trial as a person names it. */
export interface TrialName {
  /** A version, or the first eight letters or more of a fingerprint; the current version when not given. */
  readonly version: string | undefined;
  readonly caseId: string;
  readonly number: number;
}

/** A stored trial with its case, and the version with which it goes on. */
export interface FoundTrial {
  readonly name: string;
  readonly loaded: LoadedCase;
  readonly trial: Trial;
  readonly version: string;
  /** True where the version as it is now is not the one that ran the trial. */
  readonly otherState: boolean;
}

export interface TrialChoice {
  /** The version that it goes on with, where that is not the one named in front of the case. */
  readonly version?: string;
  /** Where several series have such a trial: the newest one when not given. */
  readonly series?: string;
}

/** Fewer letters of a fingerprint would be a name. */
const fingerprintText = /^[0-9a-f]{8,64}$/;

/** @throws {DocketError} where it is no name of a trial */
export function parseTrialName(text: string): TrialName {
  if (/^[0-9a-f]{32}$/.test(text))
    throw new DocketError(
      `"${text}" is the id of a trace. A trace need not hold all that the model said, so nothing can go on from it: run the input as a case (docket cases draft, docket eval), and replay a trial of it.`,
    );
  const [, version, caseId, number = '1'] =
    /^(?:(.+)\/)?([a-z0-9][a-z0-9-]*)(?:\/([1-9]\d{0,8}))$/.exec(text) ?? /^()([a-z0-9][a-z0-9-]*)$/.exec(text) ?? [];
  if (caseId === undefined)
    throw new DocketError(
      `"${text}" names no trial. Expected version, case and number: v2/some-case/3. The newest ones: docket replay --list.`,
    );
  return { version: version || undefined, caseId, number: Number(number) };
}

/**
 * Finds a stored trial.
 * @throws {DocketError} where there is none, saying which there are
 */
export async function findTrial(config: LoadedConfig, store: TrialStore, name: TrialName, choice: TrialChoice): Promise<FoundTrial> {
  const cases = loadCases(config.cases, config.agent);
  const loaded = cases.find(({ case: { id } }) => id === name.caseId);
  if (!loaded) {
    const ids = cases.map(({ case: { id } }) => id);
    throw new DocketError(`There is no case "${name.caseId}".${didYouMean(name.caseId, ids)} Stored trials: docket replay --list.`);
  }
  const prefix =
    name.version !== undefined && !isVersion(config, name.version) && fingerprintText.test(name.version) ? name.version : undefined;
  const version = choice.version ?? (prefix === undefined ? name.version : undefined) ?? config.current;
  const names = [...new Set([version, ...(name.version !== undefined && prefix === undefined ? [name.version] : [])])];
  const fingerprints = await fingerprintsOf(config, names);
  const keys = (await store.keysOf([loaded.fingerprint], Number.MAX_SAFE_INTEGER)).filter(isOwn);
  const ranBy = (key: TrialKey) =>
    prefix === undefined
      ? fingerprints.get(name.version ?? version)?.has(key.versionFingerprint)
      : key.versionFingerprint.startsWith(prefix);
  const ofVersion = keys.filter(ranBy);
  const wanted = ofVersion.filter(
    ({ number, series }) => number === name.number && (choice.series === undefined || series === choice.series),
  );
  const trial = await firstOf(store, wanted);
  if (!trial) throw await noTrial(config, loaded, name, choice, { keys, ofVersion, version });
  return {
    name: `${name.version ?? version}/${name.caseId}/${name.number}`,
    loaded,
    trial,
    version,
    otherState: !fingerprints.get(version)?.has(trial.key.versionFingerprint),
  };
}

/** Stored trials are whole, or not there. */
async function firstOf(store: TrialStore, keys: readonly TrialKey[]): Promise<Trial | undefined> {
  for (const key of keys) {
    const found = await store.find(key);
    if (found) return found;
  }
  return undefined;
}

/** What was run on from a trial is none of a case; what a search tried is. */
function isOwn({ series }: TrialKey): boolean {
  return !series.startsWith(replaySeries);
}

/** Name under which trials that were run on are stored, which no person can give; their version fingerprint is one that no version has. */
export const replaySeries = 'replay:on';

function isVersion({ agent }: LoadedConfig, name: string): boolean {
  return Object.hasOwn(agent.versions, name.split(/[/@]/)[0] ?? '');
}

/** Fingerprints of versions as they are now, in every mode, by their name. */
async function fingerprintsOf(config: LoadedConfig, names: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const modes = await prepareInEveryMode(config, names);
  return new Map(names.map((name, index) => [name, new Set(modes.map((versions) => versions[index]?.identity.fingerprint ?? ''))]));
}

async function noTrial(
  config: LoadedConfig,
  { case: { id } }: LoadedCase,
  name: TrialName,
  { series }: TrialChoice,
  { keys, ofVersion, version }: { readonly keys: readonly TrialKey[]; readonly ofVersion: readonly TrialKey[]; readonly version: string },
): Promise<DocketError> {
  const wanted = `trial ${name.number} of ${name.version ?? version} on "${id}"${series === undefined ? '' : ` in the series "${series}"`}`;
  if (ofVersion.length > 0) {
    const numbers = [...new Set(ofVersion.map((key) => key.number))].toSorted((one, other) => one - other);
    const inSeries = [...new Set(ofVersion.map((key) => key.series))];
    return new DocketError(
      `There is no stored ${wanted}. Of that version there: ${listed(numbers.slice(0, 20).map(String))}, in the series ${listed(inSeries.slice(0, 10))}.`,
    );
  }
  if (keys.length === 0)
    return new DocketError(`There is no stored ${wanted}, nor any other of that case as it is now. Run some: docket eval --case ${id}.`);
  const names = Object.keys(config.agent.versions);
  const known = await fingerprintsOf(config, names);
  const states = [...new Set(keys.map(({ versionFingerprint }) => versionFingerprint))].slice(0, 5).map((fingerprint) => {
    const owner = names.find((each) => known.get(each)?.has(fingerprint)) ?? 'no version as it is now';
    const count = keys.filter(({ versionFingerprint }) => versionFingerprint === fingerprint).length;
    return `${fingerprint.slice(0, 12)} (${owner}, ${counted(count, 'trial')})`;
  });
  return new DocketError(
    `There is no stored ${wanted}, as that version is now. Of the case there are trials of other fingerprints: ${listed(states)}. Name one of those to run it on with ${version}: ${states[0]?.slice(0, 12)}/${id}/1.`,
  );
}
