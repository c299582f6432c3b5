import type { ModelOptions, ShardOption, TrialOptions } from '../command/run-options.ts';

/** The options of `docket eval`. */
export interface EvalOptions extends ModelOptions, TrialOptions, ShardOption {
  readonly versions?: readonly string[];
  readonly relations?: true | readonly string[];
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Set in the environment of the runs of `docket eval --watch`. */
export const watchedRun = 'DOCKET_WATCHED';
