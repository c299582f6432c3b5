import type { Clock } from '../../contracts/clock.ts';
import type { DocketError } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import { type Notice, rankedNotices } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Gate } from '../../gate/create-gate.ts';
import type { Environment } from '../../model/credentials.ts';
import type { DescribedConfig } from '../described-config.ts';
import type { MergeBase } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { PreparedVersion } from '../session.ts';
import type { Suite } from './1-load-suite.ts';
import type { RoundsProgress } from './3-run-rounds.ts';
import type { NamedApproval } from './approval/decide-approval.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { GateCost } from './gate-cost.ts';
import type { ProposedRules } from './rules/under-rules.ts';
import type { UnlistedChanges } from './unlisted-changes.ts';

/** Most that a verdict may use. */
export type GateBudget = { readonly kind: 'runs'; readonly runs: number } | { readonly kind: 'dollars'; readonly dollars: number };

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
  /** Called once, before the first trial, with what is compared and, where somebody pays, what that is likely to cost; never when there is nothing to try. */
  readonly onStart?: (context: GateContext, cost: GateCost | undefined) => void;
  readonly onStep?: (progress: RoundsProgress) => void;
  /** The command that shows the verdict again. */
  readonly rerun: string;
  /** Another command of Docket's, as this one was started; `docket …` when absent. */
  readonly command?: (words: readonly string[]) => string;
}

/** Everything that is known before a trial is run. */
export interface GateContext {
  readonly request: GateRequest;
  /** What this checkout says of itself. Its scorers, labels and options are a proposal, and judge nothing. */
  readonly config: DescribedConfig;
  /** Main's, which judges both sides. */
  readonly mainConfig: LoadedConfig;
  /** The same as main's worker tells it. */
  readonly described: DescribedConfig;
  readonly base: MergeBase;
  readonly baseline: Baseline;
  readonly mode: ModelMode;
  /** With what `.env` adds. */
  readonly environment: Environment;
  readonly suite: Suite;
  readonly gate: Gate;
  /** Its fingerprint stands for the unlisted changes too, so that trials and waivers of another state of the files are not taken for this one's. */
  readonly candidate: PreparedVersion;
  readonly main: PreparedVersion;
  /** What this checkout changes of the rules that judge it. */
  readonly rules: ProposedRules;
  readonly unlisted: UnlistedChanges;
  /** What differs from the merge base, told by git once. */
  readonly changed: ChangedFiles;
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
