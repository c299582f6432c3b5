import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonValue } from '../../contracts/json.ts';
import { count, counted, duration } from '../../text/figures.ts';
import { brokenError } from '../anthropic-error.ts';
import type { Model, ModelAnswer, ModelContext, ModelRequest } from '../model.ts';
import { ModelError } from '../model-error.ts';
import { type ModelServer, modelServer, type ServerOptions } from '../model-server.ts';
import { retryLimits } from '../retry-policy.ts';
import type { BatchedCall, BatchLedger, Submission } from './batch-ledger.ts';
import { type BatchResult, BatchServer } from './batch-server.ts';
import { chunksOf, mostOfABatch } from './chunks-of.ts';

export interface BatchedModelOptions extends ServerOptions {
  /** Where what is under way is written down; opened at the first call. */
  readonly ledger: () => BatchLedger;
  /** Told what becomes of batches, a sentence each. */
  readonly note: (message: string) => void;
  /** How long no further call must come until those that wait are sent together, in milliseconds. */
  readonly quietMs?: number;
}

/** Shortest and longest pause between two looks at a batch where the server asks for none, in milliseconds. */
const firstLookMs = 2000;
const longestLookMs = 60_000;
/** How long the end of a process waits for what is being sent; what takes longer is found again by the next. */
const longestCloseMs = 30_000;
/** How long a server may be out of reach, or fail, until a batch is given up for now. */
const longestOutageMs = 3_600_000;

/** A call that waits for its answer. */
interface OpenCall extends BatchedCall {
  readonly request: ModelRequest;
  /** The submission that it waits for. */
  submission: number | undefined;
  /** Times that it was sent and came back without an answer. */
  tries: number;
  /** Those of them that may have been charged for. */
  lost: number;
  resolve(answer: ModelAnswer): void;
  reject(error: unknown): void;
}

/**
 * The live model through the Message Batches API, at half price: calls of all trials in flight are collected until none follows, sent as one
 * batch, and answered when it has ended; then the trials go on, and their next calls are the next round. What is under way stands in the ledger
 * before it is sent, so a later process that makes the same calls is given the answers of the batches that are there already.
 * @throws {DocketError} as `modelServer`
 */
export function batchedModel(options: BatchedModelOptions): Model {
  const server = modelServer(options);
  const batches = new Batches(server, options);
  return {
    mode: 'live',
    endpoint: server.endpoint,
    batch: true,
    create(request, context) {
      const { waiting = (turn) => turn } = context;
      return waiting(batches.ask(request, context));
    },
    ended: (trial, how) => batches.ended(trial, how),
    close: () => batches.close(),
  };
}

class Batches {
  readonly #server: BatchServer;
  readonly #clock: ModelServer['clock'];
  readonly #openLedger: () => BatchLedger;
  readonly #note: (message: string) => void;
  readonly #quietMs: number;
  /** Calls that wait, by the hash that names them. */
  readonly #open = new Map<string, OpenCall>();
  /** Those of them that are in no batch yet. */
  #collected = new Map<string, OpenCall>();
  #quiet: NodeJS.Timeout | undefined;
  #ending: NodeJS.Immediate | undefined;
  #mostBytes = mostOfABatch.bytes;
  /** Looks at submissions, by their number. */
  readonly #watches = new Map<number, AbortController>();
  /** What is being sent now. */
  readonly #sending = new Set<Promise<void>>();
  /** Submissions whose batch was found, and may be somebody else's. */
  readonly #guessed = new Set<number>();
  /** Batches that turned out to be somebody else's. */
  readonly #strangers = new Set<string>();
  /** The call that a trial was answered last. */
  readonly #answered = new Map<string, string>();

  constructor(server: ModelServer, { ledger, note, quietMs = 1000 }: BatchedModelOptions) {
    this.#server = new BatchServer(server);
    this.#clock = server.clock;
    this.#openLedger = ledger;
    this.#note = note;
    this.#quietMs = quietMs;
  }

  get #ledger(): BatchLedger {
    return this.#openLedger();
  }

  ask(request: ModelRequest, context: ModelContext): Promise<ModelAnswer> {
    const { signal, series, trialNumber, trial = { name: `${series} ${trialNumber}`, call: 0 } } = context;
    signal.throwIfAborted();
    const call = sha256(canonicalJson([request as unknown as JsonValue, trial.name, trial.call]));
    this.#answered.delete(trial.name);
    return new Promise<ModelAnswer>((resolve, reject) => {
      const done = () => {
        signal.removeEventListener('abort', aborted);
        this.#open.delete(call);
        this.#collected.delete(call);
      };
      const aborted = () => {
        done();
        this.#endWatchesSoon();
        reject(signal.reason as Error);
      };
      const open: OpenCall = {
        ...{ call, trial: trial.name, customId: '', request, submission: undefined, tries: 0, lost: 0 },
        resolve: (answer) => {
          done();
          this.#answered.set(trial.name, call);
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error as Error);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#open.set(call, open);
      void this.#place(open);
    });
  }

  /** The answer that a trial failed over is not given to it again. */
  async ended(trial: string, how: 'stored' | 'failed'): Promise<boolean> {
    const last = this.#answered.get(trial);
    this.#answered.delete(trial);
    if (how === 'stored') await this.#ledger.endTrial(trial);
    else if (last !== undefined) await this.#ledger.forget([last]);
    return how === 'failed' && last !== undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#quiet);
    const patience = new AbortController();
    const longest = this.#clock.pause(longestCloseMs, patience.signal).catch(() => {});
    await Promise.race([Promise.allSettled(this.#sending), longest]);
    patience.abort();
  }

  /** Answers a call from what is there, waits for the batch that it is in, or has it sent. */
  async #place(open: OpenCall): Promise<void> {
    open.submission = undefined;
    try {
      const state = await this.#ledger.stateOf(open.call);
      // It was answered or given up meanwhile.
      if (this.#open.get(open.call) !== open) return;
      if (state.kind === 'answered') open.resolve(JSON.parse(state.answer) as ModelAnswer);
      else if (state.kind === 'sent') this.#waitFor(open, state.submission);
      else this.#collect(open);
    } catch (error) {
      open.reject(error);
    }
  }

  #waitFor(open: OpenCall, submission: number): void {
    open.submission = submission;
    this.#watch(submission);
  }

  #collect(open: OpenCall): void {
    this.#collected.set(open.call, open);
    clearTimeout(this.#quiet);
    if (this.#collected.size >= mostOfABatch.requests) this.#sendCollected();
    else this.#quiet = setTimeout(() => this.#sendCollected(), this.#quietMs);
  }

  #sendCollected(): void {
    clearTimeout(this.#quiet);
    const calls = [...this.#collected.values()];
    this.#collected = new Map();
    for (const chunk of chunksOf(calls, this.#mostBytes)) {
      const sending: Promise<void> = this.#send(chunk)
        .catch((error: unknown) => rejectAll(chunk, error))
        .finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Sends calls as one batch. What it is goes into the ledger first: a process that ends here leaves nothing that nobody knows of. */
  async #send(calls: readonly OpenCall[]): Promise<void> {
    // Its own: what was sent is to be noted, whoever stops waiting for it.
    const { signal } = new AbortController();
    const after = await this.#server.newest(signal);
    const items = calls.map((open) => ({ ...open, customId: customIdOf(open) }));
    const started = { endpoint: this.#server.endpoint, startedAt: this.#clock.date().toISOString(), requests: items.length, after };
    const submission = await this.#ledger.begin(started, items);
    try {
      for (let tries = 0; ; tries += 1) {
        const sent = await this.#server.send(items, signal);
        if (sent.kind === 'sent') {
          await this.#ledger.became(submission.id, sent.id);
          this.#note(
            `batch ${sent.id}: ${counted(items.length, 'request')} sent. If this run is interrupted, the same command goes on with it.`,
          );
        } else if (sent.kind === 'too-large' && items.length > 1) {
          await this.#ledger.end(submission.id);
          this.#mostBytes = Math.max(1, Math.floor(Math.min(this.#mostBytes, bytesOf(calls)) / 2));
          for (const open of calls) if (this.#open.has(open.call)) this.#collected.set(open.call, open);
          this.#sendCollected();
          return;
        } else if (sent.kind === 'too-large' || (!(await this.#adopt(submission, signal)) && tries >= retryLimits.retries))
          throw lasting(sent.error);
        if ((await this.#ledger.find(submission.id))?.batch) {
          for (const open of calls) if (this.#open.get(open.call) === open) this.#waitFor(open, submission.id);
          return;
        }
        await this.#clock.pause(retryLimits.firstRetryMs * 2 ** tries, signal);
      }
    } catch (error) {
      await this.#ledger.end(submission.id);
      throw error;
    }
  }

  /** Looks for the batch that a submission may have become while nobody heard of it. */
  async #adopt({ id, after, requests }: Submission, signal: AbortSignal): Promise<boolean> {
    for (const batch of await this.#server.candidates(after, requests, signal)) {
      if (this.#strangers.has(batch) || (await this.#ledger.isKnown(batch))) continue;
      this.#guessed.add(id);
      await this.#ledger.became(id, batch);
      return true;
    }
    return false;
  }

  /** Waits for a submission's batch as long as anybody waits for a call of it. */
  #watch(id: number): void {
    if (this.#watches.has(id)) return;
    const controller = new AbortController();
    this.#watches.set(id, controller);
    this.#follow(id, controller.signal)
      .then(
        // Whoever came while it was taken, or waits for a submission that another process took.
        () => this.#waitingFor(id).map((open) => this.#place(open)),
        (error: unknown) => {
          if (!controller.signal.aborted) rejectAll(this.#waitingFor(id), error);
        },
      )
      .finally(() => {
        if (this.#watches.get(id) === controller) this.#watches.delete(id);
      });
  }

  /** Once for all calls that are given up together. */
  #endWatchesSoon(): void {
    this.#ending ??= setImmediate(() => {
      this.#ending = undefined;
      this.#endWatches();
    });
  }

  /** Ends the looks at batches that nobody waits for. */
  #endWatches(): void {
    const waitedFor = new Set([...this.#open.values()].map(({ submission }) => submission));
    for (const [id, controller] of this.#watches) {
      if (waitedFor.has(id)) continue;
      this.#watches.delete(id);
      controller.abort(new Error('nobody waits for this batch'));
    }
  }

  #waitingFor(submission: number): OpenCall[] {
    return [...this.#open.values()].filter((open) => open.submission === submission);
  }

  async #follow(id: number, signal: AbortSignal): Promise<void> {
    const startedMs = this.#clock.now();
    let told = false;
    let lookMs = firstLookMs;
    for (;;) {
      const submission = await this.#ledger.find(id);
      // Another process has taken what came of it; what it had no answer for is to be asked again.
      if (!submission) return this.#ledger.end(id);
      const { batch } = submission;
      if (batch === null) {
        // Its process ended while it was being sent.
        if (await this.#adopt(submission, signal)) continue;
        return this.#again(id, []);
      }
      const state = await this.#patiently(batch, () => this.#server.state(batch, signal), signal);
      if (state.archived) {
        this.#note(`batch ${batch}: its results are no longer there, so ${counted(submission.requests, 'request')} will be sent again.`);
        return this.#again(id, []);
      }
      if (state.ended) {
        if (await this.#take(submission, batch, this.#clock.now() - startedMs, signal)) return;
        continue;
      }
      if (this.#clock.date().getTime() - Date.parse(submission.startedAt) > longestBatchMs) throw endless(batch, submission);
      if (!told && submission.startedAt < new Date(this.#clock.date().getTime() - 60_000).toISOString())
        this.#note(
          `batch ${batch} of ${submission.startedAt.slice(0, 16).replace('T', ' ')} UTC is still under way: going on with its ${counted(submission.requests, 'request')}.`,
        );
      told = true;
      await this.#clock.pause(state.pauseMs ?? lookMs, signal);
      lookMs = Math.min(lookMs * 1.5, longestLookMs);
    }
  }

  /** Takes what an ended batch brought. @returns false when it turned out to be somebody else's */
  async #take(submission: Submission, batch: string, tookMs: number, signal: AbortSignal): Promise<boolean> {
    const { id } = submission;
    const calls = new Map((await this.#ledger.openCalls(id)).map((call) => [call.customId, call.call]));
    const wanted = calls.size;
    let failed = new Map<string, BatchResult>();
    let tell = () => {};
    for (let tries = 0; ; tries += 1) {
      const read = await this.#patiently(batch, () => this.#read(batch, calls, signal), signal);
      ({ failed, tell } = read);
      if (this.#guessed.has(id) && read.own === 0 && read.strange > 0) {
        this.#strangers.add(batch);
        await this.#ledger.became(id, null);
        return false;
      }
      this.#guessed.delete(id);
      const missing = [...calls.values()].filter((call) => !failed.has(call));
      if (missing.length === 0 || tries >= retryLimits.retries) break;
      tell();
      await this.#clock.pause(retryLimits.firstRetryMs * 2 ** tries, signal);
    }
    const unanswered = calls.size;
    this.#note(
      `batch ${batch} has ended after ${duration(tookMs)}: ${count(wanted - unanswered)} answered${unanswered === 0 ? '' : `, ${count(unanswered)} not`}.`,
    );
    // Not before the note: with its answer the last trial ends, and with it perhaps the process.
    tell();
    await this.#again(id, [...failed.values()], calls);
    return true;
  }

  /**
   * Reads results into the ledger, and gives those who wait their answers, the last of them by `tell`. What is answered is taken out of `calls`.
   */
  async #read(batch: string, calls: Map<string, string>, signal: AbortSignal) {
    const failed = new Map<string, BatchResult>();
    const answered = new Set<string>();
    let own = 0;
    let strange = 0;
    let waiting: { readonly call: string; readonly answer: string; readonly customId: string }[] = [];
    const keep = async () => {
      const kept = waiting;
      waiting = [];
      await this.#ledger.answer(kept);
      for (const { customId } of kept) calls.delete(customId);
      return () => {
        for (const { call, answer } of kept) this.#open.get(call)?.resolve(JSON.parse(answer) as ModelAnswer);
      };
    };
    for await (const result of this.#server.results(batch, signal)) {
      const call = calls.get(result.customId);
      if (call === undefined) {
        strange += 1;
        continue;
      }
      own += 1;
      // A result that comes twice is one: what is told to those who wait is what the ledger keeps.
      if (answered.has(call)) continue;
      if (result.kind === 'answered') {
        answered.add(call);
        failed.delete(call);
        const lost = this.#open.get(call)?.lost ?? 0;
        const answer = lost > 0 ? { ...result.answer, _lost_tries: lost } : result.answer;
        waiting.push({ call, answer: JSON.stringify(answer), customId: result.customId });
      } else failed.set(call, result);
      if (waiting.length >= answersAtOnce) (await keep())();
    }
    return { failed, own, strange, tell: await keep() };
  }

  /** Forgets a submission, and sends again what came back without an answer and may be sent again. */
  async #again(id: number, results: readonly BatchResult[], calls: ReadonlyMap<string, string> = new Map()): Promise<void> {
    await this.#ledger.end(id);
    const waiting = this.#waitingFor(id);
    const by = new Map(results.map((result) => [calls.get(result.customId), result]));
    for (const open of waiting) {
      const result = by.get(open.call);
      const error = calls.size === 0 ? undefined : errorOf(result, open.request);
      if (error && (!error.retryable || open.tries >= retryLimits.retries)) {
        // Run again at once, its trial would only send this call again.
        open.reject(new ModelError(error.kind, error.message, { retryable: false, lost: error.lost || open.lost > 0 }));
        continue;
      }
      if (error) open.tries += 1;
      if (error?.lost) open.lost += 1;
      void this.#place(open);
    }
  }

  /** An outage of the server loses nothing that it works on: it is waited out, and told. */
  async #patiently<Value>(batch: string, work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    const endMs = this.#clock.now() + longestOutageMs;
    for (let pauseMs = firstLookMs; ; pauseMs = Math.min(pauseMs * 2, longestLookMs)) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ModelError && error.retryable) || this.#clock.now() > endMs) throw error;
        if (pauseMs === firstLookMs)
          this.#note(
            `batch ${batch} cannot be looked at: ${error.message} It goes on all the same, and is looked at again for ${duration(longestOutageMs)}.`,
          );
        await this.#clock.pause(pauseMs, signal);
      }
    }
  }
}

/** By the API a batch ends within a day, whatever came of it; clocks of two machines may differ by hours. */
const longestBatchMs = 48 * 3600 * 1000;

function endless(batch: string, { startedAt }: Submission): ModelError {
  return new ModelError(
    'timeout',
    `The batch ${batch} of ${startedAt.slice(0, 16).replace('T', ' ')} UTC should have ended within 24 hours, and the server still says that it is under way. Cancel it there, and run the same command again: what it has not answered is sent anew.`,
    { retryable: false },
  );
}

/** Answers that are written down together. */
const answersAtOnce = 100;

/** What a request came back with instead of an answer. */
function errorOf(result: BatchResult | undefined, request: ModelRequest): ModelError {
  switch (result?.kind) {
    case 'failed':
      return result.errorFor(request);
    case 'expired':
      return new ModelError('timeout', 'The batch expired before this call was answered: the server had not come to it within 24 hours.', {
        retryable: true,
      });
    case 'canceled':
      return new ModelError(
        'server',
        'Somebody cancelled the batch before this call was answered. Run the same command again to send it anew.',
        {
          retryable: false,
        },
      );
    default: {
      const { message } = brokenError('cut');
      return new ModelError('response', `The batch has ended without a word of this call. ${message}`, { retryable: true, lost: true });
    }
  }
}

function rejectAll(calls: readonly OpenCall[], error: unknown): void {
  for (const open of calls) open.reject(error);
}

/** Another one for every try, so that a result is never taken for that of another batch. */
function customIdOf({ call, tries }: OpenCall): string {
  return `${call.slice(0, 48)}-${tries + 1}`;
}

function bytesOf(calls: readonly OpenCall[]): number {
  return calls.reduce((sum, { request }) => sum + Buffer.byteLength(JSON.stringify(request)), 0);
}

/** What came three times the same would come again. */
function lasting({ kind, message, retryable, lost }: ModelError): ModelError {
  return new ModelError(kind, message, { retryable: retryable && kind !== 'response', lost });
}
