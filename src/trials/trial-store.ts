import type { Score } from '../contracts/score.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import type { OnDamage } from '../database/open-database.ts';
import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import type { TrialSigner } from './trial-signer.ts';

/** The repeats of one version on one case in one series. */
export interface TrialSelection {
  readonly versionFingerprint: string;
  readonly caseFingerprint: string;
  readonly series: string;
}

/** Trial numbers from `first` to `last`, both included. */
export interface TrialRange {
  readonly first: number;
  readonly last: number;
}

/** Where trials are signed as they are written. */
export interface SignedTrials {
  readonly signer: TrialSigner;
  /** True: a trial without a valid signature counts as not there, and is run again in its place. */
  readonly only: boolean;
}

/** How a store is opened. */
export interface TrialStoreOptions {
  readonly signed?: SignedTrials | undefined;
  /**
   * Told of each trial that is damaged, once; it then counts as not there, and is run again in its place. Without it a damaged trial ends whatever
   * asked for it.
   */
  readonly onDamage?: OnDamage;
  /** True: what is saved here may be taken back with `takeBack`. */
  readonly mayTakeBack?: boolean;
}

/**
 * Where trials are kept: each is written once and never run again. Several processes may use one store at the same time.
 * Every method throws a DocketError when the disk is full, the file is damaged or another process keeps it locked.
 */
export interface TrialStore {
  find(key: TrialKey): Trial | undefined;
  /** Stored trials in number order, all of them or those in the range. */
  list(selection: TrialSelection, range?: TrialRange): Trial[];
  /** How many trials `list` would give if it found none of them damaged. */
  count(selection: TrialSelection, range: TrialRange): number;
  /** The range in parts, each of which may be listed at once without filling the memory: a trial may have megabytes. */
  portions(selection: TrialSelection, range: TrialRange): TrialRange[];
  /** Keys of all stored trials of a case, of any version and series, the newest first; nothing else of them is read. */
  keysOf(caseFingerprint: string): TrialKey[];
  /** The trials that were stored last, of any version and case, the newest first; fewer than `most` where they have megabytes. */
  newest(most: number): Trial[];
  /**
   * Asks for the right to run a trial. `claimed`: this caller runs it now, and ends the claim with `save`, `saveFailure` or `release`;
   * `stored`: it is there already; `busy`: another live process, or another caller in this one, runs it.
   * A claim of a process that died is taken over.
   */
  claim(key: TrialKey): 'claimed' | 'stored' | 'busy';
  /** Process id of whoever runs this trial now. */
  heldBy(key: TrialKey): number | undefined;
  /**
   * Writes the trial, ends its claim and forgets its failure, in one transaction.
   * @returns `stored` when there was one already: the first stays, and the given one is dropped.
   */
  save(trial: Trial): 'saved' | 'stored';
  /** Removes all trials that this store saved since it was opened with `mayTakeBack`: it turned out that they cannot be trusted. */
  takeBack(): void;
  /** Gives a claim back: nothing came of it. */
  release(key: TrialKey): void;
  /** Keeps a run that the machinery ended apart, for diagnosis, and ends its claim. It never becomes a trial; the next failure replaces it. */
  saveFailure(failed: FailedTrial): void;
  /** The last failure of each trial that is still missing: all of them, or those of one selection, in number order. */
  failures(selection?: TrialSelection): FailedTrial[];
  /** True when something that this scorer said is kept: then it is one that answers later. */
  holdsScoresOf(scorer: string): boolean;
  /**
   * What a scorer said that answers later; null when it had nothing to judge, undefined when it was not asked, or what is kept is damaged or not
   * signed where that is asked for.
   * @param key a hash of all that the answer depends on
   */
  findScore(key: string): Score | null | undefined;
  /** Keeps what a scorer said; the next answer under the same key replaces it. */
  saveScore(key: string, scorer: string, score: Score | null): void;
  /** How many stored trials were asked for and not used, because only signed ones count here. */
  refusedTrials(): number;
  /** What is under way in batches at a server; it goes where the trials go. */
  readonly batches: BatchLedger;
  /** Does several of the above in one transaction: all of it happens or nothing. `work` is not asynchronous. */
  transaction<T>(work: () => T): T;
  /** Gives all claims of this store back. The store cannot be used afterwards; closing twice is fine. */
  close(): void;
}
