import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Baseline } from '../../gate/baseline-file.ts';
import type { Gate } from '../../gate/create-gate.ts';
import type { Environment } from '../../model/credentials.ts';
import type { DescribedConfig } from '../described-config.ts';
import type { MergeBase } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';
import type { PreparedVersion } from '../session.ts';
import type { RoundShare } from '../shards/round-share.ts';
import type { Suite } from './1-load-suite.ts';
import type { ApprovalDecision } from './approval/decide-approval.ts';
import type { ChangedFiles } from './changed-files.ts';
import type { GateRequest } from './gate-request.ts';
import type { RunShelves } from './kept-runs.ts';
import type { RuleComparison } from './rules/index.ts';
import type { UnlistedChanges } from './unlisted-changes.ts';

/** How the rules differ from main's, and who stands up for that; `approval` is undefined where nothing is proposed. */
export interface ProposedRules extends RuleComparison {
  readonly approval: ApprovalDecision | undefined;
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
  /** Where runs are put, so that memory does not grow with them. */
  readonly shelves: RunShelves;
  /** Given where this machine is one of several that go through the same rounds, and judges nothing. */
  readonly share?: RoundShare;
}
