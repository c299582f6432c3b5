import type { Draft } from '../../contracts/draft.ts';
import type { ImprovementPlan } from '../../contracts/improvement-plan.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import { createPseudonyms } from '../../review/pseudonyms.ts';
import { seededRandom } from '../../stats/random.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { TraceFilter, TraceStore } from '../../traces/store/trace-store.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import { loadCasesIfAny, loadingCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';
import { readTrace } from '../promote/1-read-traces.ts';
import { draftCases } from '../promote/2-draft-cases.ts';
import { readDrafts } from '../promote/draft-files.ts';
import { redactionKey } from '../promote/redaction-key.ts';
import { findingsOf } from '../score-traces/index.ts';
import { traceWithInput } from '../score-traces/input-of-trace.ts';
import { TraceScores } from '../score-traces/trace-scores.ts';
import { notesOnCases, type ReadRun, readTraceRuns, readTrialRuns } from './1-read-traces.ts';
import { findProblems, type SeenRuns } from './2-find-problems.ts';
import { makePlan, writePlan } from './3-write-plan.ts';
import { type AskingForPlan, askForPlan } from './4-ask-model.ts';
import { type Against, compareRuns } from './compare-runs.ts';
import { drawTraces } from './draw-traces.ts';
import { planWithoutKeys, redactedPlan } from './shown-plan.ts';
import { SourcePlaces } from './source-places.ts';
import { originsByFingerprint, type RunOrigin } from './version-runs.ts';

/** Most cases that a plan proposes. */
const mostDrafts = 10;

export interface ImproveRequest {
  readonly config: LoadedConfig;
  /** The version that a person named. */
  readonly version?: string;
  /** The day, as YYYY-MM-DD. */
  readonly today: string;
  /** True takes personal data out of what runs and people said: the plan may be published. */
  readonly redact?: boolean;
  readonly signal: AbortSignal;
  /** Compares the runs with others. */
  readonly against?: Against;
  /** Has a model say what it makes of the problems. */
  readonly withModel?: AskingForPlan;
  readonly runs:
    | {
        readonly from: 'traces';
        readonly store: TraceStore;
        readonly filter: TraceFilter /** Most traces that are read whole. */;
        readonly most: number;
      }
    | { readonly from: 'trials'; readonly store: TrialStore; readonly series: string };
}

/** A plan with the files that hold it. */
export interface Improved extends WrittenReports {
  readonly plan: ImprovementPlan;
}

/**
 * The third story: runs are read, problems found, and a plan written that proposes changes with what each of them promises. It changes nothing of the agent, and
 * obeys no word of what it reads.
 * @throws {DocketError} when there are no runs, or none of the version
 */
export async function improve(request: ImproveRequest): Promise<Improved> {
  const { config, version, runs, signal, against } = request;
  const places = new SourcePlaces(config.root);
  const other = against?.kind === 'version' ? against.version : undefined;
  const origins = await originsByFingerprint(
    config,
    [version, other].filter((name) => name !== undefined),
  );
  const compares = against !== undefined;
  if (runs.from === 'trials') {
    const cases = await inTurns(loadingCases(config.cases, config.agent), new Turns(signal));
    const read = readTrialRuns(config, runs.store, { version: version ?? config.current, series: runs.series, cases }, signal);
    const seen = await findProblems(config, read, {
      origins: named(origins, version ?? config.current),
      asked: version ?? config.current,
      places,
      compares,
      none: `No trial of ${plainLine(version ?? config.current)} as it is now is stored. Run some: docket eval --versions ${plainLine(version ?? config.current)}.`,
    });
    const others =
      other === undefined ? undefined : readTrialRuns(config, runs.store, { version: other, series: runs.series, cases }, signal);
    const compared = against && (await compareRuns(seen, against, others, named(origins, other ?? '')));
    const plan = await makePlan(seen, {
      source: 'trials',
      notes: notesOnCases(cases),
      draft: async () => [],
      ...(compared ? { compared } : {}),
    });
    return written(plan, seen, request);
  }
  const { store, filter, most } = runs;
  const drawn = await drawTraces(store, filter, most, signal);
  const scores = await TraceScores.open(config, store);
  const read = readTraceRuns(config, store, drawn.ids, scores, origins, signal);
  const seen = await findProblems(config, read, { origins, asked: version, places, compares });
  const compared = against && (await compareRuns(seen, against, await earlierRuns(request, runs, scores, origins), origins));
  const draft = ({ problems }: Pick<ImprovementPlan, 'problems'>) => draftsFor(problems, request, store, scores);
  const plan = await makePlan(seen, {
    source: 'traces',
    drawn,
    ...(compared ? { compared } : {}),
    notes: notesOnCases(loadCasesIfAny(config.cases, config.agent)).filter(({ who }) => who !== ''),
    draft,
  });
  return written(plan, seen, request);
}

/** The window before, as it is drawn for a plan; nothing where another version of the same window is meant. */
async function earlierRuns(
  { config, against, signal }: ImproveRequest,
  { store, filter, most }: Extract<ImproveRequest['runs'], { from: 'traces' }>,
  scores: TraceScores,
  origins: ReadonlyMap<string, RunOrigin>,
): Promise<AsyncIterable<ReadRun> | undefined> {
  if (against?.kind !== 'window') return undefined;
  const before = await drawTraces(
    store,
    { ...filter, since: against.since, ...(filter.since === undefined ? {} : { until: filter.since }) },
    most,
    signal,
  );
  return readTraceRuns(config, store, before.ids, scores, origins, signal);
}

async function written(made: ImprovementPlan, seen: SeenRuns, { config, withModel, redact, signal }: ImproveRequest): Promise<Improved> {
  const told = withModel ? await askForPlan(made, seen, withModel, signal) : made;
  const plan = redact ? redactedPlan(told, config.root) : planWithoutKeys(told);
  return { plan, ...writePlan(config.root, plan) };
}

/** A version has one name here, also where another has the same fingerprint. */
function named(origins: Awaited<ReturnType<typeof originsByFingerprint>>, version: string): typeof origins {
  return new Map([...origins].map(([fingerprint, origin]) => [fingerprint, { ...origin, version }]));
}

/** Drafted by the rules of `docket cases draft`, and written by nobody. */
async function draftsFor(
  problems: ImprovementPlan['problems'],
  { config, today, signal }: ImproveRequest,
  store: TraceStore,
  scores: TraceScores,
): Promise<readonly Draft[]> {
  const ids = new Set(problems.filter(({ kind }) => kind === 'bug' || kind === 'inconsistency').flatMap(({ runs }) => runs.slice(0, 5)));
  if (ids.size === 0) return [];
  const { agent } = config;
  const traces = [];
  for (const id of ids) {
    const trace = await store.trace(id);
    if (!trace) continue;
    const whole = await traceWithInput(agent, store, trace);
    traces.push(readTrace(agent, whole, [...findingsOf(await scores.of(whole, signal)).keys()]));
  }
  const { drafts } = await draftCases({
    agent,
    traces,
    cases: loadCasesIfAny(config.cases, agent),
    drafts: readDrafts(config.cases),
    limit: mostDrafts,
    random: seededRandom(1),
    today,
    pseudonyms: createPseudonyms(redactionKey(config.root)),
  });
  return drafts;
}
