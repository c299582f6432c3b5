import type { EvaluatedCase, EvaluationHead } from '../../contracts/evaluation-report.ts';
import type { RecordedComparison } from '../../contracts/recorded-comparison.ts';
import type { CaseArm, ReportedCase, ReportedTrial } from '../../contracts/reported-case.ts';
import type { ReportedVersion, ReportHead } from '../../contracts/verdict.ts';
import type { VersionTry } from '../../contracts/version-try.ts';
import type { CaseOutcome } from '../words.ts';

/**
 * What the page embeds. The index is read at once and is small: figures only. What is long (decisions, findings, transcripts) stands in
 * compressed chunks of several cases each, which are decoded when a case is opened.
 */
export interface PageIndex {
  readonly report: PageHead;
  /** The versions side by side; none where a verdict rests on no trial. */
  readonly columns: readonly PageColumn[];
  /** Place of the column that is judged: the candidate, or the version that decides the exit code. */
  readonly judged: number;
  readonly cases: readonly PageCase[];
  /** What was left out to keep the page small, as a sentence. */
  readonly omitted?: string;
}

/** A verdict, a comparison, or an evaluation, without what stands in columns and cases. */
export type PageHead = ReportHead | EvaluationHead;

/** One version, or one side of a verdict. */
export interface PageColumn {
  /** Names it in links. */
  readonly key: string;
  readonly name: string;
  readonly reported: ReportedVersion;
}

/** Recorded runs of two sides, in the place of a report. */
export interface RecordedIndex {
  readonly recorded: RecordedComparison;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The command that shows it again. */
  readonly rerun: string;
}

/** A tried draft, in the place of a report. */
export interface TriedIndex {
  readonly tried: VersionTry;
}

/** What stands in the page's first element of data. */
export type PageData = PageIndex | RecordedIndex | TriedIndex;

export interface PageCase extends EvaluatedHead, Partial<Pick<ReportedCase, 'change' | 'eValue' | 'differences' | 'history'>> {
  /** In the order of the columns. */
  readonly arms: readonly PageArm[];
  /** How the judged column did. */
  readonly result: CaseOutcome;
  /** Codes of what hard scorers found in any trial that is shown, most frequent first. */
  readonly findings: readonly string[];
  /** Different answers, without their prose, most frequent first; `answer` of a trial points here. */
  readonly answers: readonly string[];
  /** Where the details are: number of the chunk and place in it. */
  readonly chunk: number;
  readonly place: number;
}

type EvaluatedHead = Omit<EvaluatedCase, 'arms'>;

export interface PageArm extends Omit<CaseArm, 'trials'> {
  readonly trials: readonly PackedTrial[];
}

/** number, purpose, pass, outcome, answer (-1: none of the named ones), tokens, dollars, milliseconds. Words are indices into `trialWords`. */
export type PackedTrial = readonly [number, number, 0 | 1, number, number, number, number | null, number];

export const trialWords = {
  purposes: ['stored', 'screen', 'retry', 'confirm', 'compare'],
  outcomes: ['decided', 'refused', 'truncated', 'invalid', 'no-decision'],
} as const satisfies { readonly purposes: readonly ReportedTrial['purpose'][]; readonly outcomes: readonly ReportedTrial['outcome'][] };

/** What is long about a trial. */
export type TrialDetail = Pick<ReportedTrial, 'series' | 'decision' | 'findings' | 'detail' | 'transcript'>;

/** The details of one case, a list a column; a chunk is a list of them. */
export type CaseDetail = readonly (readonly TrialDetail[])[];

/** A trial as the page handles it. */
export interface PageTrial {
  /** Place of its column. */
  readonly column: number;
  readonly number: number;
  readonly purpose: ReportedTrial['purpose'];
  readonly pass: boolean;
  readonly outcome: ReportedTrial['outcome'];
  /** Index into the case's answers, or -1. */
  readonly answer: number;
  readonly tokens: number;
  readonly dollars: number | undefined;
  readonly durationMs: number;
  /** Names it in a link. */
  readonly key: string;
}

export function packTrial({ number, purpose, pass, outcome, tokens, dollars, durationMs }: ReportedTrial, answer: number): PackedTrial {
  return [
    number,
    trialWords.purposes.indexOf(purpose),
    pass ? 1 : 0,
    trialWords.outcomes.indexOf(outcome),
    answer,
    tokens,
    dollars === undefined ? null : Number(dollars.toPrecision(4)),
    Math.round(durationMs),
  ];
}

/** @param columnKey of its column, which stands in the trial's own key */
export function unpackTrial(column: number, columnKey: string, packed: PackedTrial): PageTrial {
  const [number, purposeIndex, pass, outcome, answer, tokens, dollars, durationMs] = packed;
  const purpose = trialWords.purposes[purposeIndex] ?? 'compare';
  return {
    column,
    number,
    purpose,
    pass: pass === 1,
    outcome: trialWords.outcomes[outcome] ?? 'no-decision',
    answer,
    tokens,
    dollars: dollars ?? undefined,
    durationMs,
    key: `${columnKey}-${purpose}-${number}`,
  };
}
