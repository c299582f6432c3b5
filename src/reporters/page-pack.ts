import { gzipSync } from 'node:zlib';
import type { EvaluatedCase, EvaluationReport } from '../contracts/evaluation-report.ts';
import type { JsonValue } from '../contracts/json.ts';
import { isProse } from '../contracts/prose.ts';
import type { CaseArm, ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import { isCompared, type Report } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { count } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';
import {
  type CaseDetail,
  type PageCase,
  type PageColumn,
  type PageHead,
  type PageIndex,
  packTrial,
  type TrialDetail,
} from './page/page-data.ts';
import { shownValue } from './shown-value.ts';
import { inReadingOrder, outcomeOf, outcomeOrder, sideNames } from './words.ts';

/** A report as the page embeds it. */
export interface PackedPage {
  readonly index: PageIndex;
  /** JSON lists of `CaseDetail`, compressed with gzip, in base64. */
  readonly chunks: readonly string[];
}

/** What is kept of the details; each level is smaller than the one before. */
interface Level {
  readonly keepsTranscript: (trial: ReportedTrial, place: number, changed: boolean) => boolean;
  /** Longest single text, in UTF-16 units. */
  readonly longestText: number;
  readonly omitted?: string;
}

const levels: readonly Level[] = [
  { keepsTranscript: () => true, longestText: 20_000 },
  {
    keepsTranscript: (trial, place, changed) => place < 2 || (changed && !trial.pass),
    longestText: 8000,
    omitted:
      'To keep this page small, transcripts of later trials of unchanged cases and of passing trials are left out; the trial store has them.',
  },
  {
    keepsTranscript: (_, place, changed) => changed && place < 2,
    longestText: 2000,
    omitted:
      'To keep this page small, transcripts are kept for only two trials per side of each changed case; the trial store has the others.',
  },
  {
    keepsTranscript: () => false,
    longestText: 500,
    omitted: 'To keep this page small, transcripts are left out; the trial store has them.',
  },
];

/** Large enough for similar transcripts to compress each other, small enough to be decoded at a key press. In UTF-16 units. */
const chunkSize = 400_000;

/** Answers of a case that are named; the others share one name. */
const namedAnswers = 12;

/** Most trials that a page shows: each is a place in its index, and a mark in its charts. */
const mostTrials = 20_000;

/** What is packed: the head of a report, its columns, and its cases in reading order. */
interface Packable {
  readonly head: PageHead;
  readonly columns: readonly PageColumn[];
  readonly judged: number;
  readonly cases: readonly PackableCase[];
  /** The file that has all of it. */
  readonly file: string;
}

type PackableCase = EvaluatedCase & Partial<Pick<ReportedCase, 'change' | 'eValue' | 'differences' | 'history'>>;

/** How much is packed. */
export interface PackLimits {
  /** Bytes of all chunks together. */
  readonly bytes: number;
  readonly trials?: number;
  /** Of more trials than this only some transcripts are read at all: reading one costs more than showing it. All are, where not given. */
  readonly transcripts?: number;
}

/** Packs a report into at most so many bytes of chunks, leaving out transcripts only as far as that needs. */
export function packPage(report: Report | EvaluationReport, limits: PackLimits): PackedPage {
  const steps = packingPage(report, limits);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps, for who does something else between them: after each case there is another piece of nothing. */
export function* packingPage(
  report: Report | EvaluationReport,
  { bytes: limit, trials = mostTrials, transcripts = Number.POSITIVE_INFINITY }: PackLimits,
): Generator<'', PackedPage> {
  const { head, columns, judged, cases, file } = packableOf(report);
  if (columns.length === 0) return { index: { report: head, columns: [], judged: 0, cases: [] }, chunks: [] };
  const shown = yield* shownTrials(cases, trials, file);
  const all = runsOf(cases);
  const first = all > transcripts ? 1 : 0;
  const known = packedBefore.get(report);
  if (known && known.first === first && known.bytes <= limit && known.whole && shown.omitted === undefined) return known.page;
  for (const [number, level] of levels.entries()) {
    if (number < first) continue;
    const packed = yield* packCases(cases, level, shown.of, {
      where: `${file} has them`,
      judged,
      limit: number < levels.length - 1 ? limit : Number.POSITIVE_INFINITY,
    });
    if (!packed) continue;
    const omitted = [shown.omitted, level.omitted].filter((text) => text !== undefined).join(' ');
    const page = {
      index: { report: head, columns, judged, cases: packed.cases, ...(omitted === '' ? {} : { omitted }) },
      chunks: packed.chunks,
    };
    if (number === first) packedBefore.set(report, { page, first, bytes: packed.bytes, whole: shown.omitted === undefined });
    return page;
  }
  throw new TypeError('unreachable: the last level is always taken');
}

/** Pages whose first level was small enough: a report that is shown in two places is packed once. */
const packedBefore = new WeakMap<
  object,
  { readonly page: PackedPage; readonly first: number; readonly bytes: number; readonly whole: boolean }
>();

/** Of a committed baseline there are fewer trials than runs. */
function runsOf(cases: readonly PackableCase[]): number {
  return cases.reduce((sum, { arms }) => sum + arms.reduce((total, { runs }) => total + runs, 0), 0);
}

function packableOf(report: Report | EvaluationReport): Packable {
  if (report.kind === 'evaluation') {
    const { cases, versions, judged, ...head } = report;
    const columns = versions.map((reported) => ({ key: reported.version.name, name: visibleLine(reported.version.name), reported }));
    const rank = ({ arms, critical }: EvaluatedCase) => outcomeOrder.indexOf(outcomeOf(arms[judged] ?? notRun)) * 2 - (critical ? 1 : 0);
    const ordered = cases.toSorted((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
    return { head, columns, judged, cases: ordered, file: 'evaluation.json' };
  }
  const file = `${report.kind}.json`;
  if (!isCompared(report)) return { head: report, columns: [], judged: 0, cases: [], file };
  const { cases, ...head } = report;
  const names = sideNames(report);
  const columns = (['baseline', 'candidate'] as const).map((key) => ({ key, name: names[key], reported: report[key] }));
  const ordered = inReadingOrder(cases).map(({ baseline, candidate, ...rest }) => ({ ...rest, arms: [baseline, candidate] }));
  return { head, columns, judged: 1, cases: ordered, file };
}

const notRun: CaseArm = { passes: 0, runs: 0, falseApprovals: 0, falseDenials: 0, trials: [], infraErrors: [] };

/** The trials of an arm that the page shows, in their order. */
type Shown = (arm: CaseArm) => readonly ReportedTrial[];

/** All of them, or of each arm as many as leave room for the others, failing ones first; and what then has to be said. */
function* shownTrials(
  cases: readonly PackableCase[],
  most: number,
  file: string,
): Generator<'', { readonly of: Shown; readonly omitted?: string }> {
  // To count them they have to be read.
  if (runsOf(cases) <= most) return { of: ({ trials }) => trials };
  const counts: number[] = [];
  for (const { arms } of cases) {
    counts.push(...arms.map(({ trials }) => trials.length));
    yield '';
  }
  const all = counts.reduce((sum, number) => sum + number, 0);
  if (all <= most) return { of: ({ trials }) => trials };
  const ofArm = Math.max(1, Math.floor(most / counts.length));
  const kept = counts.reduce((sum, number) => sum + Math.min(number, ofArm), 0);
  return {
    of: ({ trials }) => failingFirst(trials, ofArm),
    omitted: `Of ${count(all)} trials this page shows ${count(kept)}, at most ${count(ofArm)} of a case and version, failing ones first; its charts of answers, cost, tokens and time are drawn from these. Pass rates and totals are of all trials, and ${file} has every one.`,
  };
}

/** So many of them in their order: the failing ones, and the first of the others where there is room. */
function failingFirst(trials: readonly ReportedTrial[], most: number): ReportedTrial[] {
  const room = Math.max(0, most - trials.filter(({ pass }) => !pass).length);
  let [failing, passing] = [0, 0];
  return trials.filter(({ pass }) => {
    if (pass) passing += 1;
    else failing += 1;
    return pass ? passing <= room : failing <= most;
  });
}

/** Each case is read once. Undefined where the chunks would be larger than the limit. */
function* packCases(
  cases: readonly PackableCase[],
  level: Level,
  shown: Shown,
  { where, limit, judged }: { readonly where: string; readonly limit: number; readonly judged: number },
): Generator<'', { readonly cases: PageCase[]; readonly chunks: string[]; readonly bytes: number } | undefined> {
  const chunks: string[] = [];
  const packedCases: PageCase[] = [];
  let open: string[] = [];
  let size = 0;
  let packed = 0;
  const close = () => {
    if (open.length > 0) packed += chunks[chunks.push(gzipSync(`[${open.join(',')}]`).toString('base64')) - 1]?.length ?? 0;
    open = [];
    size = 0;
  };
  for (const each of cases) {
    const changed = each.change ? each.change !== 'same' : outcomeOf(each.arms[judged] ?? notRun) !== 'passes';
    const trials = each.arms.map(shown);
    const detail: CaseDetail = trials.map((ofArm) => detailsOf(ofArm, changed, level));
    const text = JSON.stringify(detail, (_, value) => (typeof value === 'string' ? clipText(value, level.longestText, where) : value));
    if (size + text.length > chunkSize) close();
    packedCases.push(packCase(each, judged, trials, { chunk: chunks.length, place: open.length }));
    open.push(text);
    size += text.length;
    if (packed > limit) return undefined;
    yield '';
  }
  close();
  return packed > limit ? undefined : { cases: packedCases, chunks, bytes: packed };
}

/** Places count failing and passing trials apart: the first of each tell most. */
function detailsOf(trials: readonly ReportedTrial[], changed: boolean, level: Level): TrialDetail[] {
  const seen = { pass: 0, fail: 0 };
  return trials.map((trial) => {
    const { series, decision, findings, detail } = trial;
    const kind = trial.pass ? 'pass' : 'fail';
    seen[kind] += 1;
    return {
      series,
      findings,
      ...(decision === undefined ? {} : { decision }),
      ...(detail === undefined ? {} : { detail }),
      ...transcriptOf(trial, level.keepsTranscript(trial, seen[kind] - 1, changed)),
    };
  });
}

/** Asked for only where it is kept: it may have to be read from a file. */
function transcriptOf(trial: ReportedTrial, keeps: boolean): Pick<TrialDetail, 'transcript'> {
  const transcript = keeps ? trial.transcript : undefined;
  return transcript ? { transcript } : {};
}

function packCase(
  { arms, ...rest }: PackableCase,
  judged: number,
  trials: readonly (readonly ReportedTrial[])[],
  place: { readonly chunk: number; readonly place: number },
): PageCase {
  const answers = answersOf(trials.flat());
  const packed = arms.map(({ trials: _, infraErrors, ...counts }, column) => ({
    ...counts,
    infraErrors: infraErrors.map(({ message, ...error }) => ({ ...error, message: clipText(message, 500) })),
    trials: (trials[column] ?? []).map((trial) => packTrial(trial, answers.indexOf(answerOf(trial)))),
  }));
  return { ...rest, arms: packed, result: outcomeOf(arms[judged] ?? notRun), findings: findingsOf(trials.flat()), answers, ...place };
}

function findingsOf(trials: readonly ReportedTrial[]): string[] {
  const counts = new Map<string, number>();
  for (const { findings } of trials)
    for (const code of new Set(findings.map((finding) => finding.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([code]) => code);
}

function answersOf(trials: readonly ReportedTrial[]): string[] {
  const counts = new Map<string, number>();
  for (const trial of trials) counts.set(answerOf(trial), (counts.get(answerOf(trial)) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, namedAnswers)
    .map(([answer]) => answer);
}

/** What a trial answered, on a line, without its prose. */
function answerOf({ outcome, decision }: ReportedTrial): string {
  if (!decision) return outcome;
  const fields = Object.entries(decision as Record<string, JsonValue>).filter(([, value]) => !isProse(value));
  return clipText(fields.map(([name, value]) => `${name} ${shownValue(value)}`).join(' · '), 200);
}
