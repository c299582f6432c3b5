import { agentPort } from '../../../agent/agent-port.ts';
import { describeVersion } from '../../../agent/describe-agent.ts';
import type { Version } from '../../../agent/version.ts';
import { DocketError, exitCodes } from '../../../contracts/docket-error.ts';
import { isSettled } from '../../../contracts/trial.ts';
import { proposeChanges } from '../../../improvement/changes/changes.ts';
import type { FailedRun } from '../../../improvement/search/reflection.ts';
import { Sightings } from '../../../improvement/sightings.ts';
import { addCounts, type Counts } from '../../../stats/counts.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import { judgeTrials } from '../../judging/judge-trials.ts';
import type { TrialScores } from '../../judging/score-trial.ts';
import { SpendingTally } from '../../judging/spending.ts';
import { trialRequest } from '../../judging/trial-request.ts';
import { identified, type PreparedVersion, type Session } from '../../session.ts';
import { observeRun } from '../observe-run.ts';
import type { SourcePlaces } from '../source-places.ts';
import { VersionRuns } from '../version-runs.ts';

export interface BenchOptions {
  readonly trials: number;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onTrial?: (() => void) | undefined;
}

/** Runs prompts in the place of a version's own, as they would run as versions: what is stored of one is stored of the version that is made of it. */
export class PromptBench {
  readonly session: Session;
  readonly options: BenchOptions;
  readonly spending: SpendingTally;
  readonly #version: Version;

  constructor(session: Session, version: Version, options: BenchOptions) {
    this.session = session;
    this.options = options;
    this.spending = new SpendingTally(session.config.prices);
    this.#version = version;
  }

  /** @param places of the sources, for the original */
  async prompt(text: string, from: readonly number[], places?: SourcePlaces): Promise<TriedPrompt> {
    const { agent, modelFingerprint, config, mode } = this.session;
    const version: Version = { ...this.#version, prompt: { ...this.#version.prompt, text } };
    const described = describeVersion(version);
    const prepared = { ...(await identified(agent, described, modelFingerprint)), version: described, port: agentPort(agent, version) };
    return new TriedPrompt(this, text, from, prepared, new VersionRuns(config, { version: version.name, mode }, places, version));
  }
}

/** What a failing trial is worth at most: a step in the right direction counts, and a pass more than any of them. */
const mostOfFailing = 0.5;

function meritOf({ pass, scores }: TrialScores): number {
  const hard = scores.filter((score) => score.hard);
  if (pass || hard.length === 0) return pass ? 1 : 0;
  return (mostOfFailing * hard.reduce((sum, { value }) => sum + Math.min(1, Math.max(0, value)), 0)) / hard.length;
}

/** A prompt with what came of it, case by case. */
export class TriedPrompt {
  readonly text: string;
  /** Numbers of the prompts that it was made from. */
  readonly from: readonly number[];
  readonly prepared: PreparedVersion;
  /** What the detectors saw, of the training cases. */
  readonly runs: VersionRuns;
  readonly failing = new Sightings();
  readonly #bench: PromptBench;
  readonly #counts = new Map<string, Counts>();
  readonly #merits = new Map<string, number>();
  readonly #failures = new Map<string, FailedRun[]>();

  constructor(bench: PromptBench, text: string, from: readonly number[], prepared: PreparedVersion, runs: VersionRuns) {
    this.#bench = bench;
    this.text = text;
    this.from = from;
    this.prepared = prepared;
    this.runs = runs;
  }

  /** Runs it on training cases that it was not run on. @throws {DocketError} where the machinery ends a trial: half of a figure is none */
  async learn(cases: readonly LoadedCase[]): Promise<void> {
    const fresh = cases.filter(({ case: { id } }) => !this.#counts.has(id));
    const { counts, failure } = await this.#run(fresh, 'search:training', true);
    if (failure !== undefined)
      throw new DocketError(`The search came to no end: ${failure}. Trials that ended are stored: run the same command again.`, {
        exitCode: exitCodes.incomplete,
      });
    for (const [id, count] of counts) this.#counts.set(id, count);
  }

  /** Counts of held-out cases, of which nothing is learned; or why there are not all. */
  async measure(cases: readonly LoadedCase[]): Promise<ReadonlyMap<string, Counts> | string> {
    const { counts, failure } = await this.#run(cases, 'search:held-out', false);
    return failure ?? counts;
  }

  async #run(cases: readonly LoadedCase[], series: string, learns: boolean) {
    const { session, options, spending } = this.#bench;
    const counts = new Map<string, Counts>();
    const wanted = cases.flatMap((loaded) =>
      Array.from({ length: options.trials }, (_, index) => ({
        request: trialRequest(this.prepared, loaded, series, index + 1),
        place: { loaded },
      })),
    );
    const { failure } = await judgeTrials(wanted, {
      session,
      ...options,
      spending,
      onEnd: ({ place: { loaded }, trial, scored }) => {
        options.onTrial?.();
        const { id } = loaded.case;
        if (!scored || !isSettled(trial)) return;
        counts.set(id, addCounts(counts.get(id) ?? { passes: 0, runs: 0 }, { passes: scored.pass ? 1 : 0, runs: 1 }));
        if (!learns) return;
        this.#merits.set(id, (this.#merits.get(id) ?? 0) + meritOf(scored));
        const run = observeRun(trial, {
          id: `${id}, trial ${trial.key.number}`,
          kind: 'trial',
          caseId: id,
          startedAt: Date.parse(trial.startedAt),
          version: this.runs.origin.version,
          input: loaded.input,
          dollars: scored.dollars,
          durationMs: trial.durationMs,
          scores: scored.scores,
        });
        const reading = this.runs.see(run, this.prepared.identity.fingerprint);
        this.failing.could(reading);
        if (scored.pass) return;
        const reasons = scored.scores
          .filter(({ hard, pass }) => hard && !pass)
          .flatMap(({ name, findings, reason }) =>
            findings.length === 0 ? [`${name}: ${reason}`] : findings.map(({ message }) => `${name}: ${message}`),
          );
        this.failing.saw(reading, () => ({ quotes: reasons.slice(0, 3).map((text) => ({ from: 'a scorer said', text })) }));
        this.#failures.set(id, [...(this.#failures.get(id) ?? []), { run, reasons }]);
      },
    });
    return { counts, failure };
  }

  countsOn(cases: readonly LoadedCase[]): Counts {
    return cases.map(({ case: { id } }) => this.#counts.get(id) ?? { passes: 0, runs: 0 }).reduce(addCounts, { passes: 0, runs: 0 });
  }

  /** How good it is on a case, 0..1: 1 where every trial passes; where none does, by how much of it the hard scorers found right. */
  meritOn({ case: { id } }: LoadedCase): number {
    return (this.#merits.get(id) ?? 0) / (this.#counts.get(id)?.runs ?? 1);
  }

  /** Runs that failed on these cases, one of a case first. */
  failuresOn(cases: readonly LoadedCase[]): FailedRun[] {
    const some = cases.map(({ case: { id } }) => this.#failures.get(id) ?? []);
    return [...some.flatMap((runs) => runs.slice(0, 1)), ...some.flatMap((runs) => runs.slice(1, 2))];
  }

  /** What its runs show, and what the detectors would change of it. */
  findings() {
    const { reading, finder, tally } = this.runs;
    const problems = finder.problems();
    return { problems, changes: proposeChanges({ of: reading, problems, tally }) };
  }
}
