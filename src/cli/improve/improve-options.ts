import type { ModelOptions } from '../command/run-options.ts';

/** What `docket improve` was told. */
export interface ImproveCommandOptions extends Omit<ModelOptions, 'record' | 'batch'> {
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
  readonly version?: string;
  readonly agent?: string;
  readonly allAgents?: boolean;
  readonly fromTrials?: boolean;
  readonly redact?: boolean;
  readonly series: string;
  readonly most: number;
  readonly against?: string;
  /** Milliseconds since 1970. */
  readonly againstWindow?: number;
  readonly withModel?: boolean;
  readonly search?: number;
  readonly trials: number;
  readonly seed: number;
  readonly proposer?: string;
  readonly json?: boolean;
}
