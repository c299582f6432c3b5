import { gzipSync } from 'node:zlib';
import type { EvaluatedCase, EvaluationReport } from '../contracts/evaluation-report.ts';
import type { JsonValue } from '../contracts/json.ts';
import { isProse } from '../contracts/prose.ts';
import type { CaseArm, ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import { trialCountOf } from '../contracts/trial-count.ts';
import { isCompared, type Report } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { count } from '../text/figures.ts';
import { visibleLine } from '../text/hostile-text.ts';
import { PackedTexts } from './packed-texts.ts';
import {
  type CaseDetail,
  type PageCase,
  type PageColumn,
  type PageHead,
  type PageIndex,
  packTrial,
  type TrialDetail,
} from './page/page-data.ts';
import { indexText } from './page-document.ts';
import { shownValue } from './shown-value.ts';
import { inReadingOrder, outcomeOf, outcomeOrder, sideNames } from './words.ts';

/** A report as the page embeds it. */
export interface PackedPage {
  /** A `PageIndex` as JSON, in pieces: of ten thousand cases it is long. */
  readonly index: () => Generator<string>;
  /** JSON lists of `CaseDetail`, compressed with gzip. */
  readonly chunks: readonly Uint8Array[];
}

/** What is kept of the details; each level is smaller than the one before. */
interface Level {
  readonly keepsTranscript: (trial: ReportedTrial, place: number, each: { readonly changed: boolean; readonly id: string }) => boolean;
  /** Longest single text, in UTF-16 units. */
  readonly longestText: number;
  /** Whose transcripts are kept, where not all are. */
  readonly kept?: string;
}

const levels: readonly Level[] = [
  { keepsTranscript: () => true, longestText: 20_000 },
  {
    keepsTranscript: (trial, place, { changed }) => place < 2 || (changed && !trial.pass),
    longestText: 8000,
    kept: 'all failing ones of cases that fail or changed, and of the others two that pass and two that fail for each case and version',
  },
  {
    keepsTranscript: (_, place, { changed }) => changed && place < 2,
    longestText: 2000,
    kept: 'two that pass and two that fail for each version, of cases that fail or changed',
  },
];

/** The last level: only packing tells for how many cases there is room. */
const shortLevel: Level = {
  keepsTranscript: () => false,
  longestText: 500,
  kept: 'one that passes and one that fails for each version, of the cases that matter most: first those with harm, then those that always fail, then those that pass only sometimes',
};

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
  /** The file that has all trials. */
  readonly file: string;
  /** What has the rest of a text that is cut, with its verb. */
  readonly where: string;
}

type PackableCase = EvaluatedCase & Partial<Pick<ReportedCase, 'change' | 'eValue' | 'differences' | 'history'>>;

/** How much is packed. */
export interface PackLimits {
  /** Bytes of all chunks together, in base64. */
  readonly bytes: number;
  readonly trials?: number;
  /** Of more trials than this only some transcripts are read at all: reading one costs more than showing it. All are, where not given. */
  readonly transcripts?: number;
  /** True where who shows the page reads what it does not hold from the trial store. */
  readonly hasStore?: boolean;
}

/**
 * Packs a report into at most so many bytes of chunks, leaving out transcripts only as far as that needs. In steps, for who does something else between
 * them: after each case there is another piece of nothing.
 */
export function* packingPage(
  report: Report | EvaluationReport,
  { bytes: limit, trials = mostTrials, transcripts = Number.POSITIVE_INFINITY, hasStore = false }: PackLimits,
): Generator<'', PackedPage> {
  const { head, columns, judged, cases, file, where } = packableOf(report);
  if (columns.length === 0) return { index: () => indexPieces({ report: head, columns: [], judged: 0 }, []), chunks: [] };
  const shown = yield* shownTrials(cases, trials, file);
  const all = runsOf(cases);
  const first = all > transcripts ? 1 : 0;
  const known = packedBefore.get(report);
  const isSame = known && known.first === first && known.packed.bytes <= limit && shown.omitted === undefined;
  const packed = isSame ? known.packed : yield* packCases(cases, levels.slice(first), { where, judged, shown: shown.of }, limit);
  if (packed.level === levels[first] && shown.omitted === undefined) packedBefore.set(report, { packed, first });
  const { chunks, level, kept } = packed;
  const notes = [shown.omitted, hasStore || level.kept === undefined ? undefined : transcriptNote(kept, all, level.kept)];
  const omitted = notes.filter((text) => text !== undefined).join(' ');
  return { index: () => indexPieces({ report: head, columns, judged }, packed.cases, omitted), chunks };
}

function* indexPieces(head: Omit<PageIndex, 'cases' | 'omitted'>, cases: Iterable<string>, omitted = ''): Generator<string> {
  yield `${indexText(head).slice(0, -1)},"cases":[`;
  let before = '';
  for (const text of cases) {
    yield before + text;
    before = ',';
  }
  yield omitted === '' ? ']}' : `],"omitted":${indexText(omitted)}}`;
}

/** Pages whose first level was small enough: a report that is shown in two places is packed once. */
const packedBefore = new WeakMap<object, { readonly packed: PackedCases; readonly first: number }>();

function transcriptNote(kept: number, all: number, which: string): string {
  if (kept === 0)
    return 'To keep this page small it has no transcripts. The trial store where it was run has them, and docket ui shows them there.';
  return `To keep this page small it has the transcripts of ${count(kept)} of ${count(all)} trials: ${which}. The trial store where it was run has the others, and docket ui shows them there.`;
}

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
    return { head, columns, judged, cases: ordered, file: 'evaluation.json', where: 'the trial store has them' };
  }
  const file = `${report.kind}.json`;
  const where = `${file} has them`;
  if (!isCompared(report)) return { head: report, columns: [], judged: 0, cases: [], file, where };
  const { cases, ...head } = report;
  const names = sideNames(report);
  const columns = (['baseline', 'candidate'] as const).map((key) => ({ key, name: names[key], reported: report[key] }));
  const ordered = inReadingOrder(cases).map(({ baseline, candidate, ...rest }) => ({ ...rest, arms: [baseline, candidate] }));
  return { head, columns, judged: 1, cases: ordered, file, where };
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
  // To count them some have to be read.
  if (runsOf(cases) <= most) return { of: ({ trials }) => trials };
  const counts: number[] = [];
  for (const { arms } of cases) {
    counts.push(...arms.map(trialCountOf));
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

interface About {
  readonly judged: number;
  readonly where: string;
  readonly shown: Shown;
}

interface PackedCases {
  /** Each a `PageCase`. */
  readonly cases: PackedTexts;
  readonly chunks: readonly Uint8Array[];
  /** Of the chunks in base64. */
  readonly bytes: number;
  /** Transcripts in them. */
  readonly kept: number;
  readonly level: Level;
}

/** By the first level that is small enough; at last without transcripts but those for which there is room, in the order in which cases matter. */
function* packCases(cases: readonly PackableCase[], wanted: readonly Level[], about: About, limit: number): Generator<'', PackedCases> {
  for (const level of wanted) {
    const packed = yield* packBy(level, cases, about, limit);
    if (packed) return packed;
  }
  const bare = yield* packBy(shortLevel, cases, about, Number.POSITIVE_INFINITY);
  if (!bare) throw new TypeError('unreachable: nothing is larger than no limit');
  let room = limit - bare.bytes;
  const kept = new Set<string>();
  const level: Level = { ...shortLevel, keepsTranscript: (_, place, { id }) => place < 1 && kept.has(id) };
  for (const each of byInterest(cases, about.judged)) {
    kept.add(each.id);
    // By itself a case takes more room than among others.
    room -= gzipSync(detailText(each, each.arms.map(about.shown), level, about).text).length * (4 / 3);
    if (room < 0) kept.delete(each.id);
    if (room < 0) break;
    yield '';
  }
  return (yield* packBy(level, cases, about, limit)) ?? bare;
}

/** Cases with harm first, then those that always fail, that pass only sometimes, that changed in another way, and the others. */
function byInterest(cases: readonly PackableCase[], judged: number): PackableCase[] {
  const rank = ({ arms, critical, change }: PackableCase) => {
    const { passes, runs, falseApprovals, wrongDecisions = 0 } = arms[judged] ?? notRun;
    if (critical && falseApprovals + wrongDecisions > 0) return 0;
    if (passes < runs) return passes === 0 ? 1 : 2;
    return change === undefined || change === 'same' ? 4 : 3;
  };
  return cases.toSorted((one, other) => rank(one) - rank(other));
}

/** Each case is read once. Undefined where the chunks would be larger than the limit. */
function* packBy(level: Level, cases: readonly PackableCase[], about: About, limit: number): Generator<'', PackedCases | undefined> {
  const chunks: Uint8Array[] = [];
  const packedCases = new PackedTexts();
  let open: string[] = [];
  let [size, bytes, kept] = [0, 0, 0];
  const close = () => {
    if (open.length > 0) {
      const chunk = gzipSync(`[${open.join(',')}]`);
      chunks.push(chunk);
      bytes += Math.ceil(chunk.length / 3) * 4;
    }
    open = [];
    size = 0;
  };
  for (const each of cases) {
    const trials = each.arms.map(about.shown);
    const { text, transcripts } = detailText(each, trials, level, about);
    kept += transcripts;
    if (size + text.length > chunkSize) close();
    packedCases.add(indexText(packCase(each, about.judged, trials, { chunk: chunks.length, place: open.length })));
    open.push(text);
    size += text.length;
    if (bytes > limit) return undefined;
    yield '';
  }
  close();
  return bytes > limit ? undefined : { cases: packedCases, chunks, bytes, kept, level };
}

function detailText(
  { arms, change, id }: PackableCase,
  trials: readonly (readonly ReportedTrial[])[],
  level: Level,
  { judged, where }: About,
): { readonly text: string; readonly transcripts: number } {
  const changed = change ? change !== 'same' : outcomeOf(arms[judged] ?? notRun) !== 'passes';
  const detail: CaseDetail = trials.map((ofArm) => detailsOf(ofArm, { changed, id }, level));
  const text = JSON.stringify(detail, (_, value) => (typeof value === 'string' ? clipText(value, level.longestText, where) : value));
  return { text, transcripts: detail.flat().filter(({ transcript }) => transcript !== undefined).length };
}

/** Places count failing and passing trials apart: the first of each tell most. */
function detailsOf(
  trials: readonly ReportedTrial[],
  each: { readonly changed: boolean; readonly id: string },
  level: Level,
): TrialDetail[] {
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
      ...transcriptOf(trial, level.keepsTranscript(trial, seen[kind] - 1, each)),
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
