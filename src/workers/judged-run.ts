import { isDeepStrictEqual } from 'node:util';
import { modelCallStep } from '../agent/model-call-step.ts';
import { modelRequest } from '../agent/model-request.ts';
import { isResumed, saidDecisions } from '../agent/said-decisions.ts';
import { SendingBack, withoutTrailingBlanks } from '../agent/sent-back.ts';
import type { DescribedVersion } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ModelCallStep, Transcript, Usage } from '../contracts/transcript.ts';
import type { Outcome } from '../contracts/trial.ts';
import type { Model, ModelAnswer, ModelRequest } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { usageOf } from '../model/usage.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** How a run of a worker ended, as the judge counts it. */
export interface RunEnd {
  readonly outcome: Outcome;
  readonly transcript: Transcript;
  readonly usage: Usage;
}

export interface JudgedRunRequest {
  readonly input: JsonObject;
  readonly model: Model;
  readonly series: string;
  readonly trialNumber: number;
  readonly signal: AbortSignal;
}

/** Whose run it is. */
export interface JudgedAgent {
  readonly version: DescribedVersion;
  readonly own: boolean;
}

/** When a worker that says nothing is given up. Only its own time counts: not that of the judge's model. */
export interface Patience {
  readonly silentMs: number;
  readonly onSilent: () => void;
}

/** One run in a worker, from the judge's side: answers its model calls, and checks what it says of them. */
export class JudgedRun {
  readonly end: Promise<RunEnd>;
  /** True when the judge ended it: an answer that comes all the same says nothing. */
  givenUp = false;
  readonly #id: number;
  readonly #request: JudgedRunRequest;
  readonly #version: DescribedVersion;
  /** True where the agent answers by itself: then what it says of itself is all there is. */
  readonly #own: boolean;
  readonly #send: (message: ToWorker) => void;
  readonly #patience: Patience;
  readonly #answered: { readonly answer: ModelAnswer; readonly durationMs: number }[] = [];
  /** What the assistant said in the messages that the run began with. */
  #opening: readonly JsonValue[] | undefined;
  /** Ends what the judge does for this run. */
  readonly #over = new AbortController();
  #settle: { resolve(end: RunEnd): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  #openCalls = 0;
  #silence: NodeJS.Timeout | undefined;
  #done = false;

  constructor(id: number, request: JudgedRunRequest, { version, own }: JudgedAgent, send: (message: ToWorker) => void, patience: Patience) {
    this.#id = id;
    this.#request = request;
    this.#version = version;
    this.#own = own;
    this.#send = send;
    this.#patience = patience;
    this.end = new Promise<RunEnd>((resolve, reject) => (this.#settle = { resolve, reject }));
    request.signal.addEventListener('abort', this.#aborted, { once: true });
    send({ type: 'run', id, input: request.input, mode: request.model.mode });
    this.#await();
  }

  /** A model call of the worker. Returns what is wrong with it, as the rest of a sentence. */
  ask(call: number, request: JsonObject): string | undefined {
    const wrong = this.#own ? undefined : this.#otherThanTold(request);
    if (wrong !== undefined) return wrong;
    this.#openCalls += 1;
    clearTimeout(this.#silence);
    void this.#answer(call, request).finally(() => {
      this.#openCalls -= 1;
      this.#await();
    });
    return undefined;
  }

  /** A worker is held to the version that it said it is: that one is on trial, under its fingerprint. */
  #otherThanTold(request: JsonObject): string | undefined {
    // Asked for its decision once more, a model may be made to give it.
    const expected = plain(modelRequest(this.#version, [], 'tool_choice' in request)) as JsonObject;
    const field = [...new Set([...Object.keys(request), ...Object.keys(expected)])].find(
      (name) => name !== 'messages' && !isDeepStrictEqual(request[name], expected[name]),
    );
    if (field !== undefined) return `asked the model with another "${field}" than that of the version which it said it is`;
    const { messages } = request;
    const said = Array.isArray(messages) ? messages.flatMap((each) => (isAnswer(each) ? (each.content ?? null) : [])) : [];
    // A conversation so far may be its input, and nobody else's words.
    this.#opening ??= said.filter((block) => isObject(block) && this.#isOfInput(block));
    return isDeepStrictEqual(said, [...this.#opening, ...this.#sentBack(this.#opening)])
      ? undefined
      : 'asked the model with answers in its messages that it was not given';
  }

  /** True for a block of the conversation that is the input. */
  #isOfInput(block: JsonObject): boolean {
    const told = block.type === 'text' ? block.text : block.type === 'tool_use' ? block.name : undefined;
    return typeof told === 'string' && textsIn(this.#request.input).some((text) => text.toWellFormed() === told);
  }

  /** The blocks that the worker was given, in the form in which they are sent back. */
  #sentBack(opening: readonly JsonValue[]): JsonValue[] {
    const sendingBack = new SendingBack();
    sendingBack.fit({ content: opening.filter(isObject) as unknown as ModelAnswer['content'] });
    return this.#answered.flatMap(({ answer }) => {
      const { content } = sendingBack.fit(plain(answer) as unknown as ModelAnswer);
      return plain(isResumed(answer) ? withoutTrailingBlanks(content) : content) as JsonValue[];
    });
  }

  /** The worker's end of the run. Returns what is wrong with it, as the rest of a sentence, where it is not as it was. */
  take(message: Extract<FromWorker, { type: 'decided' | 'thrown' }>): string | undefined {
    if (this.givenUp) return undefined;
    if (this.#done) return `answered run ${this.#id} twice`;
    if (message.type === 'thrown') {
      this.#finish(() => this.#settle.reject(new DocketError(`The agent's own code failed: ${message.message}`)));
      return undefined;
    }
    const transcript = this.#own ? message.transcript : this.#asAnswered(message.transcript);
    const wrong = transcript ? this.#wrongOutcome(message.outcome) : 'tells of model answers that it was not given';
    if (!transcript || wrong !== undefined) return wrong;
    this.#finish(() => this.#settle.resolve({ outcome: message.outcome, transcript, usage: this.#own ? message.usage : this.#usage() }));
    return undefined;
  }

  fail(end: RunEnd): void {
    this.#finish(() => this.#settle.resolve({ ...end, usage: this.#usage() }));
  }

  async #answer(call: number, request: JsonObject): Promise<void> {
    const { model, series, trialNumber } = this.#request;
    const start = performance.now();
    try {
      const answer = await model.create(request as unknown as ModelRequest, {
        series,
        trialNumber,
        signal: this.#over.signal,
        deadlineMs: this.#version.settings.deadlineMs,
        waiting: async (turn) => {
          this.#send({ type: 'waiting', call });
          try {
            return await turn;
          } finally {
            this.#send({ type: 'working', call });
          }
        },
      });
      if (this.#done) return;
      this.#answered.push({ answer, durationMs: performance.now() - start });
      this.#send({ type: 'answer', call, answer: answer as unknown as JsonObject });
    } catch (error) {
      if (this.#done) return;
      if (error instanceof ModelError) {
        const { kind, message, retryable, lost } = error;
        this.#send({ type: 'failure', call, error: { kind, message, retryable, ...(lost ? { lost } : {}) } });
      } else this.#giveUp(error);
    }
  }

  /** The worker's transcript with the judge's own record of each model call; undefined where they are not the same calls. */
  #asAnswered({ userMessage, steps }: Transcript): Transcript | undefined {
    const answered = [...this.#answered];
    const own: Transcript['steps'] = [];
    for (const step of steps) {
      if (step.kind === 'tool-call') {
        own.push(step);
        continue;
      }
      const next = answered.shift();
      if (!next || !isDeepStrictEqual(plain(next.answer.content), step.content)) return undefined;
      own.push(plain(modelCallStep(next.answer, this.#version.model, next.durationMs)) as unknown as ModelCallStep);
    }
    return answered.length === 0 ? { userMessage, steps: own } : undefined;
  }

  /** A decision is what the model's last answer says by the version's own schema. */
  #wrongOutcome(outcome: Outcome): string | undefined {
    if (outcome.kind === 'infra-error') return undefined;
    if (this.#own) return outcome.kind === 'decided' ? this.#refusedDecision(outcome.decision) : undefined;
    if (this.#answered.length === 0) return 'gave an answer without asking the model';
    if (outcome.kind !== 'decided') return undefined;
    const { decision } = outcome;
    const said = saidDecisions(
      this.#version,
      this.#answered.map(({ answer }) => answer),
    );
    return said.some((each) => isDeepStrictEqual(plain(each), plain(decision))) ? undefined : "tells of another decision than the model's";
  }

  #refusedDecision(decision: JsonObject): string | undefined {
    const read = fromJsonSchema(this.#version.toolVariant.decisionJsonSchema).safeParse(decision);
    return read.success ? undefined : `gave a decision that is none by its own schema (${read.error.issues[0]?.message})`;
  }

  #usage(): Usage {
    const usage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
    for (const { answer } of this.#answered) {
      const { inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens } = usageOf(answer);
      usage.inputTokens += inputTokens;
      usage.outputTokens += outputTokens;
      usage.cacheWriteTokens += cacheWriteTokens;
      usage.cacheReadTokens += cacheReadTokens;
    }
    return usage;
  }

  /** Waits for the worker, where it is its turn. */
  #await(): void {
    if (this.#done || this.#openCalls > 0) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#patience.onSilent, Math.min(this.#patience.silentMs, 2_147_483_647)).unref();
  }

  #finish(settle: () => void): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#silence);
    this.#request.signal.removeEventListener('abort', this.#aborted);
    settle();
    this.#over.abort(new Error('the run is over'));
  }

  #giveUp(error: unknown): void {
    if (this.#done) return;
    this.givenUp = true;
    this.#send({ type: 'cancel', id: this.#id });
    this.#finish(() => this.#settle.reject(error));
  }

  readonly #aborted = () => this.#giveUp(this.#request.signal.reason);
}

function isAnswer(message: JsonValue): message is JsonObject {
  return isObject(message) && message.role === 'assistant';
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** As it is after a way through JSON: what is undefined is gone. */
function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
