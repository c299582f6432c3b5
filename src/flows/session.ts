import { type AgentPort, agentPort, describeServed } from '../agent/agent-port.ts';
import type { Agent } from '../agent/define-agent.ts';
import { type FingerprintParts, fingerprintOf, fingerprintParts, type ModelFingerprint } from '../agent/fingerprint.ts';
import { opensFiles } from '../agent/opens-files.ts';
import { resolveVersion, type Version } from '../agent/version.ts';
import { type Clock, systemClock } from '../contracts/clock.ts';
import type { DescribedAgent, DescribedVersion } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { type ModelMode, modelModeSchema } from '../contracts/model-mode.ts';
import type { SpanListener } from '../contracts/trial-spans.ts';
import type { VersionIdentity } from '../contracts/version.ts';
import type { Warn } from '../contracts/warn.ts';
import { postgresAddress } from '../database/postgres/postgres-address.ts';
import { asksForLive, type Environment } from '../model/credentials.ts';
import { loadEnvironment } from '../model/load-environment.ts';
import type { Model } from '../model/model.ts';
import { ownEnvironment } from '../model/own-environment.ts';
import { selectModel } from '../model/select-model.ts';
import { type Simulation, simulationSchema } from '../model/simulated.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { startTelemetry } from '../traces/telemetry/telemetry.ts';
import { hearingOf } from '../traces/trial-spans/hearing-of.ts';
import { TrialSpans } from '../traces/trial-spans/span-listener.ts';
import type { JobBoard } from '../trials/jobs/job-board.ts';
import { openTrialStore } from '../trials/open-trial-store.ts';
import { signerFrom } from '../trials/trial-signer.ts';
import type { TrialStore } from '../trials/trial-store.ts';
import { openBoard, type SessionWorkers } from './jobs/session-workers.ts';
import { askModel } from './judging/ask-model.ts';
import { readCalibrations } from './judging/calibration-files.ts';
import type { Calibrations } from './judging/judge-standing.ts';
import { type OnScore, ScoreCache } from './judging/score-cache.ts';
import { Scoring } from './judging/scoring.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { modelFingerprintOf } from './model-fingerprint.ts';
import { openTrials } from './open-trials.ts';
import { scorerHash } from './scorer-hash.ts';
import { differenceOf, VersionWatch, type Watched } from './version-watch.ts';

/** A version with the fingerprint under which its trials are stored. */
export interface PreparedVersion {
  readonly version: DescribedVersion;
  /** What runs it. */
  readonly port: AgentPort;
  readonly identity: VersionIdentity;
  /** What the fingerprint is made of. */
  readonly parts: FingerprintParts;
  /** Looks whether its files still are that. */
  readonly watch: Watched;
}

/** Everything a run needs, opened once a process: configuration, model, store. */
export interface Session {
  readonly config: LoadedConfig;
  readonly agent: Agent;
  readonly mode: ModelMode;
  readonly model: Model;
  readonly store: TrialStore;
  readonly clock: Clock;
  /** Asks the agent's scorers. */
  readonly scoring: Scoring;
  /** @throws {DocketError} when the reference names nothing, or a model that is not known and nobody is asked */
  prepare(reference: string): Promise<PreparedVersion>;
  /** What decides the model's answers beside the version. */
  readonly modelFingerprint: ModelFingerprint;
  /** Hears the spans of an agent that answers by itself. */
  readonly spans: SpanListener;
  /** Who runs its trials, where workers do. */
  readonly workers: SessionWorkers | undefined;
  /** False when traces must not say what was said. */
  readonly tracedContent: boolean;
  /** Hands over the traces that are not yet kept or sent, and ends the recording; waits for a receiver no longer than its timeout. Never throws. */
  endTraces(): Promise<void>;
  /** Closes the store and ends the traces. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Folder in which the search for docket.config.ts starts. */
  readonly directory?: string;
  readonly config?: LoadedConfig;
  /** A version that will be asked for: what is wrong with its name is said before a model is chosen. */
  readonly version?: string;
  /** Without it: live when there is a key or a base URL, otherwise simulated. */
  readonly mode?: ModelMode;
  readonly simulation?: Partial<Simulation>;
  /** The file of another store than the one that DOCKET_STORE or the configuration names; `:memory:` keeps nothing. A store that is open already stays open when the session closes. */
  readonly store?: string | TrialStore;
  readonly record?: boolean;
  /** Most dollars this process may spend. */
  readonly budgetDollars?: number;
  /** True: live calls go into batches, at half price and in their own time. */
  readonly batch?: boolean;
  /** True: workers run the trials, on other machines or this one. */
  readonly workers?: boolean;
  /** What workers share, for a worker; it stays open when the session closes. */
  readonly board?: JobBoard;
  /** Told what becomes of them. */
  readonly note?: (message: string) => void;
  /** The process's environment variables; `.env` beside the configuration fills in what is not set. */
  readonly environment?: NodeJS.ProcessEnv;
  /** What the environment itself says, where `environment` holds what a file added; a key of it goes to no server that it does not name. */
  readonly ownEnvironment?: Environment;
  /** Folder of `.env`; the configuration's when not given. */
  readonly variablesOf?: string;
  /** Another session's, of the same agent and store: what waits for its turn there waits here as well. */
  readonly scoring?: Scoring;
  /** Told of each score that is kept because its scorer answers later. */
  readonly onScore?: OnScore;
  /** The machine's own clock when not given. */
  readonly clock?: Clock;
  /**
   * Where runs leave a trace. `sent`, when not given: where OTEL_EXPORTER_OTLP_* points; trials have their transcript in the trial store
   * already. `kept`: in the local store as well; for decisions in production. `none`: nowhere; for inputs that must not leave this machine.
   */
  readonly traces?: 'sent' | 'kept' | 'none';
  /** True for a process that serves until it is told to end: traces that are lost are told at once. */
  readonly serves?: boolean;
  /** True where the agents run in workers, which hear their spans themselves. */
  readonly inWorkers?: boolean;
  /** Called with what a person should know before anything runs. */
  readonly warn: Warn;
}

/**
 * Loads the configuration and opens model and store.
 * @throws {DocketError} for a wrong configuration, a missing key in live mode, a store that cannot be used
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const config = options.config ?? (await loadConfig(options.directory));
  const environment = loadEnvironment(options.variablesOf ?? config.root, options.environment ?? process.env, options.warn);
  const board = options.board ?? (options.workers ? await openBoard(postgresAddress(environment), options.warn) : undefined);
  try {
    return await openWith(options, { config, environment, board });
  } catch (error) {
    // It would keep the process alive.
    if (board !== options.board) await board?.close();
    throw error;
  }
}

interface OpenedFirst {
  readonly config: LoadedConfig;
  readonly environment: Environment;
  readonly board: JobBoard | undefined;
}

async function openWith(options: SessionOptions, { config, environment, board }: OpenedFirst): Promise<Session> {
  const own = options.ownEnvironment ?? ownEnvironment(options.environment ?? process.env);
  const simulation = simulationSchema.parse({ ...config.simulation, ...options.simulation });
  const { agent } = config;
  const purse = board && options.budgetDollars !== undefined ? await board.openPurse(options.budgetDollars) : undefined;
  const workers: SessionWorkers | undefined =
    board && options.workers ? { board, budget: purse?.id, note: options.note ?? options.warn } : undefined;
  const versions = new Map(options.version === undefined ? [] : [[options.version, resolveVersion(agent, options.version)]]);
  const selection = {
    environment,
    ownEnvironment: own,
    simulation,
    recordingsDirectory: `${config.root}/evals/recordings`,
    warn: options.warn,
    paceOf: board?.paceOf,
    ...(options.mode ? { mode: options.mode } : {}),
    ...(options.record ? { record: true } : {}),
    ...(options.budgetDollars === undefined ? {} : { budget: { dollars: purse ?? options.budgetDollars, prices: config.prices } }),
    ...(options.batch ? { batch: { ledger: () => store.batches, note: options.note ?? options.warn } } : {}),
    ...(agent.simulator ? { simulator: agent.simulator } : {}),
  };
  const model = selectModel({ ...selection, ...(agent.own ? { own: agent.name } : {}) });
  const telemetry = await startTelemetry({
    environment: options.traces === 'none' ? { ...environment, OTEL_SDK_DISABLED: 'true' } : environment,
    // Loaded only here: most runs keep no trace, and the store is a third of what a session loads.
    openStore: options.traces === 'kept' ? async () => (await import('./open-traces.ts')).openTracesToKeep(config) : undefined,
    hearing: options.inWorkers ? undefined : await hearingOf(agent),
    tellsAtOnce: options.serves,
    warn: options.warn,
  });
  const spans = new TrialSpans(options.warn);
  const signer = signerFrom(options.environment ?? process.env);
  const kept = { signed: signer && { signer, only: false }, onDamage: options.warn };
  const store =
    typeof options.store === 'object'
      ? options.store
      : options.store === undefined
        ? await openTrials(config, kept, postgresAddress(environment) ?? null)
        : openTrialStore(options.store, kept);
  const scoring = options.scoring ?? (await scoringOf(config, store, options.onScore));
  // An agent that answers by itself has a model of its own; a judge needs one here.
  let judging: Model | undefined;
  const judgeModel = () => {
    if (!agent.own) return model;
    if (asksForLive(environment)) judging ??= selectModel({ ...selection, mode: 'live' });
    return judging;
  };
  scoring.answeredBy(askModel(judgeModel, config.prices));
  const modelFingerprint = modelFingerprintOf(model.mode, simulation, environment);
  const prepared = new Map<string, Promise<PreparedVersion>>();
  const prepare = async (reference: string) => {
    const version = versions.get(reference) ?? resolveVersion(agent, reference);
    if (model.mode === 'simulated') checkModelName(config, version);
    const ready = await withFingerprint(agent, version, modelFingerprint);
    const { served } = ready.version;
    if (served?.version === null) options.warn(`Nothing that is stored is used again: ${served.address} ${served.why}.`);
    return ready;
  };
  return {
    config,
    agent,
    mode: model.mode,
    model,
    modelFingerprint,
    spans,
    workers,
    tracedContent: telemetry.content,
    endTraces: telemetry.close,
    store,
    clock: options.clock ?? systemClock,
    scoring,
    prepare(reference) {
      const known = prepared.get(reference) ?? prepare(reference);
      prepared.set(reference, known);
      return known;
    },
    async close() {
      await model.close?.();
      if (typeof options.store !== 'object') await store.close();
      await workers?.board.close();
      await agent.own?.close?.();
      await spans.close();
      await telemetry.close();
    },
  };
}

/** Asks the scorers of a configuration; what those said that answer later is kept beside the trials. */
export async function scoringOf(config: LoadedConfig, store: TrialStore, onScore?: OnScore): Promise<Scoring> {
  const cache = await ScoreCache.open(store, () => scorerHash(config), onScore);
  let calibrations: Calibrations | undefined;
  const read = () => {
    calibrations ??= readCalibrations(config.root, config.agent.scorers);
    return calibrations;
  };
  return new Scoring(config.agent, config.scoring, config.prices, cache, read);
}

/**
 * A server says itself which models it has; the simulated model would answer under any name, and a slip of the pen would look like a model.
 * @throws {DocketError} when the reference names a model that neither the price list nor the agent knows
 */
function checkModelName({ agent, prices }: Pick<LoadedConfig, 'agent' | 'prices'>, { name: reference, model }: Version): void {
  const known = new Set([...Object.values(agent.versions).map((version) => version.model), ...prices.models]);
  if (known.has(model)) return;
  throw new DocketError(
    `"${reference}": there is no model "${model}" to simulate.${didYouMean(model, known)} Any other can only be called live (--mode live).`,
  );
}

/**
 * Looks a version up and computes its fingerprint; no model is opened for that.
 * @param environment with what `.env` adds: names the server of live calls
 * @throws {DocketError} when the reference names nothing
 */
export async function prepareVersion(
  { agent, simulation }: Pick<LoadedConfig, 'agent' | 'simulation'>,
  reference: string,
  mode: ModelMode,
  environment: Environment,
): Promise<PreparedVersion> {
  return withFingerprint(agent, resolveVersion(agent, reference), modelFingerprintOf(mode, simulation, environment));
}

/**
 * Versions as each model mode knows them, live first, as the environment asks for it now: for finding what was stored or traced under any of them.
 * @throws {DocketError} when a reference names nothing
 */
export function prepareInEveryMode(config: LoadedConfig, references: readonly string[]): Promise<PreparedVersion[][]> {
  const environment = loadEnvironment(config.root, process.env, () => {});
  return Promise.all(
    modelModeSchema.options.map((mode) => Promise.all(references.map((reference) => prepareVersion(config, reference, mode, environment)))),
  );
}

async function withFingerprint(agent: Agent, version: Version, model: ModelFingerprint): Promise<PreparedVersion> {
  const described = await describeServed(agent, version);
  return { ...(await identified(agent, described, model)), version: described, port: { ...agentPort(agent, version), version: described } };
}

/** A version under its fingerprint, whoever runs it. */
export async function identified(
  agent: Agent | DescribedAgent,
  version: DescribedVersion,
  model: ModelFingerprint,
): Promise<Pick<PreparedVersion, 'parts' | 'identity' | 'watch'>> {
  const parts = await fingerprintParts(agent, version, model);
  const { name, prompt, toolVariant } = version;
  const look = async () => differenceOf(agent, parts, await fingerprintParts(agent, version, model));
  return {
    parts,
    watch: new VersionWatch(await opensFiles(agent, version, model), look),
    identity: { name, fingerprint: fingerprintOf(parts), prompt: prompt.name, toolVariant: toolVariant.name, model: version.model },
  };
}
