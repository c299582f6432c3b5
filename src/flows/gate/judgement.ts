import type { Attribution } from '../../contracts/attribution.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { RegressedVerdict } from '../../gate/verdict.ts';
import type { Waiver } from '../../gate/waiver.ts';
import type { SpendingTally } from '../judging/spending.ts';
import type { RoundsEnd } from './3-run-rounds.ts';
import type { CaseLedger } from './ledger.ts';
import type { ReportedFiles } from './report-files.ts';

/** What the rounds came to, with what is known besides. */
export interface Judgement {
  readonly end: RoundsEnd;
  readonly ledgers: readonly CaseLedger[];
  readonly notices: readonly Notice[];
  readonly spending: SpendingTally;
  readonly attribution?: Attribution;
  readonly changedFiles?: ReportedFiles;
  /** The cases that got worse, the worst first. */
  readonly accused?: readonly CaseLedger[];
  /** The regression that a waiver covers; `end` then judges the other cases. */
  readonly waived?: { readonly verdict: RegressedVerdict; readonly waiver: Waiver };
}
