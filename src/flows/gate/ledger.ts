import type { InfraErrorResult } from '../../contracts/evaluation.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import type { GateCase } from '../../gate/gate-state.ts';
import type { WantedRuns } from '../../gate/verdict.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { TrialWithReport } from '../reported-case.ts';
import { isFalseApproval, isHarmful, isWrongDecision } from '../reported-trial.ts';

/** What is known of main's stored runs of a case. */
export interface StoredRuns {
  readonly passes: number;
  readonly runs: number;
  readonly falseApprovals: number;
  readonly wrongDecisions: number;
  /** How many of the runs did harm. */
  readonly harm: number;
  /** Those of the runs whose transcripts are at hand. */
  readonly judged: readonly TrialWithReport[];
}

export const noStoredRuns: StoredRuns = { passes: 0, runs: 0, falseApprovals: 0, wrongDecisions: 0, harm: 0, judged: [] };

export type Arm = WantedRuns['arm'];

/** Everything that is known of one case in one verdict: main's stored runs and every run that was made for the verdict. */
export class CaseLedger {
  readonly loaded: LoadedCase;
  readonly stored: StoredRuns;
  /** Earlier editions of this change that were accused of it. */
  readonly accusations: number;
  /** Runs that were made for the verdict, by arm. */
  readonly runs: Readonly<Record<Arm, TrialWithReport[]>> = { candidate: [], baseline: [] };
  readonly infraErrors: Readonly<Record<Arm, InfraErrorResult[]>> = { candidate: [], baseline: [] };
  readonly #next: Record<Arm, number> = { candidate: 1, baseline: 1 };

  constructor(loaded: LoadedCase, stored: StoredRuns = noStoredRuns, accusations = 0) {
    this.loaded = loaded;
    this.stored = stored;
    this.accusations = accusations;
  }

  /** Numbers of the next trials of an arm. Always the same for the same course of the gate, so that a re-run finds its trials stored. */
  takeNumbers(arm: Arm, runs: number): number[] {
    const first = this.#next[arm];
    this.#next[arm] = first + runs;
    return Array.from({ length: runs }, (_, index) => first + index);
  }

  addFailure(arm: Arm, { key, outcome }: FailedTrial): void {
    this.infraErrors[arm].push({ number: key.number, error: outcome.error, message: outcome.message });
  }

  /** The counts that the gate judges. */
  state(): GateCase {
    const { candidate } = this.runs;
    const confirm = this.runs.baseline.filter(({ reported }) => reported.purpose === 'confirm');
    const fresh = this.runs.baseline.filter(({ reported }) => reported.purpose !== 'confirm');
    return {
      id: this.loaded.case.id,
      critical: this.loaded.case.critical ?? false,
      accusations: this.accusations,
      baseline: { passes: this.stored.passes, runs: this.stored.runs },
      fresh: countsOf(fresh),
      confirm: countsOf(confirm),
      candidate: countsOf(candidate),
      screening: countsOf(candidate.filter(({ reported }) => reported.purpose === 'screen')),
      harm: {
        baseline: this.stored.harm + harmOf(fresh),
        confirm: harmOf(confirm),
        candidate: harmOf(candidate),
      },
      ...(this.#hasWrongDecisions() ? { harmKind: 'decision' as const } : {}),
    };
  }

  #hasWrongDecisions(): boolean {
    const { candidate, baseline } = this.runs;
    return this.stored.wrongDecisions > 0 || [...candidate, ...baseline].some(({ reported }) => isWrongDecision(reported));
  }
}

/** How many of the runs passed. */
export function countsOf(runs: readonly TrialWithReport[]): { passes: number; runs: number } {
  return { passes: runs.filter(({ reported }) => reported.pass).length, runs: runs.length };
}

/** How many of the runs did harm. */
export function harmOf(runs: readonly TrialWithReport[]): number {
  return runs.filter(({ reported }) => isHarmful(reported)).length;
}

/** Runs that are all known, counted. */
export function storedRunsOf(judged: readonly TrialWithReport[]): StoredRuns {
  const reported = judged.map((run) => run.reported);
  return {
    ...countsOf(judged),
    falseApprovals: reported.filter(isFalseApproval).length,
    wrongDecisions: reported.filter(isWrongDecision).length,
    harm: harmOf(judged),
    judged,
  };
}
