import type { TrialStore } from '../../trials/trial-store.ts';
import { loadCasesIfAny } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareInEveryMode } from '../session.ts';
import { replaySeries } from './1-find-trial.ts';

/** A stored trial by the name that replays it, with the tools that it called in their order. */
export interface NamedTrial {
  readonly trial: string;
  readonly series: string;
  readonly mode: string;
  readonly calls: readonly string[];
}

/** Most trials that are listed, and that are looked through for them. */
const mostListed = 20;
const mostLooked = 500;

/** The newest stored trials of cases that there are, the newest first. */
export async function newestTrials(config: LoadedConfig, store: TrialStore): Promise<NamedTrial[]> {
  const cases = new Map(loadCasesIfAny(config.cases, config.agent).map(({ case: { id }, fingerprint }) => [fingerprint, id]));
  const names = Object.keys(config.agent.versions);
  const modes = await prepareInEveryMode(config, names);
  const versions = new Map(modes.flatMap((each) => each.map(({ identity: { fingerprint, name } }) => [fingerprint, name] as const)));
  const newest = await store.newest(mostLooked);
  return newest
    .flatMap(({ key, mode, transcript }) => {
      const id = cases.get(key.caseFingerprint);
      if (id === undefined || key.series.startsWith(replaySeries)) return [];
      const version = versions.get(key.versionFingerprint) ?? key.versionFingerprint.slice(0, 12);
      const calls = transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : []));
      return [{ trial: `${version}/${id}/${key.number}`, series: key.series, mode, calls }];
    })
    .slice(0, mostListed);
}
