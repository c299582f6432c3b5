import { relative } from 'node:path';
import type { TestContext } from 'vitest';
import { checkScorers } from '../agent/check-scorers.ts';
import type { Agent } from '../agent/define-agent.ts';
import { resolveVersion } from '../agent/version.ts';
import { groupAlike } from '../contracts/alike-messages.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import { familiesOf, relationsOf, withFamilies } from '../flows/cases/families.ts';
import { type LoadedCase, loadCases } from '../flows/cases/load-cases.ts';
import { defaultSeries } from '../flows/evaluate/plan-evaluation.ts';
import { judgeTrials } from '../flows/judging/judge-trials.ts';
import { wantedTrials } from '../flows/judging/wanted-trials.ts';
import type { LoadedConfig } from '../flows/load-config.ts';
import { openSession, type PreparedVersion, type Session } from '../flows/session.ts';
import type { Simulation } from '../model/simulated.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { count, counted } from '../text/figures.ts';
import { type FailedOnCase, mergeRecords, recordCases } from './case-record.ts';
import type { EvalsMode } from './evals-mode.ts';
import { type JudgedTrial, judgedTrial, withRepeats } from './judged-trial.ts';
import { docketCommand, vitestCommand } from './rerun-command.ts';
import { watchedTrials } from './watched-trials.ts';

/** What to run. */
export interface RunOptions {
  /** Ids of cases; all cases when not given. */
  readonly cases?: readonly string[];
  /** Trials a case; the configured number when not given. */
  readonly trials?: number;
  /** Relations that are checked as well: all that the agent declares (`true`), or some by name. Each twin of a case costs a trial. */
  readonly relations?: boolean | readonly string[];
}

/** Another agent, stand-in or mode than the configured one. */
export interface DocketVariation {
  /** For example the configured agent with one prompt changed: `{ ...agent, prompts: { ...agent.prompts, v2: text } }`. */
  readonly agent?: Agent;
  /** Settings of the simulated model. */
  readonly simulation?: Partial<Simulation>;
  /** Who answers; by default whoever answers in the rest of the suite. */
  readonly mode?: ModelMode;
}

/** What a docket needs of the test that uses it. */
export type RunningTest = Pick<TestContext, 'task' | 'signal'>;

/** The docket as a test sees it: puts versions of the agent on trial, through the same store and runner as the command line. */
export class Docket {
  readonly #session: Session;
  readonly #test: RunningTest;
  /** Empty: as configured, so `docket eval` runs the same. Otherwise tells the dockets of one test apart. */
  readonly #variation: string;
  readonly #variations: Docket[] = [];
  readonly #running = new Set<Promise<unknown>>();
  /** Runs whose trials nobody has looked at, by how many there are. */
  readonly #unseen = new Map<symbol, { readonly reference: string; readonly trials: number }>();

  /** @internal */
  constructor(session: Session, test: RunningTest, variation = '') {
    this.#session = session;
    this.#test = test;
    this.#variation = variation;
  }

  get agent(): Agent {
    return this.#session.agent;
  }

  get mode(): ModelMode {
    return this.#session.mode;
  }

  /**
   * Runs a version, or takes its trials from the store, and judges each trial. Ends early when the test times out or the run is cancelled;
   * trials that are stored by then are not run again.
   * @param reference `v2`; `v1/v2`, the prompt of v1 with the tools of v2; `v2@claude-haiku-5-5`, v2 on another model
   * @returns the trials of every case in the order of the cases, each case's in number order; never an empty list
   * @throws {DocketError} for an unknown version or case, or a number of trials that is none
   * @throws {Error} when the machinery ended a trial: nothing can be said of the agent then
   */
  run(reference: string, options: RunOptions = {}): Promise<JudgedTrial[]> {
    const running = this.#run(reference, options).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  async #run(reference: string, options: RunOptions): Promise<JudgedTrial[]> {
    const { config, scoring, mode } = this.#session;
    const trials = options.trials ?? config.trials;
    if (!Number.isInteger(trials) || trials < 1) throw new DocketError(`trials is ${trials}. Expected a whole number from 1.`);
    const { agent } = this;
    const { relations = false } = options;
    const families = withFamilies(agent, casesOf(this.#session), relationsOf(agent, relations));
    const cases = selectCases(familiesOf(agent, resolveVersion(agent, reference), families, relations), options.cases);
    const version = await this.#session.prepare(reference);
    const checked = relations === false ? '' : ` --relations${relations === true ? '' : ` ${relations.join(',')}`}`;
    const rerunOf = (loaded: LoadedCase) => this.#rerun(version, loaded, trials, checked);
    const judged: JudgedTrial[] = [];
    const failed: FailedOnCase[] = [];
    const summary = await judgeTrials(wantedTrials([version], cases, defaultSeries, trials), {
      session: this.#session,
      signal: this.#test.signal,
      onEnd({ place, trial, scored }) {
        if (scored) judged.push(judgedTrial(scoring, place, trial, scored, rerunOf(place.loaded)));
        else failed.push({ caseId: place.loaded.case.id, trial });
      },
    });
    const order = new Map(cases.map((loaded, index) => [loaded.case.id, index]));
    judged.sort((one, other) => (order.get(one.case.id) ?? 0) - (order.get(other.case.id) ?? 0) || one.number - other.number);
    const asked = { version: reference, cases: cases.map((loaded) => loaded.case.id), trials, mode, variation: this.#variation };
    const { meta } = this.#test.task;
    meta.docket = mergeRecords(meta.docket ?? [], recordCases(asked, judged, failed));
    if (failed.length > 0 || judged.length < cases.length * trials) {
      throw incomplete(failed, cases.length * trials, summary.stopped?.reason);
    }
    const run = Symbol(reference);
    this.#unseen.set(run, { reference, trials: judged.length });
    return watchedTrials(await withRepeats(this.#session.scoring, judged, this.#test.signal), () => this.#unseen.delete(run));
  }

  /**
   * A docket beside this one, closed with it. In simulated mode it keeps its trials to itself: parts that a test makes up stand in one file,
   * so their fingerprints do not tell them apart.
   */
  async with({ agent, simulation, mode = this.mode }: DocketVariation): Promise<Docket> {
    const { config } = this.#session;
    if (agent) checkScorers(agent);
    const session = await openSession({
      config: agent ? { ...config, agent } : config,
      mode,
      warn,
      ...(simulation ? { simulation } : {}),
      ...(mode === 'simulated' ? { store: ':memory:' } : {}),
    });
    const variation = new Docket(session, this.#test, `${this.#variation}/${this.#variations.length + 1}`);
    this.#variations.push(variation);
    return variation;
  }

  /**
   * Waits for runs that the test did not wait for, and closes the dockets that `with` made. The session belongs to whoever opened it.
   * @throws {Error} where the trials of a run were looked at by nobody, in a test that would pass
   */
  async end(): Promise<void> {
    await Promise.allSettled(this.#running);
    const [own] = this.#unseen.values();
    const unseen = own ? [unlookedAt(own)] : [];
    for (const variation of this.#variations) {
      await variation.end().catch((error: unknown) => unseen.push(error as Error));
      await variation.#session.close();
    }
    const { state, errors } = this.#test.task.result ?? {};
    if (unseen[0] && state !== 'fail' && !errors?.length) throw unseen[0];
  }

  #rerun({ identity }: PreparedVersion, loaded: LoadedCase, trials: number, checked: string): string {
    const { file, fullTestName } = this.#test.task;
    const again = vitestCommand(relative(process.cwd(), file.filepath), fullTestName, process.env.DOCKET_EVALS_MODE ?? '');
    return this.#variation === '' ? `${again}\n${docketCommand(identity.name, loaded.case.id, trials, this.mode)}${checked}` : again;
  }
}

/**
 * Opens model and store for a suite.
 * @throws {DocketError} for a wrong configuration or mode, or an agent that cannot be simulated when nothing else was asked for
 * @internal
 */
export async function openEvalsSession(config: LoadedConfig, { mode, store }: EvalsMode): Promise<Session> {
  if (mode === 'simulated' && !config.agent.simulator) {
    throw new DocketError(
      `The agent "${config.agent.name}" has no simulator, and suites are simulated by default. Set DOCKET_EVALS_MODE=auto for live calls, or DOCKET_EVALS_MODE=recorded for stored ones.`,
    );
  }
  return openSession({ config, warn, ...(mode ? { mode } : {}), ...(store ? { store } : {}) });
}

function unlookedAt({ reference, trials }: { readonly reference: string; readonly trials: number }): Error {
  const error = new Error(
    `The test ran ${counted(trials, 'trial')} of ${reference} and looked at none, so it would pass whatever they are. Say what is expected of them: expect(trials).toPass().`,
  );
  error.name = 'NothingExpected';
  return error;
}

/** Cases are read once a session: a suite asks for them in every test. */
const casesOfSessions = new WeakMap<Session, LoadedCase[]>();

function casesOf(session: Session): readonly LoadedCase[] {
  const known = casesOfSessions.get(session) ?? loadCases(session.config.cases, session.agent);
  casesOfSessions.set(session, known);
  return known;
}

/** A suite's warnings belong to the run, beside what its tests print. */
function warn(message: string): void {
  console.warn(message);
}

function selectCases(cases: readonly LoadedCase[], ids: readonly string[] | undefined): LoadedCase[] {
  if (ids === undefined) return [...cases];
  if (ids.length === 0)
    throw new DocketError('"cases" is an empty list, so there is nothing to run. Name at least one case, or leave it out.');
  return ids.map((id) => {
    const found = cases.find((loaded) => loaded.case.id === id);
    if (!found)
      throw new DocketError(
        `There is no case "${id}".${didYouMean(
          id,
          cases.map((loaded) => loaded.case.id),
        )}`,
      );
    return found;
  });
}

/** What did not run proves nothing, so the test must not go on to judge the rest. */
function incomplete(failed: readonly FailedOnCase[], planned: number, stopped: string | undefined): Error {
  const reasons = groupAlike(failed.map(({ trial: { outcome } }) => `${outcome.error}: ${outcome.message}`));
  const error = new Error(
    [
      `INCOMPLETE: of ${counted(planned, 'trial')}, ${count(failed.length)} ended in an infra error, not by the agent's own doing. This is neither a pass nor a fail.`,
      ...reasons.slice(0, 5).map(({ message, count: times }) => `  ${times > 1 ? `${count(times)} × ` : ''}${message}`),
      ...(stopped === undefined ? [] : ['No more trials were started after that.']),
      'Fix the cause and run the same command again: stored trials will not run again.',
    ].join('\n'),
  );
  error.name = 'IncompleteTrials';
  return error;
}
