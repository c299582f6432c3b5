import { resolveVersion } from '../../agent/version.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import { familiesOf, relationsOf, withFamilies } from '../cases/families.ts';
import { type LoadedCase, loadingCases } from '../cases/load-cases.ts';
import { selectCases } from '../cases/select-cases.ts';
import type { WantedTrial } from '../judging/judge-trials.ts';
import { type PlaceOf, type VersionOnCase, wantedAt } from '../judging/wanted-trials.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** What to put on trial. */
export interface ToEvaluate {
  /** Version references; the configured ones when empty. */
  readonly versions?: readonly string[];
  /** The first so many cases. */
  readonly first?: number;
  /** Only cases that these words name, as in `selectCases`. */
  readonly caseIds?: readonly string[];
  readonly trials?: number;
  /** Trials of one series are reused; another name starts anew. */
  readonly series?: string;
  /** Relations that are checked as well: all that the agent declares (`true`), or some by name. Each twin of a case costs a trial. */
  readonly relations?: boolean | readonly string[];
}

/** A version with the cases that it is tried on, each with its twins. */
export interface TriedVersion {
  readonly version: PreparedVersion;
  readonly cases: readonly LoadedCase[];
}

/** What will be run, before anything is. */
export interface EvaluationPlan {
  /** All cases. */
  readonly suite: readonly LoadedCase[];
  /** The chosen ones. */
  readonly cases: readonly LoadedCase[];
  readonly versions: readonly PreparedVersion[];
  /** Trials of each case. */
  readonly trials: number;
  readonly series: string;
  readonly tried: readonly TriedVersion[];
}

export const defaultSeries = 'eval';

/**
 * Chooses cases and versions; no model is called.
 * @param signal ends the reading of cases
 * @throws {DocketError} for wrong cases, unknown versions or a selection that matches nothing
 */
export async function planEvaluation(session: Session, options: ToEvaluate, signal?: AbortSignal): Promise<EvaluationPlan> {
  const { config, agent } = session;
  const relations = options.relations ?? false;
  const loaded = await inTurns(loadingCases(config.cases, agent), new Turns(signal));
  const suite = withFamilies(agent, loaded, relationsOf(agent, relations));
  const cases = chosenCases(suite, options);
  const references = options.versions?.length ? options.versions : (config.versions ?? [config.current]);
  const versions = await Promise.all([...new Set(references)].map((reference) => session.prepare(reference)));
  const tried = versions.map((version) => ({
    version,
    cases: familiesOf(agent, resolveVersion(agent, version.identity.name), cases, relations),
  }));
  return { suite, cases, versions, trials: options.trials ?? config.trials, series: options.series ?? defaultSeries, tried };
}

/** Every trial of the plan. @param placeOf makes the place of a version on a case */
export function* wantedOf<Place extends VersionOnCase>(
  { tried, series, trials }: Pick<EvaluationPlan, 'tried' | 'series' | 'trials'>,
  placeOf: PlaceOf<Place>,
): Generator<WantedTrial<Place>> {
  for (const { version, cases } of tried) yield* wantedAt(placeOf, version, cases, series, trials);
}

function chosenCases(cases: readonly LoadedCase[], { first, caseIds }: ToEvaluate): LoadedCase[] {
  const selected = (caseIds?.length ? selectCases(cases, caseIds) : cases).slice(0, first);
  if (selected.length === 0) throw new DocketError('No case was selected, so there is nothing to run. Select at least one.');
  return selected;
}
