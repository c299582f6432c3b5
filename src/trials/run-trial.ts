import type { SpanContext } from '@opentelemetry/api';
import type { AgentPort } from '../agent/agent-port.ts';
import type { RunTrace } from '../agent/span-attributes.ts';
import { modeOf } from '../contracts/answered-by.ts';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import { chargesOfRun } from '../contracts/charged.ts';
import type { Clock } from '../contracts/clock.ts';
import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Charge, Transcript } from '../contracts/transcript.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import type { SpanListener } from '../contracts/trial-spans.ts';
import type { Model } from '../model/model.ts';
import { retryLimits } from '../model/retry-policy.ts';
import type { TrialStore } from './trial-store.ts';

/** One trial that somebody wants. */
export interface TrialRequest {
  readonly agent: AgentPort;
  readonly versionFingerprint: string;
  /** For people; the trial's identity holds the input's fingerprint. */
  readonly caseId: string;
  /** Already parsed by the agent's input schema. */
  readonly input: JsonObject;
  readonly caseFingerprint: string;
  readonly series: string;
  /** Repeats are numbered from 1. */
  readonly number: number;
  /** A decision that somebody asked for, and no trial of a case: its trace names no case. */
  readonly production?: true;
  /** Of an agent that opens files as it runs: how these differ from what the fingerprint says, in words; undefined where they do not. */
  readonly changed?: () => Promise<string | undefined>;
}

/** How a request ended. */
export interface TrialRun {
  readonly request: TrialRequest;
  readonly trial: Trial | FailedTrial;
  /** True when it was stored already and this call asked no model. */
  readonly reused: boolean;
  /** The span of the run, where spans are recorded. */
  readonly span?: SpanContext;
}

/** What trials are run with. */
export interface TrialRunner {
  readonly model: Model;
  readonly store: TrialStore;
  /** Aborting it stops everything with the signal's reason thrown; claims are given back, stored trials stay. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How often a trial is tried again when the machinery failed and trying again may help; `retryLimits.trialRetries` when not given. */
  readonly maxInfraRetries?: number;
  /** Hears the spans of agents that answer by themselves. */
  readonly spans?: SpanListener;
  /** False leaves what was said out of traces; true when not given. */
  readonly tracedContent?: boolean;
  /** A number in [0, 1), for the length of pauses only. */
  readonly random?: () => number;
  /** False for a failure that says nothing of the trial: it is kept nowhere, and the trial is left to others. */
  readonly keepsFailure?: (failed: FailedTrial) => boolean;
}

export function keyOf({ versionFingerprint, caseFingerprint, series, number }: TrialRequest): TrialKey {
  return { versionFingerprint, caseFingerprint, series, number };
}

/**
 * Gives the stored trial, or runs it and stores it. When somebody else is running it, waits for their result.
 * A run that the machinery ended is tried again, then kept apart and returned; it is never stored as a trial.
 * @throws the signal's reason at an abort; DocketError when the store fails or somebody else never ends.
 */
export async function runTrial(request: TrialRequest, runner: TrialRunner): Promise<TrialRun> {
  const waiting = new TrialWait(request, runner);
  for (;;) {
    const run = await tryTrial(request, runner);
    if (run !== 'busy') return run;
    await waiting.pause();
  }
}

/** The right to run a trial, asked for. */
export interface AskedClaim {
  readonly request: TrialRequest;
  readonly answer: ReturnType<TrialStore['claim']>;
}

/** Asks for the right to run a trial, which is tried then or given back. */
export function askClaim(request: TrialRequest, { store }: Pick<TrialRunner, 'store'>): AskedClaim {
  const answer = store.claim(keyOf(request));
  // Whoever tries the trial hears of it.
  answer.catch(() => undefined);
  return { request, answer };
}

/** Gives it back: the trial is not tried after all. */
export async function giveBackClaim({ request, answer }: AskedClaim, runner: Pick<TrialRunner, 'store'>): Promise<void> {
  if ((await answer.catch(() => undefined)) === 'claimed') await giveBack(keyOf(request), runner);
}

/** What is done while a trial is tried. */
export interface TryOptions {
  readonly onStart?: ((request: TrialRequest) => void) | undefined;
  /**
   * Called as the trial goes to the store: what is wanted of it then goes in together.
   * @param held true where the files of its version are looked at before: that may take a while, and the next one may run meanwhile
   */
  readonly onSave?: ((held: boolean) => void) | undefined;
}

/** As `runTrial`, but does not wait when somebody else is running the trial. */
export async function tryTrial(
  request: TrialRequest,
  runner: TrialRunner,
  { onStart, onSave }: TryOptions = {},
): Promise<TrialRun | 'busy'> {
  runner.signal.throwIfAborted();
  return tryClaimed(askClaim(request, runner), runner, { onStart, onSave });
}

/** The same where its claim was asked for before. */
export async function tryClaimed(asked: AskedClaim, runner: TrialRunner, { onStart, onSave }: TryOptions): Promise<TrialRun | 'busy'> {
  const { request } = asked;
  const key = keyOf(request);
  const { store } = runner;
  const claim = await asked.answer;
  if (claim === 'busy') return 'busy';
  if (claim === 'stored') return { request, trial: await storedTrial(key, runner), reused: true };
  let ended = false;
  try {
    runner.signal.throwIfAborted();
    onStart?.(request);
    const { trial: ran, span } = await runClaimed(request, key, runner);
    const changed = isFailed(ran) ? undefined : request.changed;
    onSave?.(changed !== undefined);
    const trial = changed && !isFailed(ran) ? asFoundOut(ran, request, await changed()) : ran;
    if (isFailed(trial) && runner.keepsFailure?.(trial) === false) return { request, trial, reused: false };
    const end = isFailed(trial) ? await store.saveFailure(trial) : await store.save(trial);
    ended = true;
    if (!isFailed(trial)) await runner.model.ended?.(trialName(key), 'stored');
    return { request, trial: end === 'stored' ? await storedTrial(key, runner) : trial, reused: false, ...(span ? { span } : {}) };
  } finally {
    if (!ended) await giveBack(key, runner);
  }
}

/** What ran on files that changed may be another version's trial, and is none of this one. */
function asFoundOut(trial: Trial, { agent }: TrialRequest, changed: string | undefined): Trial | FailedTrial {
  if (changed === undefined) return trial;
  const message = `${agent.version.name} changed while its trials were run: ${changed}. What ran on which files is not known, so this trial and those after it are not kept. Run it again while nobody edits or deploys it. What the agent itself writes belongs elsewhere: into a temporary folder, say.`;
  return { ...trial, outcome: { kind: 'infra-error', error: 'changed', message, retryable: false } };
}

function isFailed(trial: Trial | FailedTrial): trial is FailedTrial {
  return trial.outcome.kind === 'infra-error';
}

async function storedTrial(key: TrialKey, { store }: TrialRunner): Promise<Trial> {
  const trial = await store.find(key);
  if (!trial) throw new Error(`Trial ${key.number} of series "${key.series}" (case ${key.caseFingerprint}) was stored and is gone.`);
  return trial;
}

/** The error that ended the trial is what counts, not that a claim cannot be removed from a full disk: it ends with this process. */
async function giveBack(key: TrialKey, { store }: Pick<TrialRunner, 'store'>): Promise<void> {
  try {
    await store.release(key);
  } catch {}
}

async function runClaimed(request: TrialRequest, key: TrialKey, runner: TrialRunner): Promise<Pick<TrialRun, 'trial' | 'span'>> {
  const { clock, model, signal, spans, maxInfraRetries = retryLimits.trialRetries, random = Math.random } = runner;
  const earlier: Charge[] = [];
  for (let infraRetries = 0; ; infraRetries += 1) {
    const startedAt = clock.date().toISOString();
    const asked = named(model, key, clock.now);
    const { now } = asked;
    const start = now();
    const { agent, input, series, number } = request;
    const trace = runTrace(request, runner);
    const run = await agent.run(input, { model: asked.model, series, trialNumber: number, signal, now, spans, trace });
    const { outcome, transcript, usage, span } = run;
    const traced = span ? { span } : {};
    const rest = {
      key,
      mode: modeOf(model.mode, transcript),
      ...(model.endpoint === undefined ? {} : { endpoint: model.endpoint }),
      transcript,
      usage,
      startedAt,
      durationMs: now() - start,
      infraRetries,
      ...(earlier.length === 0 ? {} : { earlierCharges: [...earlier] }),
    };
    if (outcome.kind !== 'infra-error') return { trial: { ...rest, outcome }, ...traced };
    const again = await model.ended?.(trialName(key), 'failed');
    if (!outcome.retryable || infraRetries >= maxInfraRetries) return { trial: { ...rest, outcome }, ...traced };
    earlier.push(...chargesOfRun(again === undefined ? run : { outcome, transcript: askedAgain(transcript, again) }));
    await clock.pause(retryLimits.firstTrialPauseMs * 2 ** infraRetries * (0.5 + random()), signal);
  }
}

/** The calls of a run that are made again; the others have the answers that they had, and are paid for once. */
function askedAgain({ userMessage, steps }: Transcript, last: boolean): Transcript {
  const calls = steps.filter(({ kind }) => kind === 'model-call');
  return { userMessage, steps: last ? calls.slice(-1) : [] };
}

/** The trial's name for a model that knows its calls again in another process. */
function trialName({ versionFingerprint, caseFingerprint, series, number }: TrialKey): string {
  return sha256(canonicalJson([versionFingerprint, caseFingerprint, series, number]));
}

/**
 * The model with the trial's name and the number of the call in its context, where it asks for them; and a clock that stands still while a batch is under
 * way: how long the model took is not known, and the wait is not the trial's.
 */
function named(model: Model, key: TrialKey, now: () => number): { readonly model: Model; readonly now: () => number } {
  if (!model.batch) return { model, now };
  const name = trialName(key);
  let call = 0;
  let waitedMs = 0;
  const create: Model['create'] = async (request, context) => {
    call += 1;
    const start = now();
    try {
      return await model.create(request, { ...context, trial: { name, call } });
    } finally {
      waitedMs += now() - start;
    }
  };
  return { model: { ...model, create }, now: () => now() - waitedMs };
}

/** What the trace of a request's run says of it. */
export function runTrace(
  { versionFingerprint, caseId, series, number, production }: TrialRequest,
  { model, tracedContent = true }: Pick<TrialRunner, 'model' | 'tracedContent'>,
): RunTrace {
  return { versionFingerprint, mode: model.mode, content: tracedContent, ...(production ? {} : { trial: { caseId, series, number } }) };
}

/** Longest and shortest pause between two looks at a trial that somebody else is running, in milliseconds. */
const shortestLookMs = 10;
const longestLookMs = 1000;

/** The wait for somebody else's run of a trial; bounded by twice the time that such a run can take. */
export class TrialWait {
  readonly #request: TrialRequest;
  readonly #runner: TrialRunner;
  readonly #limitMs: number;
  #waitedMs = 0;
  #nextMs = shortestLookMs;

  constructor(request: TrialRequest, runner: TrialRunner) {
    this.#request = request;
    this.#runner = runner;
    const retries = runner.maxInfraRetries ?? retryLimits.trialRetries;
    this.#limitMs = 2 * ((retries + 1) * request.agent.version.settings.deadlineMs + retryLimits.firstTrialPauseMs * 1.5 * 2 ** retries);
  }

  /** @throws the signal's reason at an abort; DocketError when the wait has been too long. */
  async pause(): Promise<void> {
    const { clock, signal, store } = this.#runner;
    if (this.#waitedMs > this.#limitMs) {
      const holder = await store.heldBy(keyOf(this.#request));
      throw new DocketError(
        `Trial ${this.#request.number} of case "${this.#request.caseId}" has been running in ${holder ?? 'another process'} for more than ${Math.round(this.#limitMs / 1000)} s. End that process and run the same command again.`,
        { exitCode: exitCodes.incomplete },
      );
    }
    await clock.pause(this.#nextMs, signal);
    this.#waitedMs += this.#nextMs;
    this.#nextMs = Math.min(this.#nextMs * 2, longestLookMs);
  }
}
