import type { ModelMode } from './model-mode.ts';
import type { Notice } from './notice.ts';
import type { CaseArm, ReportedCase } from './reported-case.ts';
import type { ReportedVersion, Spending } from './verdict.ts';

/** A case under any number of versions. */
export interface EvaluatedCase extends Omit<ReportedCase, 'change' | 'eValue' | 'baseline' | 'candidate' | 'differences'> {
  /** In the order of the versions. */
  readonly arms: readonly CaseArm[];
}

/** What `docket eval` found out, as a page shows it: any number of versions side by side, without a comparison and without a statistical verdict. */
export interface EvaluationReport {
  readonly kind: 'evaluation';
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The command that shows it again. */
  readonly rerun: string;
  readonly notices: readonly Notice[];
  readonly agent: string;
  readonly mode: ModelMode;
  readonly versions: readonly ReportedVersion[];
  /** Place of the version that decides the exit code. */
  readonly judged: number;
  /** What it comes to, in a word and a sentence. */
  readonly result: { readonly name: string; readonly tone: 'good' | 'bad' | 'warn' | 'calm'; readonly reason: string };
  readonly cases: readonly EvaluatedCase[];
  readonly spending: Spending;
}

/** The report without its cases and versions, which a page has as columns. */
export type EvaluationHead = Omit<EvaluationReport, 'cases' | 'versions' | 'judged'>;
