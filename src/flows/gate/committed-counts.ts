import { DocketError } from '../../contracts/docket-error.ts';
import type { Baseline, BaselineCase } from '../../gate/baseline-file.ts';
import { isQuarantined } from '../../gate/quarantine.ts';
import type { StoredCase } from '../../gate/self-check.ts';
import { type LoadedCase, loadCases } from '../cases/load-cases.ts';
import { runDollars } from '../judging/trial-dollars.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openTrialsIfThere } from '../open-trials.ts';
import { mayJudge } from './1-load-suite.ts';
import { baselineSeries } from './2-load-baseline.ts';
import { baselineFile, readBaseline } from './baseline-store.ts';
import { labelHash } from './label-hash.ts';
import { type Quarantine, quarantineOf } from './quarantine.ts';

/** How a case of the suite stands in the committed baseline. Without usable counts both versions are run on it. */
export type CountState = 'known' | 'new' | 'input-changed' | 'label-changed' | 'does-not-judge' | 'quarantined';

/** One case of the suite, with its row where there is one. */
export interface CommittedCase {
  readonly id: string;
  readonly critical: boolean;
  readonly state: CountState;
  readonly row: BaselineCase | undefined;
}

/** The baseline that is committed in this checkout, against the suite as it is here. */
export interface CommittedCounts {
  readonly file: string;
  readonly baseline: Baseline;
  readonly cases: readonly CommittedCase[];
  /** Ids of rows whose case is not here any more. */
  readonly vanished: readonly string[];
}

/**
 * Reads the committed baseline and says which of its counts hold for the suite; no model is called, no trial is read.
 * @throws {DocketError} when there is none, when it is damaged or of another agent, or when the cases are faulty
 */
export function readCommittedCounts({ root, agent, cases: folder }: LoadedConfig): CommittedCounts {
  const file = baselineFile(root);
  const baseline = readBaseline(root);
  if (!baseline) throw new DocketError(`There is no ${file}. On main, run "docket baseline accept" and commit the file.`);
  if (baseline.agent !== agent.name) {
    throw new DocketError(
      `${file}: the baseline is of the agent "${baseline.agent}", the one here is "${agent.name}". Run "docket baseline refresh".`,
    );
  }
  const cases = loadCases(folder, agent);
  return {
    file,
    baseline,
    cases: cases.map((loaded) => {
      const row = baseline.cases.find(({ id }) => id === loaded.case.id);
      return { id: loaded.case.id, critical: loaded.case.critical ?? false, state: stateOf(loaded, row), row };
    }),
    vanished: baseline.cases.filter(({ id }) => !cases.some((loaded) => loaded.case.id === id)).map(({ id }) => id),
  };
}

function stateOf(loaded: LoadedCase, row: BaselineCase | undefined): CountState {
  if (!mayJudge(loaded)) return 'does-not-judge';
  if (!row) return 'new';
  if (row.caseFingerprint !== loaded.fingerprint) return 'input-changed';
  if (row.labelHash !== labelHash(loaded.case)) return 'label-changed';
  return row.quarantined && isQuarantined(row, { before: true, critical: loaded.case.critical ?? false }) ? 'quarantined' : 'known';
}

/**
 * The counts as the gate would start with them.
 * @throws {DocketError} when no case may judge
 */
export function judgingCases(counts: CommittedCounts): StoredCase[] {
  const { out } = committedQuarantine(counts);
  const judging = counts.cases.filter(({ id, state }) => state !== 'does-not-judge' && !out.has(id));
  if (judging.length === 0)
    throw new DocketError('No case counts: each has an open dispute or a label given only by a model. Have a person review at least one.');
  return judging.map(({ id, critical, state, row }) => ({
    id,
    critical,
    harm: isCounted(state) && row ? row.harm : 0,
    baseline: isCounted(state) && row ? { passes: row.passes, runs: row.runs } : { passes: 0, runs: 0 },
  }));
}

function isCounted(state: CountState): boolean {
  return state === 'known' || state === 'quarantined';
}

/** The cases that main itself fails too often to judge by. */
export function committedQuarantine({ cases }: CommittedCounts): Quarantine {
  const judging = cases.filter(({ state }) => state !== 'does-not-judge');
  const quarantined = judging.flatMap(({ id, state, row }) =>
    state === 'quarantined' && row ? [{ id, passes: row.passes, runs: row.runs }] : [],
  );
  return quarantineOf(quarantined, judging.length);
}

/** What a trial of the baseline cost at list price, mean over those that are stored here; undefined when none is, or the price is not known. */
export async function meanTrialDollars(config: LoadedConfig, { baseline }: CommittedCounts): Promise<number | undefined> {
  const store = await openTrialsIfThere(config, {});
  if (!store) return undefined;
  try {
    const known: number[] = [];
    for (const { id, caseFingerprint, runs } of baseline.cases) {
      const trials = await store.list(
        { versionFingerprint: baseline.version.fingerprint, caseFingerprint, series: baselineSeries(baseline.epoch, id) },
        { first: 1, last: runs },
      );
      known.push(...trials.flatMap((trial) => runDollars(config.prices, trial) ?? []));
    }
    return known.length === 0 ? undefined : known.reduce((sum, amount) => sum + amount, 0) / known.length;
  } finally {
    await store.close();
  }
}
