import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { readLines } from '../../contracts/lines.ts';
import { OutputTail } from './output-tail.ts';
import { endGroup, lastWordsMs, type Program, startGroup } from './process-group.ts';

/** How a request to a worker ended. */
export type WorkerReply =
  | { readonly kind: 'answered'; readonly answer: JsonObject }
  /** It ended before it answered. */
  | { readonly kind: 'ended'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  /** It wrote what no worker may write; words that follow its name. */
  | { readonly kind: 'broke'; readonly why: string }
  | { readonly kind: 'too-long' };

interface OpenRequest {
  readonly id: number;
  isAnswered: boolean;
  resolve(reply: WorkerReply): void;
  reject(error: unknown): void;
}

/** Requests are numbered over all workers, so that an answer to another worker's is known as one. */
let lastId = 0;

/** A long-lived program that reads a request a line and writes an answer a line, one at a time. Other lines that it writes are logs. */
export class ProgramWorker {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #logged: OutputTail;
  #open: OpenRequest | undefined;
  #lastAnswered: number | undefined;
  #fault: string | undefined;
  #ended = false;

  /** @param longest most bytes of a line */
  constructor(program: Program, longest: number) {
    this.#child = startGroup(program);
    this.#logged = new OutputTail(this.#child.stderr);
    readLines(this.#child.stdout, longest, {
      onLine: (line) => this.#take(line),
      onTooLong: () => this.#end({ kind: 'too-long' }),
    });
    this.#child.on('error', (error) => {
      this.#ended = true;
      this.#open?.reject(error);
    });
    this.#child.on('exit', () => {
      this.close();
      setTimeout(() => [this.#child.stdout, this.#child.stderr].map((stream) => stream.destroy()), lastWordsMs).unref();
    });
    // Only then all that it wrote has come.
    this.#child.on('close', (code, signal) => this.#end({ kind: 'ended', code, signal }));
  }

  /** True when it takes no further request. */
  get isOver(): boolean {
    return this.#ended;
  }

  /** True when it has answered before. */
  get hasAnswered(): boolean {
    return this.#lastAnswered !== undefined;
  }

  /** What it did wrong while nobody asked it anything. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** What it logged last, as a sentence. */
  get logged(): string {
    return this.#logged.sentence();
  }

  /**
   * Asks it; one request at a time. However it ends without an answer, the worker is over.
   * @throws {NodeJS.ErrnoException} when it could not be started
   * @throws the signal's reason at an abort
   */
  async ask(request: JsonObject, signal: AbortSignal): Promise<WorkerReply> {
    signal.throwIfAborted();
    lastId += 1;
    const id = lastId;
    this.#hold(true);
    const aborted = () => {
      this.#open?.reject(signal.reason);
      this.close();
    };
    signal.addEventListener('abort', aborted, { once: true });
    try {
      return await new Promise<WorkerReply>((resolve, reject) => {
        this.#open = { id, isAnswered: false, resolve, reject };
        if (this.#ended) resolve({ kind: 'ended', code: 0, signal: null });
        else this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      });
    } finally {
      this.#open = undefined;
      signal.removeEventListener('abort', aborted);
      this.#hold(false);
    }
  }

  /** Ends it with everything that it started. */
  close(): void {
    this.#ended = true;
    endGroup(this.#child);
  }

  #take(line: string): void {
    const answer = answerIn(line);
    if (!answer) {
      this.#logged.add(Buffer.from(`${line}\n`));
      return;
    }
    const { id } = answer;
    const open = this.#open;
    if (open?.id !== id) {
      this.#breach(
        id === this.#lastAnswered ? 'answered a request twice' : `answered the request ${JSON.stringify(id)}, which nobody asked it`,
      );
    } else if (open.isAnswered) {
      this.#breach('answered a request twice');
    } else {
      open.isAnswered = true;
      // Not at once: a second answer that came with the first one makes neither of them the answer.
      setImmediate(() => {
        this.#lastAnswered = open.id;
        open.resolve({ kind: 'answered', answer });
      });
    }
  }

  #breach(why: string): void {
    this.#fault = why;
    this.#open?.resolve({ kind: 'broke', why });
    this.close();
  }

  #end(reply: WorkerReply): void {
    if (!this.#open?.isAnswered) this.#open?.resolve(reply);
    this.close();
  }

  /** Keeps this process running only while an answer is waited for. */
  #hold(held: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const each of [this.#child, stdin, stdout, stderr] as unknown as { ref(): void; unref(): void }[])
      if (held) each.ref();
      else each.unref();
  }
}

/** An answer is an object with an `id`; whatever else stands on a line is a log. */
function answerIn(line: string): (JsonObject & { readonly id: JsonValue }) | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const object = JSON.parse(line) as JsonObject;
    return 'id' in object ? (object as JsonObject & { readonly id: JsonValue }) : undefined;
  } catch {
    return undefined;
  }
}
