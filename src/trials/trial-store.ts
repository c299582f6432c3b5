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

/** Trials that may be listed at once. */
export interface TrialPortion extends TrialRange {
  readonly bytes: number;
}

/** Where trials are signed as they are written. */
export interface SignedTrials {
  readonly signer: TrialSigner;
  /** True: a trial without a valid signature counts as not there, and is run again in its place. */
  readonly only: boolean;
}

/** What a scorer said that answers later. */
export interface KeptScore {
  readonly key: string;
  readonly scorer: string;
  readonly score: Score | null;
}

/** Some of what scorers said, and the key after which more may come; undefined at the end. */
export interface ScorePage {
  readonly scores: readonly KeptScore[];
  readonly last: string | undefined;
}

/** How a store is opened. */
export interface TrialStoreOptions {
  readonly signed?: SignedTrials | undefined;
  /**
   * Told of each trial that is damaged, once; it then counts as not there, and is run again in its place. Without it a damaged trial ends whatever
   * asked for it.
   */
  readonly onDamage?: OnDamage;
  /** Told when a store on another machine is out of reach and when it is back, and that a connection to it can be listened to; `onDamage` otherwise. */
  readonly warn?: (message: string) => void;
  /** True: what is saved here may be taken back with `takeBack`. */
  readonly mayTakeBack?: boolean;
}

/**
 * Where trials are kept: each is written once and never run again. Several processes may use one store at the same time.
 * Every promise is rejected with a DocketError when the disk is full, the store is damaged or out of reach, or another process keeps it locked.
 * What many callers claim and save at the same time goes into the store together; a promise is kept once it is safe there, even if the process
 * is killed the moment after.
 */
export interface TrialStore {
  find(key: TrialKey): Promise<Trial | undefined>;
  /** Stored trials in number order, all of them or those in the range. */
  list(selection: TrialSelection, range?: TrialRange): Promise<Trial[]>;
  /** How many trials `list` would give if it found none of them damaged. */
  count(selection: TrialSelection, range: TrialRange): Promise<number>;
  /** The range in parts, each of which may be listed at once without filling the memory: a trial may have megabytes. */
  portions(selection: TrialSelection, range: TrialRange): Promise<TrialPortion[]>;
  /** Every selection that something was written for, for whoever goes through all of a store. */
  selections(): Promise<TrialSelection[]>;
  /** Keys of stored trials of these cases, of any version and series: of each the `most` newest, the newest first; nothing else of them is read. */
  keysOf(caseFingerprints: readonly string[], most: number): Promise<TrialKey[]>;
  /** The trials that were stored last, of any version and case, the newest first; fewer than `most` where they have megabytes. */
  newest(most: number): Promise<Trial[]>;
  /**
   * Asks for the right to run a trial. `claimed`: this caller runs it now, and ends the claim with `save`, `saveFailure` or `release`;
   * `stored`: it is there already; `busy`: another live process, or another caller in this one, runs it.
   * A claim of a process that died is taken over.
   */
  claim(key: TrialKey): Promise<'claimed' | 'stored' | 'busy'>;
  /** Whoever runs this trial now, in words: `process 4711`. */
  heldBy(key: TrialKey): Promise<string | undefined>;
  /**
   * Writes the trial, ends its claim and forgets its failure, in one transaction.
   * @returns `stored` when there was one already: the first stays, and the given one is dropped.
   */
  save(trial: Trial): Promise<'saved' | 'stored'>;
  /** Removes all trials that this store saved since it was opened with `mayTakeBack`: it turned out that they cannot be trusted. */
  takeBack(): Promise<void>;
  /** Gives a claim back: nothing came of it. */
  release(key: TrialKey): Promise<void>;
  /** Keeps a run that the machinery ended apart, for diagnosis, and ends its claim. It never becomes a trial; the next failure replaces it. */
  saveFailure(failed: FailedTrial): Promise<void>;
  /** The last failure of each trial that is still missing: all of them, or those of one selection, in number order. */
  failures(selection?: TrialSelection): Promise<FailedTrial[]>;
  /** Names of the scorers of which an answer is kept: they are those that answer later. */
  scorersKept(): Promise<string[]>;
  /**
   * What a scorer said that answers later; null when it had nothing to judge, undefined when it was not asked, or what is kept is damaged or not
   * signed where that is asked for.
   * @param key a hash of all that the answer depends on
   */
  findScore(key: string): Promise<Score | null | undefined>;
  /** Keeps what a scorer said; the next answer under the same key replaces it. */
  saveScore(key: string, scorer: string, score: Score | null): Promise<void>;
  /** What scorers said, a page in the order of its keys: what comes after a key, from the first when not given. */
  scores(after?: string): Promise<ScorePage>;
  /** How many stored trials were asked for and not used, because only signed ones count here. */
  refusedTrials(): number;
  /** What is under way in batches at a server; it goes where the trials go. */
  readonly batches: BatchLedger;
  /** Finishes what was asked for and gives all claims of this store back. The store cannot be used afterwards; closing twice is fine. */
  close(): Promise<void>;
}
