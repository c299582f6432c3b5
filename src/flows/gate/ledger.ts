import type { InfraErrorResult } from '../../contracts/evaluation.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import type { GateCase } from '../../gate/gate-state.ts';
import type { WantedRuns } from '../../gate/verdict.ts';
import type { Counts } from '../../stats/counts.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { KeptRuns, type RunShelves } from './kept-runs.ts';

/** What is known of main's stored runs of a case. */
export interface StoredRuns {
  readonly passes: number;
  readonly runs: number;
  readonly falseApprovals: number;
  readonly wrongDecisions: number;
  /** How many of the runs did harm. */
  readonly harm: number;
  /** Those of the runs whose transcripts are at hand. */
  readonly judged: KeptRuns;
}

export const noStoredRuns: StoredRuns = { passes: 0, runs: 0, falseApprovals: 0, wrongDecisions: 0, harm: 0, judged: new KeptRuns() };

export type Arm = WantedRuns['arm'];

/** Everything that is known of one case in one verdict: main's stored runs and every run that was made for the verdict. */
export class CaseLedger {
  readonly loaded: LoadedCase;
  readonly stored: StoredRuns;
  /** Earlier editions of this change that were accused of it. */
  readonly accusations: number;
  /** Runs that were made for the verdict, by arm. */
  readonly runs: Readonly<Record<Arm, KeptRuns>>;
  readonly infraErrors: Readonly<Record<Arm, InfraErrorResult[]>> = { candidate: [], baseline: [] };
  readonly #next: Record<Arm, number> = { candidate: 1, baseline: 1 };

  constructor(loaded: LoadedCase, shelves: RunShelves, stored: StoredRuns = noStoredRuns, accusations = 0) {
    this.loaded = loaded;
    this.runs = { candidate: new KeptRuns(shelves), baseline: new KeptRuns(shelves) };
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
    const candidate = this.runs.candidate.counts();
    const confirm = this.runs.baseline.counts((purpose) => purpose === 'confirm');
    const fresh = this.runs.baseline.counts((purpose) => purpose !== 'confirm');
    return {
      id: this.loaded.case.id,
      critical: this.loaded.case.critical ?? false,
      accusations: this.accusations,
      baseline: { passes: this.stored.passes, runs: this.stored.runs },
      fresh: countsOf(fresh),
      confirm: countsOf(confirm),
      candidate: countsOf(candidate),
      screening: countsOf(this.runs.candidate.counts((purpose) => purpose === 'screen')),
      harm: {
        baseline: this.stored.harm + fresh.harm,
        confirm: confirm.harm,
        candidate: candidate.harm,
      },
      ...(this.#hasWrongDecisions() ? { harmKind: 'decision' as const } : {}),
    };
  }

  #hasWrongDecisions(): boolean {
    const { candidate, baseline } = this.runs;
    return [this.stored, candidate.counts(), baseline.counts()].some(({ wrongDecisions }) => wrongDecisions > 0);
  }
}

/** How many runs passed, and nothing else of what they came to. */
export function countsOf({ passes, runs }: Counts): Counts {
  return { passes, runs };
}

/** Runs that are all known, counted. */
export function storedRunsOf(judged: KeptRuns): StoredRuns {
  const { passes, runs, falseApprovals, wrongDecisions, harm } = judged.counts();
  return { passes, runs, falseApprovals, wrongDecisions, harm, judged };
}
