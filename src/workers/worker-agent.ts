import { isDeepStrictEqual } from 'node:util';
import type { DescribedAgent, DescribedVersion } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Model, ModelAnswer } from '../model/model.ts';
import { JudgedRun, type RunEnd } from './judged-run.ts';
import { type FromWorker, protocolVersion, type ToWorker, type WorkerCase } from './protocol.ts';
import type { ScoredElsewhere } from './serve-agent.ts';
import { type WorkerCommand, type WorkerEnd, WorkerProcess } from './worker-process.ts';

/** What a worker is to serve; `mixture` as the protocol has it. */
export type WorkerTask = Omit<Extract<ToWorker, { type: 'start' }>, 'type' | 'protocol'>;

export interface WorkerOptions {
  /** For messages: "the candidate". */
  readonly title: string;
  readonly command: WorkerCommand;
  /** What it is to serve. Its process is made at once, and loads nothing of it until this is known; it ends where this is rejected. */
  readonly task: WorkerTask | Promise<WorkerTask>;
  /** Told what the worker's programs print. */
  readonly onOutput: (line: string) => void;
  /** Longest time until it says hello, in milliseconds; a minute when not given. */
  readonly helloMs?: number;
  /** How long over its own deadline a run may stay silent, in milliseconds; five seconds when not given. */
  readonly graceMs?: number;
  /** Longest time until it answers any other question, in milliseconds; two minutes when not given. */
  readonly answerMs?: number;
  readonly signal: AbortSignal;
}

/** One run, as the judge wants it. */
export interface RunRequest {
  /** Already parsed by the agent's own schema. */
  readonly input: JsonObject;
  readonly model: Model;
  readonly series: string;
  readonly trialNumber: number;
  readonly signal: AbortSignal;
}

/** An input as the agent's own schema makes it, or what that schema has against it. */
export type ParsedInput = { readonly input: JsonObject } | { readonly issue: string };

type Answer = Extract<FromWorker, { type: 'parsed' | 'policy' | 'cases' | 'scores' | 'simulated' }>;
type Hello = Extract<FromWorker, { type: 'hello' }>;

/** A process that serves, with what is under way in it. */
class Live {
  readonly runs = new Map<number, JudgedRun>();
  /** Questions, by what answers them. */
  readonly asked = new Map<number, { readonly type: Answer['type']; resolve(answer: Answer): void; reject(error: Error): void }>();
  /** Runs that were given up, whose answer may be on its way. */
  readonly cancelled = new Set<number>();
  readonly process: WorkerProcess;
  /** Why it ended. */
  ended: string | undefined;

  constructor(process: WorkerProcess) {
    this.process = process;
  }

  /** Takes a message; returns what is wrong with it, as the rest of a sentence that begins with the worker. */
  take(message: FromWorker): string | undefined {
    switch (message.type) {
      case 'hello':
      case 'refused':
        return `said "${message.type}" a second time`;
      case 'unanswered': {
        const question = this.asked.get(message.id);
        if (!question) return `answered a question that was not asked (${message.type}, ${message.id})`;
        this.asked.delete(message.id);
        question.reject(new DocketError(message.message));
        return undefined;
      }
      case 'parsed':
      case 'policy':
      case 'cases':
      case 'scores':
      case 'simulated': {
        const question = this.asked.get(message.id);
        if (question?.type !== message.type) return `answered a question that was not asked (${message.type}, ${message.id})`;
        this.asked.delete(message.id);
        question.resolve(message);
        return undefined;
      }
      case 'model': {
        if (this.cancelled.has(message.run)) return undefined;
        const run = this.runs.get(message.run);
        if (!run) return `requested a model call for run ${message.run}, which is not in progress`;
        return run.ask(message.call, message.request);
      }
      case 'decided':
      case 'thrown': {
        if (this.cancelled.delete(message.id)) return undefined;
        const run = this.runs.get(message.id);
        if (!run) return `answered run ${message.id}, which is not in progress`;
        return run.take(message);
      }
    }
  }
}

/**
 * An agent that runs in a process of its own checkout. The judge keeps key, limits, budget and recordings: it answers each model call, and holds
 * the worker to what it was answered. A worker that dies is started anew for the next run; one that breaks the protocol ends its runs as infra errors.
 */
export class WorkerAgent {
  /** What it said of itself when it was started first. */
  readonly agent: DescribedAgent;
  readonly version: DescribedVersion;
  /** What its configuration says beside the agent. */
  readonly settings: JsonObject;
  /** Version of the Docket that serves it. */
  readonly docket: string;
  readonly #hello: Hello;
  readonly #options: WorkerOptions;
  #live: Promise<Live>;
  #next = 0;
  #closed = false;

  private constructor(options: WorkerOptions, live: Live, hello: Hello) {
    this.#options = options;
    this.#live = Promise.resolve(live);
    this.#hello = hello;
    this.agent = hello.agent;
    this.version = hello.version;
    this.settings = hello.settings;
    this.docket = hello.docket;
  }

  /** @throws {DocketError} when it cannot be started, speaks another protocol, or its configuration does not load; what `task` is rejected with */
  static async start(options: WorkerOptions): Promise<WorkerAgent> {
    const { live, hello } = await launch(options);
    return new WorkerAgent(options, live, hello);
  }

  /**
   * Inputs as they stand in case files, parsed by the agent's own schema.
   * @throws {DocketError} when the worker ends before it has answered
   */
  async parse(inputs: readonly JsonValue[]): Promise<readonly ParsedInput[]> {
    const { inputs: parsed } = await this.#ask('parsed', (id) => ({ type: 'parse', id, inputs: [...inputs] }));
    return parsed;
  }

  /**
   * The checkout's cases, as its agent takes them.
   * @throws {DocketError} with all faults of all files; when the worker ends before it has answered
   */
  async cases(): Promise<readonly WorkerCase[]> {
    const { cases } = await this.#ask('cases', (id) => ({ type: 'cases', id }));
    return cases;
  }

  /**
   * What the checkout's own scorers say of trials that were run elsewhere, in their order.
   * @param owed fields that a decision must have beside those of the version's own schema
   * @throws {DocketError} when a scorer does not judge; when the worker ends before it has answered
   */
  async score(
    version: DescribedVersion,
    owed: readonly string[],
    trials: readonly ScoredElsewhere[],
  ): Promise<Extract<FromWorker, { type: 'scores' }>['scored']> {
    const { scored } = await this.#ask('scores', (id) => ({ type: 'score', id, version, owed: [...owed], trials: [...trials] }));
    if (scored.length !== trials.length)
      throw new DocketError(`The worker of ${this.#options.title} scored ${scored.length} of ${trials.length} trials.`);
    return scored;
  }

  /** The checkout's own simulated model. */
  simulatedModel(slipRate: number): Model {
    return {
      mode: 'simulated',
      create: async (request, { series, trialNumber }) => {
        const { answer } = await this.#ask('simulated', (id) => ({
          type: 'simulate',
          id,
          request: request as unknown as JsonObject,
          series,
          trialNumber,
          slipRate,
        }));
        return answer as unknown as ModelAnswer;
      },
    };
  }

  /**
   * What the agent's own policy decides, null where it has none.
   * @param inputs parsed by the agent's schema
   * @throws {DocketError} when the worker ends before it has answered
   */
  async decide(inputs: readonly JsonObject[]): Promise<readonly JsonValue[]> {
    const { decisions } = await this.#ask('policy', (id) => ({ type: 'decide', id, inputs: [...inputs] }));
    return decisions;
  }

  /**
   * Runs the agent once. What ends the process, and what breaks the protocol, is an infra error: it says nothing about the agent.
   * @throws the signal's reason at an abort; {DocketError} when the agent's own code throws
   */
  async run(request: RunRequest): Promise<RunEnd> {
    request.signal.throwIfAborted();
    let live: Live;
    try {
      live = await this.#serving();
    } catch (error) {
      if (error instanceof DocketError) return infraError(error.message, false);
      throw error;
    }
    request.signal.throwIfAborted();
    const id = this.#id();
    const run = new JudgedRun(
      id,
      request,
      { version: this.version, own: this.agent.own !== undefined },
      (message) => live.process.send(message),
      {
        silentMs: this.version.settings.deadlineMs + (this.#options.graceMs ?? 5000),
        onSilent: () => live.process.fail('did not end a run within its deadline', false),
      },
    );
    live.runs.set(id, run);
    try {
      return await run.end;
    } finally {
      live.runs.delete(id);
      if (run.givenUp) live.cancelled.add(id);
    }
  }

  /** Ends the process. */
  close(): void {
    this.#closed = true;
    this.#live.then(
      ({ process }) => process.close(),
      () => {},
    );
  }

  async #ask<Type extends Answer['type']>(type: Type, question: (id: number) => ToWorker): Promise<Extract<Answer, { type: Type }>> {
    const live = await this.#serving();
    const id = this.#id();
    const { answerMs = 120_000 } = this.#options;
    const message = question(id);
    const silent = () => live.process.fail(`did not answer "${message.type}" within ${Math.round(answerMs / 1000)} s`, false);
    // The process itself keeps the judge waiting; once it is closed nothing does.
    const silence = setTimeout(silent, answerMs).unref();
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        live.asked.set(id, { type, resolve, reject });
        live.process.send(message);
      });
      return answer as Extract<Answer, { type: Type }>;
    } finally {
      clearTimeout(silence);
    }
  }

  #id(): number {
    this.#next += 1;
    return this.#next;
  }

  async #serving(): Promise<Live> {
    const live = await this.#live;
    if (live.ended === undefined) return live;
    if (this.#closed) throw new DocketError(`The worker of ${this.#options.title} was closed.`);
    // Whoever comes first starts it, and the others wait for the same one.
    if ((await this.#live) === live) this.#live = this.#again(live);
    const next = await this.#live;
    // It may have ended with the very line after its hello; what is sent to it then nobody answers.
    if (next.ended !== undefined) throw new DocketError(`The worker of ${this.#options.title} ${next.ended}.`);
    return next;
  }

  async #again(before: Live): Promise<Live> {
    try {
      const { live, hello } = await launch(this.#options);
      if (isDeepStrictEqual(hello, this.#hello)) return live;
      live.process.close();
    } catch (error) {
      // Kept, so that the next run tries again.
      this.#live = Promise.resolve(before);
      throw error;
    }
    this.#live = Promise.resolve(before);
    throw new DocketError(
      `The worker of ${this.#options.title} was restarted and is no longer the same agent. Nothing may change in the checkout while it is being judged.`,
    );
  }
}

/** The worker ended, or was ended: no outcome of the agent. */
export function infraError(message: string, retryable: boolean): RunEnd {
  return {
    outcome: { kind: 'infra-error', error: 'worker', message, retryable },
    transcript: { userMessage: '', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 },
  };
}

async function launch(options: WorkerOptions): Promise<{ readonly live: Live; readonly hello: Hello }> {
  const { title, command, task, helloMs = 60_000, signal, onOutput } = options;
  signal.throwIfAborted();
  const printed: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  let live: Live | undefined;
  let isOver = false;
  try {
    return await new Promise((resolve, reject) => {
      const process = new WorkerProcess(command, {
        onOutput(line) {
          if (printed.length < 20) printed.push(line);
          onOutput(line);
        },
        onMessage(message) {
          if (live) {
            const wrong = live.take(message);
            if (wrong !== undefined) process.fail(wrong);
            return;
          }
          if (timer === undefined) {
            refuse(`The worker of ${title} wrote "${message.type}" before it was told what to serve.`);
          } else if (message.type !== 'hello') {
            refuse(message.type === 'refused' ? message.message : `The worker of ${title} wrote "${message.type}" before it said hello.`);
          } else if (message.protocol === protocolVersion) {
            live = new Live(process);
            resolve({ live, hello: message });
          } else {
            refuse(
              `The worker of ${title} speaks protocol ${message.protocol} (Docket ${message.docket}), and this Docket speaks ${protocolVersion}. Use one version of Docket on both sides, or make its update a separate pull request.`,
            );
          }
        },
        onEnd(end) {
          if (live) {
            endAll(live, title, end);
            return;
          }
          const last = printed.length > 0 ? ` It printed: ${printed.join(' / ')}` : '';
          reject(new DocketError(`The worker of ${title} ${end.why} before it said hello.${last}`));
        },
      });
      const refuse = (message: string) => {
        process.close();
        reject(new DocketError(message));
      };
      onAbort = () => {
        process.close();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const begin = (given: WorkerTask) => {
        // It was told to end, or did, before anybody knew what it is to serve: a timer now would keep this process for a minute.
        if (isOver) return;
        timer = setTimeout(() => refuse(`The worker of ${title} did not say hello within ${Math.round(helloMs / 1000)} s.`), helloMs);
        process.send({ type: 'start', protocol: protocolVersion, ...given });
      };
      Promise.resolve(task).then(begin, (error: unknown) => {
        process.close();
        reject(error);
      });
    });
  } finally {
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function endAll(live: Live, title: string, { why, broke }: WorkerEnd): void {
  live.ended = why;
  const message = `The worker of ${title} ${why}.`;
  for (const question of live.asked.values()) question.reject(new DocketError(message));
  // Whatever broke off by itself may go better the next time; what broke the protocol is at fault.
  for (const run of live.runs.values()) run.fail(infraError(message, !broke));
  live.runs.clear();
  live.asked.clear();
}
