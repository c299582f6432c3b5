import type { Notice } from '../../contracts/notice.ts';
import type { Trial } from '../../contracts/trial.ts';
import { Turns } from '../../contracts/turns.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import { isQuarantined, type QuarantinedCase } from '../../gate/quarantine.ts';
import { count, counted } from '../../text/figures.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { LoadedCase, LoadedTwin } from '../cases/load-cases.ts';
import { evidenceOfTwins, type TwinRun } from '../judging/family-places.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import type { Scoring } from '../judging/scoring.ts';
import { total, trialDollars } from '../judging/trial-dollars.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { PreparedVersion } from '../session.ts';
import { KeptRuns, type RunShelves } from './kept-runs.ts';
import { labelHash } from './label-hash.ts';
import { noStoredRuns, type StoredRuns, storedRunsOf } from './ledger.ts';
import { isNoBaseline } from './no-baseline.ts';

/** Main's stored runs case by case, and what a reader must know about them. */
export interface StoredBaseline {
  readonly runs: ReadonlyMap<string, StoredRuns>;
  /** Main's cases that do not judge, because main itself fails them. */
  readonly quarantined: readonly QuarantinedCase[];
  readonly notices: readonly Notice[];
}

export interface BaselineUse {
  /** Checked already: of this agent, this mode and this suite. */
  readonly baseline: Baseline;
  /** Main's version as it is now. */
  readonly main: PreparedVersion;
  readonly cases: readonly LoadedCase[];
  /** Hash of main's scorers as they are now, which judge both sides. */
  readonly scorerHash: string;
  /** Asks main's scorers. */
  readonly scoring: Scoring;
  readonly signal: AbortSignal;
  readonly store: TrialStore;
  /** Where the runs are put. */
  readonly shelves: RunShelves;
}

/** The series under which an epoch of the baseline is stored. */
export function baselineSeries(epoch: number, caseId: string): string {
  return `baseline-${epoch}:${caseId}`;
}

/** Fewer stored runs than this are said to be few. */
const enoughRuns = 10;

/**
 * Decides which of the committed counts can be used. Counts that were scored by other scorers or labels are scored anew from stored transcripts;
 * where those are missing, the case starts without a baseline and both versions are run on it.
 * @throws the signal's reason at an abort
 */
export async function useBaseline(use: BaselineUse): Promise<StoredBaseline> {
  const { baseline, main, cases } = use;
  if (baseline.version.fingerprint !== main.identity.fingerprint) {
    return {
      runs: new Map(cases.map((loaded) => [loaded.case.id, noStoredRuns])),
      quarantined: [],
      notices: [
        {
          kind: 'other-baseline',
          message: isNoBaseline(baseline)
            ? 'Main has no reports/baseline.json, so nothing is known of it beforehand and both versions are run. On main, run "docket baseline accept" and commit the file: then a gate costs half, and sees more.'
            : `The baseline was accepted for another version (${baseline.version.fingerprint.slice(0, 12)}) than main has now (${main.identity.fingerprint.slice(0, 12)}), so both versions are run. Accept a new baseline on main: docket baseline accept.`,
        },
      ],
    };
  }
  const runs = new Map<string, StoredRuns>();
  const notices: Notice[] = [];
  if (baseline.scorerHash !== use.scorerHash) {
    notices.push({
      kind: 'scorer-changed',
      message:
        "Main's scorers changed since its baseline was accepted, so its stored trials are scored again. Accept it again on main: docket baseline accept.",
    });
  }
  const rows = new Map(baseline.cases.map((row) => [row.id, row]));
  const turns = new Turns(use.signal);
  for (const loaded of cases) {
    runs.set(loaded.case.id, await storedRuns(use, loaded, rows.get(loaded.case.id)));
    await turns.give();
  }
  const few = cases.filter((loaded) => (runs.get(loaded.case.id)?.runs ?? 0) < enoughRuns);
  if (few.length > 0) {
    notices.push({
      kind: 'few-baseline-runs',
      message: `${count(few.length)} of ${counted(cases.length, 'case')} have fewer than ${enoughRuns} stored runs. With so few, false blocks may be more frequent than promised. Add some on main: docket baseline accept.`,
    });
  }
  return { runs, quarantined: quarantinedCases(baseline, cases, runs), notices };
}

/** Those that are so by the committed file, and still are by the counts that the gate would judge with. */
function quarantinedCases(baseline: Baseline, cases: readonly LoadedCase[], runs: ReadonlyMap<string, StoredRuns>): QuarantinedCase[] {
  const marked = new Set(baseline.cases.filter(({ quarantined }) => quarantined).map(({ id }) => id));
  return cases.flatMap(({ case: { id, critical = false } }) => {
    const stored = runs.get(id);
    const isOut = marked.has(id) && stored && stored.runs > 0 && isQuarantined(stored, { before: true, critical });
    return isOut ? [{ id, passes: stored.passes, runs: stored.runs }] : [];
  });
}

async function storedRuns(
  { baseline, main, scorerHash, scoring, store, signal, shelves }: BaselineUse,
  loaded: LoadedCase,
  row: Baseline['cases'][number] | undefined,
): Promise<StoredRuns> {
  if (!row || row.caseFingerprint !== loaded.fingerprint) return noStoredRuns;
  const selection = {
    versionFingerprint: main.identity.fingerprint,
    caseFingerprint: loaded.fingerprint,
    series: baselineSeries(baseline.epoch, loaded.case.id),
  };
  const judged = new KeptRuns(shelves);
  let left = row.runs;
  for (const portion of await store.portions(selection, { first: 1, last: Number.MAX_SAFE_INTEGER })) {
    const stored = (await store.list(selection, portion)).slice(0, left);
    left -= stored.length;
    const scored = await Promise.all(
      stored.map(async (trial): Promise<TrialWithReport[]> => {
        const twins = await storedTwins(store, main, loaded, trial);
        if (twins === undefined) return [];
        const scored = await scoreTrial(scoring, main.version, loaded, trial, { signal, twins: evidenceOfTwins(twins) });
        // A run costs what its family costs: by it the next round is reckoned.
        const dollars = total([scored.dollars, ...twins.map((each) => trialDollars(scoring.prices, each.trial))]);
        return [{ trial, reported: reportedTrial(trial, { ...scored, dollars }, 'stored') }];
      }),
    );
    for (const run of scored.flat()) judged.add(run);
    if (left === 0) break;
  }
  if (baseline.scorerHash === scorerHash && row.labelHash === labelHash(loaded.case)) {
    const { passes, runs, harm, wrongDecisions = 0, falseApprovals = harm - wrongDecisions } = row;
    return { passes, runs, falseApprovals, wrongDecisions, harm, judged };
  }
  if (judged.length < row.runs) return noStoredRuns;
  return storedRunsOf(judged);
}

/** The trials of a case's twins that were run with a stored one of it; undefined where one is not at hand, so that nobody can say whether the relations held. */
async function storedTwins(
  store: TrialStore,
  { identity }: PreparedVersion,
  { family }: LoadedCase,
  { key }: Trial,
): Promise<TwinRun[] | undefined> {
  const runs = await Promise.all(
    (family?.twins ?? []).map(async (twin) => ({
      twin,
      trial: await store.find({ ...key, caseFingerprint: twin.fingerprint, versionFingerprint: identity.fingerprint }),
    })),
  );
  return runs.every((run): run is { twin: LoadedTwin; trial: Trial } => run.trial !== undefined) ? runs : undefined;
}
