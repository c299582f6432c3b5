import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import { postgresTrials } from './postgres-trials.ts';
import { readFailedTrial, readTrial, type TrialRow } from './stored-trial.ts';
import type { TrialSelection, TrialStoreOptions } from './trial-store.ts';
import { WholeRows } from './whole-rows.ts';

/** A row of the table `trials`, with what was said against it. */
export interface PlacedRow extends TrialRow {
  /** Of the rows of one trial, the first that can be used counts. */
  readonly place: number;
  readonly signature: string | null;
  /** Signatures of those who took it back. */
  readonly revocations: readonly string[];
}

/** Says which rows count: what anybody could add to a shared database is data, and no word to be believed. */
export class UsableRows {
  readonly #shown: string;
  readonly #signed: TrialStoreOptions['signed'];
  readonly #whole: WholeRows;
  readonly #refused = new Set<string>();

  /** @param shown where they are, for people */
  constructor(shown: string, { signed, onDamage }: TrialStoreOptions) {
    this.#shown = shown;
    this.#signed = signed;
    this.#whole = new WholeRows(postgresTrials.whenDamaged, onDamage);
  }

  /** How many trials were found without a valid signature where one is asked for. */
  get refused(): number {
    return this.#refused.size;
  }

  /** The first trial of each number that is whole and trusted. @param rows in the order of numbers and places */
  trials(selection: TrialSelection, rows: readonly PlacedRow[]): Trial[] {
    const usable = new Map<number, Trial>();
    for (const row of rows) {
      if (usable.has(row.number) || !this.#isTrusted(selection, row)) continue;
      const trial = this.#whole.read(() => readTrial(this.#shown, selection, row));
      if (trial) usable.set(row.number, trial);
    }
    return [...usable.values()];
  }

  failures(rows: readonly (TrialSelection & TrialRow)[]): FailedTrial[] {
    return rows.flatMap((row) => this.#whole.read(() => readFailedTrial(this.#shown, row, row)) ?? []);
  }

  /** What takes a trial back at its place. */
  revocation({ versionFingerprint, caseFingerprint, series, number }: TrialKey, place: number): string {
    return (
      this.#signed?.signer.signText('docket revocation', JSON.stringify([versionFingerprint, caseFingerprint, series, number, place])) ?? ''
    );
  }

  /** Anybody's trial that was not taken back, unless only signed ones count; then whoever takes one back has to sign that, too. */
  #isTrusted({ versionFingerprint, caseFingerprint, series }: TrialSelection, row: PlacedRow): boolean {
    const { number, place, trial, signature, revocations } = row;
    if (!this.#signed?.only) return revocations.length === 0;
    const key = { versionFingerprint, caseFingerprint, series, number };
    if (revocations.length > 0 && revocations.includes(this.revocation(key, place))) return false;
    if (this.#signed.signer.isSigned(key, trial, signature ?? undefined)) return true;
    this.#refused.add(JSON.stringify(key));
    return false;
  }
}
