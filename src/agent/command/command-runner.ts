import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { type KeyRemover, keyRemover } from '../../contracts/key-remover.ts';
import { secretsIn } from '../../contracts/secrets-in.ts';
import { ModelError } from '../../model/model-error.ts';
import { counted } from '../../text/figures.ts';
import { asAnswer, type ReadDecision, type ReadText, readText } from '../own-read.ts';
import type { OwnContext, OwnTrial } from '../own-run.ts';
import { awaitSpans, type TracesMode } from '../traces-mode.ts';
import { endFault } from './end-fault.ts';
import { findsProgram } from './find-program.ts';
import type { OutputTail } from './output-tail.ts';
import type { Program } from './process-group.ts';
import { programEnvironment, requireVariables, type ToldTrial } from './program-environment.ts';
import type { WorkerReply } from './program-worker.ts';
import { type ProgramEnd, runOnce } from './run-once.ts';
import { startFailure } from './start-failure.ts';
import { WorkerPool } from './worker-pool.ts';

/** How an agent's program is run. */
export interface CommandSettings {
  readonly agent: string;
  readonly command: readonly [program: string, ...words: string[]];
  readonly directory: string;
  readonly worker: boolean;
  readonly stdin: ((input: JsonObject, context: Pick<OwnContext, 'version'>) => string) | undefined;
  readonly read: ReadDecision | undefined;
  /** The decision's own schema. */
  readonly schema: JsonObject;
  readonly variables: Readonly<Record<string, string>>;
  readonly needs: readonly string[];
  readonly traces: TracesMode;
  /** Most bytes of one answer. */
  readonly longestAnswer: number;
}

/** Asks a program for decisions: a new process for each trial, or workers that answer many. */
export class CommandRunner {
  readonly #settings: CommandSettings;
  readonly #workers: WorkerPool;
  #withoutKeys: KeyRemover | undefined;

  constructor(settings: CommandSettings) {
    this.#settings = settings;
    this.#workers = new WorkerPool(settings.longestAnswer);
  }

  async answer(input: JsonObject, trial: OwnTrial): Promise<ReadText> {
    const { agent, needs, worker, traces } = this.#settings;
    requireVariables(needs, process.env, agent);
    this.#withoutKeys ??= keyRemover(...secretsIn(process.env));
    const read = worker ? await this.#byWorker(input, trial) : await this.#byProcess(input, trial);
    await awaitSpans(traces, trial);
    return this.#withoutKeys(read);
  }

  /** @throws {DocketError} when the program or a variable that it needs is missing */
  check(): void {
    const { agent, command, directory, needs } = this.#settings;
    requireVariables(needs, process.env, agent);
    const [program] = command;
    if (!findsProgram(program, directory)) throw startFailure({ code: 'ENOENT' }, { program, directory }, agent);
  }

  close(): void {
    this.#workers.close();
  }

  async #byProcess(input: JsonObject, trial: OwnTrial): Promise<ReadText> {
    const { stdin, read, schema, traces, longestAnswer } = this.#settings;
    const { version, heard, signal } = trial;
    const address = traces === 'none' ? undefined : await heard?.endpoint();
    const program = this.#program({ address, traceparent: address === undefined ? undefined : heard?.traceparent, version });
    const onStart = (logged: OutputTail) => trial.atDeadline(() => this.#cleaned(logged.sentence()));
    const given = { input: stdin ? stdin(input, { version }) : JSON.stringify(input), longest: longestAnswer, signal, onStart };
    const end = await runOnce(program, given).catch((error: unknown) => this.#notStarted(error, program, signal));
    if (end.isTooLong) return this.#tooLong();
    if (end.code !== 0) return this.#faultOf(end, false);
    const output = textOf(end.output);
    if (output === undefined)
      return { outcome: { kind: 'invalid', text: end.output.toString('latin1', 0, 200), issues: ['the output is no UTF-8'] } };
    return readText(output, { read, schema, what: 'the output' });
  }

  async #byWorker(input: JsonObject, trial: OwnTrial): Promise<ReadText> {
    const { traces } = this.#settings;
    const { version, heard, spans, signal } = trial;
    const address = traces === 'none' ? undefined : await spans?.endpoint();
    const request = {
      input,
      version: plainVersion(version),
      ...(address === undefined || !heard ? {} : { traceparent: heard.traceparent }),
    };
    const fault = this.#workers.fault();
    if (fault !== undefined) throw broke(fault);
    const program = () => this.#program({ address });
    for (;;) {
      const worker = this.#workers.lease(address ?? '', program);
      const isNew = !worker.hasAnswered;
      trial.atDeadline(() => this.#cleaned(worker.logged));
      let reply: WorkerReply;
      try {
        reply = await worker.ask(request, signal).catch((error: unknown) => this.#notStarted(error, program(), signal));
      } finally {
        this.#workers.giveBack(address ?? '', worker);
      }
      // One that ends itself in good order between two trials may do that while it is asked: it has not begun.
      if (reply.kind === 'ended' && reply.code === 0 && !isNew) continue;
      if (reply.kind === 'answered') return this.#readAnswer(reply.answer);
      if (reply.kind === 'too-long') return this.#tooLong();
      if (reply.kind === 'broke') throw broke(reply.why);
      return this.#faultOf({ ...reply, logged: worker.logged }, !this.#workers.hasAnswered);
    }
  }

  #readAnswer({ id: _, ...answer }: JsonObject): ReadText {
    const { read, schema } = this.#settings;
    const { error, text, decision, outcome, transcript, usage } = answer;
    if (typeof error === 'string' && decision === undefined)
      return { outcome: { kind: 'no-decision', reason: `The worker says: ${error.slice(0, 2000)}` } };
    if (typeof text === 'string') return { ...readText(text, { read, schema, what: 'the text' }), ...told({ transcript, usage }) };
    if (read !== undefined) return readText(JSON.stringify(answer), { read, schema, what: 'the answer' });
    if (decision === undefined && outcome === undefined) {
      const reason = `The worker's answer has no "decision" (${JSON.stringify(answer).slice(0, 200)}); expected { "id": …, "decision": … } or "outcome".`;
      return { outcome: { kind: 'no-decision', reason } };
    }
    return asAnswer(told({ decision, outcome, transcript, usage }), { schema: {}, what: 'the answer' });
  }

  #program(told: ToldTrial): Program {
    const { command, directory, variables } = this.#settings;
    const [program, ...words] = command;
    return { program, arguments: words, directory, environment: programEnvironment(process.env, variables, told) };
  }

  #notStarted(error: unknown, program: Program, signal: AbortSignal): never {
    if (signal.aborted || !(error instanceof Error)) throw error;
    throw startFailure(error, program, this.#settings.agent);
  }

  #faultOf(end: Pick<ProgramEnd, 'code' | 'signal' | 'logged'>, atStart: boolean): ReadText {
    return endFault({ ...end, logged: this.#cleaned(end.logged), atStart });
  }

  #cleaned(logged: string): string {
    return this.#withoutKeys?.(logged) ?? '';
  }

  #tooLong(): ReadText {
    const reason = `The program wrote more than ${counted(this.#settings.longestAnswer, 'byte')} for one answer, and was ended (longestAnswer).`;
    return { outcome: { kind: 'no-decision', reason } };
  }
}

/** What was told, without what was not. */
function told(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

function plainVersion({ name, prompt, model, options }: OwnContext['version']): JsonObject {
  return { name, prompt, model: model ?? null, options };
}

function broke(why: string): ModelError {
  return new ModelError('worker', `The worker ${why}. It answers each line with one line that has the same "id".`, { retryable: false });
}

/** Undefined for what is no UTF-8: a letter that was replaced would be another decision. */
function textOf(output: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(output);
  } catch {
    return undefined;
  }
}
