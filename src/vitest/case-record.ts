import { countAnswered, modelsOf, remarkOn } from '../contracts/answered-by.ts';
import { rankOfFinding } from '../contracts/finding-rank.ts';
import type { FailedTrial } from '../contracts/trial.ts';
import type { JudgedTrial } from './judged-trial.ts';

/** What became of one version on one case in a test, as it travels to the reporter in the test's metadata. */
export interface CaseRecord {
  readonly caseId: string;
  readonly version: string;
  /** Tells two agents of one test apart that call their versions alike; empty for the configured one. */
  readonly variation: string;
  readonly mode: string;
  /** Trials that were asked for. */
  readonly trials: number;
  readonly runs: number;
  readonly passes: number;
  /** Faults of the hard scorers with the number of trials that show them, most frequent first. */
  readonly faults: readonly { readonly code: string; readonly trials: number }[];
  /** Trials that the machinery ended, by the kind of error. */
  readonly infraErrors: readonly string[];
  /** Who answered, where that was not simply the model that was asked. */
  readonly answered?: string;
}

declare module 'vitest' {
  interface TaskMeta {
    /** One record a case and version that the test ran. */
    docket?: CaseRecord[];
  }
}

/** A trial of a case that the machinery ended. */
export interface FailedOnCase {
  readonly caseId: string;
  readonly trial: FailedTrial;
}

/** Counts the trials of a version, case by case, in the order of the cases. */
export function recordCases(
  { version, cases, trials, mode, variation }: Asked,
  judged: readonly JudgedTrial[],
  failed: readonly FailedOnCase[],
): CaseRecord[] {
  return cases.map((caseId) => {
    const runs = judged.filter((trial) => trial.case.id === caseId);
    const errors = failed.filter((each) => each.caseId === caseId);
    return {
      caseId,
      version,
      variation,
      mode: runs.find(({ evidence }) => evidence.trial.mode !== mode)?.evidence.trial.mode ?? mode,
      trials,
      runs: runs.length,
      passes: runs.filter(({ pass }) => pass).length,
      faults: countFaults(runs),
      infraErrors: errors.map(({ trial }) => trial.outcome.error),
      ...answeredOf(runs),
    };
  });
}

function answeredOf(runs: readonly JudgedTrial[]): Pick<CaseRecord, 'answered'> {
  const [first] = runs;
  const remark = first && remarkOn(first.version.model, countAnswered(runs.map(({ evidence }) => modelsOf(evidence.trial.transcript))));
  return remark ? { answered: remark.text } : {};
}

/** Adds records to those a test has already; a case that is asked for again is counted once. */
export function mergeRecords(known: readonly CaseRecord[], added: readonly CaseRecord[]): CaseRecord[] {
  const key = ({ caseId, version, variation }: CaseRecord) => JSON.stringify([caseId, version, variation]);
  return [...new Map([...known, ...added].map((record) => [key(record), record])).values()];
}

/** What a test asked for. */
interface Asked {
  readonly version: string;
  readonly cases: readonly string[];
  readonly trials: number;
  readonly mode: string;
  readonly variation: string;
}

function countFaults(runs: readonly JudgedTrial[]): CaseRecord['faults'] {
  const counts = new Map<string, number>();
  for (const { scores } of runs) {
    const codes = scores.filter(({ hard }) => hard).flatMap(({ findings }) => findings.map(({ code }) => code));
    for (const code of new Set(codes)) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, trials]) => ({ code, trials }))
    .sort(
      (one, other) =>
        other.trials - one.trials || rankOfFinding(one.code) - rankOfFinding(other.code) || one.code.localeCompare(other.code),
    );
}
