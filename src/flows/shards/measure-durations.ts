import { DocketError } from '../../contracts/docket-error.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openTrialsToRead } from '../open-trials.ts';
import { readDurations, settledDurations, writeDurations } from './durations-file.ts';

/** What the stored trials say of how long cases take. */
export interface MeasuredDurations {
  readonly file: string;
  /** Milliseconds that one trial takes, by case id, as they were written. */
  readonly durations: ReadonlyMap<string, number>;
  /** Cases of which no trial is stored. */
  readonly unmeasured: readonly string[];
  /** How many entries differ from what stood there. */
  readonly changed: number;
}

/** A mean over more trials of a case says no more about it. */
const newestTrials = 5;

/** Of so many cases keys are asked for at once: a store goes through all that it holds to find them. */
const casesAtOnce = 1000;

/**
 * Measures how long a trial of each case takes, by the trials that were stored last, of live ones where there are any, and writes it to
 * `reports/durations.json`. Calls no model.
 * @throws {DocketError} when cases, store or file cannot be used
 */
export async function measureDurations(config: LoadedConfig, warn: (message: string) => void): Promise<MeasuredDurations> {
  const cases = loadCases(config.cases, config.agent);
  const store = await openTrialsToRead(config, { onDamage: warn });
  try {
    const measured = new Map<string, number>();
    for (let first = 0; first < cases.length; first += casesAtOnce) await measure(store, cases.slice(first, first + casesAtOnce), measured);
    if (measured.size === 0)
      throw new DocketError(`No trial of any case is stored in ${config.store}, so nothing can be measured. Run docket eval first.`);
    const before = readDurations(config.root);
    const ids = cases.map((loaded) => loaded.case.id);
    const durations = settledDurations(before, measured, ids);
    const changed =
      ids.filter((id) => before.get(id) !== durations.get(id)).length + [...before.keys()].filter((id) => !durations.has(id)).length;
    const file = writeDurations(config.root, durations);
    return { file, durations, unmeasured: ids.filter((id) => !measured.has(id)), changed };
  } finally {
    await store.close();
  }
}

async function measure(store: TrialStore, cases: readonly LoadedCase[], measured: Map<string, number>): Promise<void> {
  const keys = Map.groupBy(
    await store.keysOf(
      cases.map(({ fingerprint }) => fingerprint),
      newestTrials,
    ),
    ({ caseFingerprint }) => caseFingerprint,
  );
  for (const { case: each, fingerprint } of cases) {
    const found = await Promise.all((keys.get(fingerprint) ?? []).map((key) => store.find(key)));
    const trials = found.filter((trial) => trial !== undefined);
    const live = trials.filter(({ mode }) => mode === 'live');
    const counted = live.length > 0 ? live : trials;
    if (counted.length > 0) measured.set(each.id, counted.reduce((sum, { durationMs }) => sum + durationMs, 0) / counted.length);
  }
}
