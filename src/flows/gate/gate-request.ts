import type { Clock } from '../../contracts/clock.ts';
import type { DocketError } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { type Notice, rankedNotices } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { CostEstimate } from '../estimate-cost.ts';
import type { MergeBase } from '../git.ts';
import type { ShardPlan } from '../shards/shard-plan.ts';
import type { RoundsProgress } from './3-run-rounds.ts';

/** Most that a verdict may use. */
export type GateBudget = { readonly kind: 'runs'; readonly runs: number } | { readonly kind: 'dollars'; readonly dollars: number };

/** What a verdict is likely to cost before anything is known; stored trials make it cheaper. */
export interface GateCost {
  /** The fewest runs that can pass. */
  readonly fewest: CostEstimate;
  /** The most that will be run; dollars where those were given as the limit. */
  readonly most: CostEstimate | { readonly limit: number };
}

/** What is about to be compared. */
export interface GateStart {
  readonly agent: string;
  readonly mode: ModelMode;
  readonly base: MergeBase;
  readonly epoch: number;
  /** Names of the versions. */
  readonly candidate: string;
  readonly main: string;
  readonly cases: number;
  /** Undefined where nobody pays. */
  readonly cost: GateCost | undefined;
}

/** What one shard of a gate is about to run. */
export interface ShardStart {
  readonly agent: string;
  readonly mode: ModelMode;
  /** Trials of cases; each takes main's side as well where main has no stored runs. */
  readonly planned: number;
  readonly plan: ShardPlan;
}

/** Named on the command line, where no platform knows who reviews. */
export interface NamedApproval {
  readonly name: string;
  readonly rules: string;
}

/** What `docket gate` is asked. */
export interface GateRequest {
  /** Version of this checkout; the configured current one when absent. */
  readonly candidate?: string;
  /** Branch or commit to compare with; the usual names of main when absent. */
  readonly against?: string;
  /** The baseline's own when absent: a gate never falls back by itself. */
  readonly mode?: ModelMode;
  readonly budget?: GateBudget;
  /** `warn`: an inconclusive verdict does not fail the check, unless a critical case was falsely approved twice. */
  readonly onInconclusive?: 'fail' | 'warn';
  /** Who approved the rules that this checkout proposes, where no platform knows it; refused on GitHub, which does. */
  readonly approval?: NamedApproval;
  readonly concurrency?: number;
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Called once, before the first trial; never when there is nothing to try. */
  readonly onStart?: (start: GateStart) => void;
  readonly onStep?: (progress: RoundsProgress) => void;
  /** Called once where only a shard's part of fixed rounds is run, before the first trial. */
  readonly onShard?: (start: ShardStart) => void;
  /** Called as each trial that a shard runs ends. */
  readonly onShardTrial?: () => void;
  /** The command that shows the verdict again. */
  readonly rerun: string;
  /** Another command of Docket's, as this one was started; `docket …` when absent. */
  readonly command?: (words: readonly string[]) => string;
}

/** What every verdict says of itself. */
export function verdictHead({ clock, rerun }: GateRequest, notices: readonly Notice[]) {
  return {
    kind: 'verdict' as const,
    schemaVersion: 1 as const,
    createdAt: clock.date().toISOString(),
    rerun,
    notices: rankedNotices(notices),
  };
}

/** A configuration, case or baseline that cannot be used is a verdict too: an old file is never taken for the new one. */
export function errorVerdict(error: DocketError, request: GateRequest): Verdict {
  return { ...verdictHead(request, []), verdict: 'error', exitCode: error.exitCode, reason: error.message };
}
