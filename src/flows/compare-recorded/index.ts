import { DocketError } from '../../contracts/docket-error.ts';
import type { RecordedComparison, RecordedSides, SideRuns } from '../../contracts/recorded-comparison.ts';
import type { RawSpan, TraceEvaluation } from '../../contracts/trace.ts';
import { addCounts, type Counts } from '../../stats/counts.ts';
import type { Interval } from '../../stats/interval.ts';
import { meanDrop } from '../../stats/mean-drop.ts';
import { normalQuantile } from '../../stats/normal.ts';
import { type Stratum, stratifiedTest } from '../../stats/stratified-test.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { evaluationsOf } from '../../traces/read-evaluations.ts';
import { runFacts } from '../../traces/run-facts.ts';
import type { TraceFilter, TraceStore, TraceSummary } from '../../traces/store/trace-store.ts';
import { givenWay } from '../given-way.ts';

/** Which recorded runs are compared, and what of. */
export interface RecordedComparisonRequest {
  readonly store: TraceStore;
  readonly filter: TraceFilter;
  /** What tells the tasks apart: `task` finds `task_id` too, whatever stands before it. */
  readonly by: string;
  readonly group: RecordedSides;
  /** Name of the evaluation that says whether a run passed; the only one there is when not given. */
  readonly score?: string;
  /** From this value on a run passed. */
  readonly passAt: number;
  readonly signal: AbortSignal;
}

/** Both directions together. */
const significance = 0.05;

const readAtATime = 1_000;

/** One run, as far as it is compared. */
interface Run {
  readonly side: 0 | 1;
  readonly task: string | undefined;
  readonly evaluations: readonly TraceEvaluation[];
}

/**
 * Compares recorded runs that no trial made. Assumes that runs are independent and that how many there are does not depend on how they ended.
 * @throws {DocketError} when it is not said which evaluation counts, and there are several or none
 */
export async function compareRecorded(request: RecordedComparisonRequest): Promise<RecordedComparison> {
  const { by, group, passAt } = request;
  const { runs, otherRuns } = await readRuns(request);
  const score = request.score ?? onlyScore(runs);
  const tasks = new Map<string, [Counts, Counts]>();
  const leftOut = { otherRuns, withoutTask: 0, withoutScore: 0 };
  for (const { side, task, evaluations } of runs) {
    const value = evaluations.find(({ name, value: given }) => name === score && given !== null)?.value ?? null;
    if (task === undefined) leftOut.withoutTask += 1;
    else if (value === null) leftOut.withoutScore += 1;
    else {
      const known = tasks.get(task) ?? [none, none];
      const one = { passes: value >= passAt ? 1 : 0, runs: 1 };
      tasks.set(task, side === 0 ? [addCounts(known[0], one), known[1]] : [known[0], addCounts(known[1], one)]);
    }
  }
  const sorted = [...tasks].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
  const both = sorted.flatMap(([, [baseline, candidate]]): Stratum[] =>
    baseline.runs > 0 && candidate.runs > 0 ? [{ baseline, candidate }] : [],
  );
  const worse = stratifiedTest(both);
  const better = stratifiedTest(both.map(({ baseline, candidate }) => ({ baseline: candidate, candidate: baseline })));
  return {
    by,
    group,
    score,
    tasks: sorted.map(([task, [one, other]]) => ({ task, sides: [sideRuns(one), sideRuns(other)] })),
    sides: [sumOf(sorted.map(([, [one]]) => one)), sumOf(sorted.map(([, [, other]]) => other))],
    drop: both.length === 0 ? null : withinAll(meanDrop(both, normalQuantile(1 - significance / 2))),
    pWorse: worse.pValue,
    pBetter: better.pValue,
    informativeTasks: worse.informativeCases,
    verdict: both.length === 0 ? 'not-comparable' : verdictOf(worse.pValue, better.pValue),
    leftOut,
  };
}

const none: Counts = { passes: 0, runs: 0 };

function verdictOf(pWorse: number, pBetter: number): RecordedComparison['verdict'] {
  if (pWorse <= significance / 2) return 'worse';
  return pBetter <= significance / 2 ? 'better' : 'no-difference-shown';
}

function sideRuns(counts: Counts): SideRuns {
  return { ...counts, interval: wilsonInterval(counts) };
}

function sumOf(all: readonly Counts[]): SideRuns {
  return sideRuns(all.reduce(addCounts, none));
}

async function readRuns({ store, filter, by, group, signal }: RecordedComparisonRequest): Promise<{ runs: Run[]; otherRuns: number }> {
  const runs: Run[] = [];
  let read = 0;
  for await (const { summary, spans } of store.runs(filter)) {
    read += 1;
    if (read % readAtATime === 0) await givenWay(signal);
    const side = group.values.findIndex((value) => isOf(group.name, value, summary, spans));
    if (side === -1) continue;
    runs.push({ side: side === 0 ? 0 : 1, task: taskOf(by, spans), evaluations: spans.flatMap(evaluationsOf) });
  }
  return { runs, otherRuns: read - runs.length };
}

function isOf(name: string, value: string, { agent }: TraceSummary, spans: readonly RawSpan[]): boolean {
  if (name === 'agent') return agent === value;
  if (name === 'model') return runFacts(spans).calls.some(({ model }) => model === value);
  if (name === 'version') return value.length >= 6 && runFacts(spans).versionFingerprint?.startsWith(value) === true;
  return attributeIn(spans, [name]) === value;
}

/** `task` is `task`, `task_id`, `record.task_id` or `app.task.id`. */
function taskOf(by: string, spans: readonly RawSpan[]): string | undefined {
  return attributeIn(spans, [by, `record.${by}`, `record.${by}_id`, `${by}_id`, `${by}.id`, `app.${by}.id`]);
}

function attributeIn(spans: readonly RawSpan[], names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const { attributes } of spans) {
      const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      if (value !== undefined && value !== null && typeof value !== 'object') return String(value);
    }
  }
  return undefined;
}

function onlyScore(runs: readonly Run[]): string {
  const names = [...new Set(runs.flatMap(({ evaluations }) => evaluations.map(({ name }) => name)))].sort();
  if (names.length === 1 && names[0] !== undefined) return names[0];
  if (names.length > 1)
    throw new DocketError(
      `The runs have several scores: ${names.slice(0, 10).join(', ')}. Say with --score which one decides whether a run passed.`,
    );
  throw new DocketError(
    runs.length === 0
      ? 'No run is of either side. Check --group; docket traces ls shows which agents there are.'
      : 'None of the runs has a score: an evaluation event, or a reward beside its messages.',
  );
}

/** With a run or two a bound by the normal distribution lies beyond what a share can be. */
function withinAll({ value, low, high }: Interval): Interval {
  return { value, low: Math.max(low, -1), high: Math.min(high, 1) };
}
