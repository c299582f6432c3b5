import { gzipSync } from 'node:zlib';
import type { JsonValue } from '../contracts/json.ts';
import { isProse } from '../contracts/prose.ts';
import type { CaseArm, ReportedCase, ReportedTrial } from '../contracts/reported-case.ts';
import { isCompared, type Report } from '../contracts/verdict.ts';
import { clipText } from '../text/clip-text.ts';
import { type CaseDetail, type PageCase, type PageIndex, packTrial, type TrialDetail } from './page/page-data.ts';
import { shownValue } from './shown-value.ts';
import { inReadingOrder } from './words.ts';

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

/** Packs a report into at most `limit` bytes of chunks, leaving out transcripts only as far as that needs. */
export function packPage(report: Report, limit: number): PackedPage {
  if (!isCompared(report)) return { index: { report, cases: [] }, chunks: [] };
  const { cases, ...rest } = report;
  const ordered = inReadingOrder(cases);
  for (const [number, level] of levels.entries()) {
    const { chunks, places } = packDetails(ordered, level, `${report.kind}.json has them`);
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (size > limit && number < levels.length - 1) continue;
    const packed = ordered.map((each, index) => packCase(each, places[index] ?? { chunk: 0, place: 0 }));
    return { index: { report: rest, cases: packed, ...(level.omitted === undefined ? {} : { omitted: level.omitted }) }, chunks };
  }
  throw new TypeError('unreachable: the last level is always taken');
}

function packDetails(cases: readonly ReportedCase[], level: Level, where: string) {
  const chunks: string[] = [];
  const places: { readonly chunk: number; readonly place: number }[] = [];
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) chunks.push(gzipSync(`[${open.join(',')}]`).toString('base64'));
    open = [];
    size = 0;
  };
  for (const each of cases) {
    const changed = each.change !== 'same';
    const detail: CaseDetail = { baseline: detailsOf(each.baseline, changed, level), candidate: detailsOf(each.candidate, changed, level) };
    const text = JSON.stringify(detail, (_, value) => (typeof value === 'string' ? clipText(value, level.longestText, where) : value));
    if (size + text.length > chunkSize) close();
    places.push({ chunk: chunks.length, place: open.length });
    open.push(text);
    size += text.length;
  }
  close();
  return { chunks, places };
}

/** Places count failing and passing trials apart: the first of each tell most. */
function detailsOf({ trials }: CaseArm, changed: boolean, level: Level): TrialDetail[] {
  const seen = { pass: 0, fail: 0 };
  return trials.map((trial) => {
    const { series, decision, findings, detail, transcript } = trial;
    const kind = trial.pass ? 'pass' : 'fail';
    seen[kind] += 1;
    return {
      series,
      findings,
      ...(decision === undefined ? {} : { decision }),
      ...(detail === undefined ? {} : { detail }),
      ...(transcript && level.keepsTranscript(trial, seen[kind] - 1, changed) ? { transcript } : {}),
    };
  });
}

function packCase({ baseline, candidate, ...rest }: ReportedCase, place: { readonly chunk: number; readonly place: number }): PageCase {
  const answers = answersOf([...baseline.trials, ...candidate.trials]);
  const arm = ({ trials, infraErrors, ...counts }: CaseArm) => ({
    ...counts,
    infraErrors: infraErrors.map(({ message, ...error }) => ({ ...error, message: clipText(message, 500) })),
    trials: trials.map((trial) => packTrial(trial, answers.indexOf(answerOf(trial)))),
  });
  return { ...rest, baseline: arm(baseline), candidate: arm(candidate), answers, ...place };
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
