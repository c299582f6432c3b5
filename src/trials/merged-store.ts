import type { TrialKey } from '../contracts/trial.ts';
import { readTrial, trialChecksum, trialText } from './stored-trial.ts';
import type { TrialSigner } from './trial-signer.ts';

/** One trial that two stores hold with different content. */
export interface MergeConflict extends TrialKey {
  /** Whose stays: the one that was run first, and of two that began at once the one whose text comes first. */
  readonly stays: 'there' | 'brought';
  /** When both began, ISO 8601. */
  readonly there: string;
  readonly brought: string;
}

/** What came of one store. */
export interface MergedStore {
  /** Trials that were not there yet. */
  readonly taken: number;
  /** Trials that were there already, with the same content. */
  readonly known: number;
  /** Trials that nobody signed, or with another secret, and that were left for it. */
  readonly unsigned: number;
  readonly scores: number;
  readonly unsignedScores: number;
  /** What is damaged, and was left out, the first of it. */
  readonly damaged: readonly string[];
  readonly damagedTrials: number;
  readonly damagedScores: number;
  /** The first of them. */
  readonly conflicts: readonly MergeConflict[];
  readonly conflictingTrials: number;
  /** Calls that wait in batches at a server: they stay where they are. */
  readonly waitingCalls: number;
  /** True where it shares no case with what was there before: it may be another agent's. */
  readonly isElsewhere: boolean;
}

/** Who is believed. */
export interface MergeTrust {
  /** Only trials that were signed with its secret are taken. */
  readonly signer?: TrialSigner | undefined;
  /** Without a signer: also a gate's trials and what scorers said, which anybody may have written. */
  readonly trustUnsigned: boolean;
}

/** Most of a kind that are named one by one. */
const mostNamed = 100;
/** The trials of a gate and of its baseline stand under series with a colon, which nobody can give on the command line. */
function isGates({ series }: { readonly series: string }): boolean {
  return series.includes(':');
}

/** A trial as a store that was handed over has it. */
export type HandedRow = {
  readonly number: number;
  readonly trial: string;
  readonly checksum: number | null;
  readonly signature: string | null;
} & Omit<TrialKey, 'number'>;

/** Holds what was written, by its checksum. */
export function isWhole(row: HandedRow): boolean {
  return trialChecksum(row, row.number, row.trial) === row.checksum;
}

/** For people. */
function nameOf({ number, series, caseFingerprint }: HandedRow): string {
  return `trial ${number} of series "${series}" (case ${caseFingerprint})`;
}

/** A trial, for comparing. */
interface Content {
  readonly text: string;
  readonly startedAt: string;
}

/** Of two runs of one trial the first counts, whoever brings it. */
export function isBefore(one: Content, other: Content): boolean {
  const [first, second] = [Date.parse(one.startedAt), Date.parse(other.startedAt)];
  return first === second ? one.text < other.text : first < second;
}

/** @returns undefined where the row does not hold what was written */
export function contentOf(path: string, row: HandedRow): Content | undefined {
  try {
    const trial = readTrial(path, row, row);
    return { text: trialText(trial), startedAt: trial.startedAt };
  } catch {
    return undefined;
  }
}

export function keyOf({ versionFingerprint, caseFingerprint, series, number }: HandedRow): TrialKey {
  return { versionFingerprint, caseFingerprint, series, number };
}

/** Counts what comes of one store. */
export class Merging {
  readonly #path: string;
  readonly #trust: MergeTrust;
  taken = 0;
  known = 0;
  scores = 0;
  unsignedScores = 0;
  /** Fingerprints of the cases of what is taken. */
  readonly cases = new Set<string>();
  #unsigned = 0;
  readonly #damaged: string[] = [];
  readonly #damagedRows = { trial: 0, score: 0 };
  readonly #conflicts: MergeConflict[] = [];
  #conflictingTrials = 0;

  constructor(path: string, trust: MergeTrust) {
    this.#path = path;
    this.#trust = trust;
  }

  /** Whether a row is whole, and from somebody who is believed. */
  isTaken(row: HandedRow): boolean {
    if (!isWhole(row)) {
      this.damage(nameOf(row));
      return false;
    }
    const { signer, trustUnsigned } = this.#trust;
    if (signer ? signer.isSigned(keyOf(row), row.trial, row.signature ?? undefined) : trustUnsigned || !isGates(row)) return true;
    this.#unsigned += 1;
    return false;
  }

  /** What a row brings; undefined, and told, where that is no trial. */
  contentOf(row: HandedRow): Content | undefined {
    const content = contentOf(this.#path, row);
    if (!content) this.damage(nameOf(row));
    return content;
  }

  damage(what: string, kind: 'trial' | 'score' = 'trial'): void {
    this.#damagedRows[kind] += 1;
    if (this.#damaged.length < mostNamed) this.#damaged.push(what);
  }

  conflict(conflict: MergeConflict): void {
    this.#conflictingTrials += 1;
    if (this.#conflicts.length < mostNamed) this.#conflicts.push(conflict);
  }

  result(waitingCalls: number, isElsewhere: boolean): MergedStore {
    return {
      taken: this.taken,
      known: this.known,
      unsigned: this.#unsigned,
      scores: this.scores,
      unsignedScores: this.unsignedScores,
      damaged: this.#damaged,
      damagedTrials: this.#damagedRows.trial,
      damagedScores: this.#damagedRows.score,
      conflicts: this.#conflicts,
      conflictingTrials: this.#conflictingTrials,
      waitingCalls,
      isElsewhere,
    };
  }
}
