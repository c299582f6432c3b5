import type { Model } from '../../model/model.ts';
import type { TrialRun } from '../../trials/run-trial.ts';
import type { LoadedVersions } from './loaded-versions.ts';

/** How a worker works. */
export interface WorkOptions {
  /** Most trials at a time. */
  readonly concurrency: number;
  /** Ends the work after so long without a job, in milliseconds; never when not given. */
  readonly idleMs?: number;
  /** Once it aborts no more jobs are taken, and what runs comes to its end. */
  readonly drain: AbortSignal;
  /** What runs is aborted after so long, in milliseconds, and left to others. */
  readonly drainMs: number;
  /** The model whose calls count against a budget. */
  readonly modelFor: (budget: string | undefined) => Promise<Model>;
  /** The versions as they were when their code was loaded. */
  readonly loaded: LoadedVersions;
  /** Called as each trial ends that was run here. */
  readonly onRun: (run: TrialRun) => void;
  /** Told which versions are served and which are refused. */
  readonly note: (message: string) => void;
}
