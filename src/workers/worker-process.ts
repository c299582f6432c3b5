import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type KeyRemover, keyRemover } from '../contracts/key-remover.ts';
import { readLines } from '../contracts/lines.ts';
import { type FromWorker, fromWorkerSchema, longestLine, type ToWorker } from './protocol.ts';

/** How a worker is started: the program, and where. */
export interface WorkerCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Taken out of whatever it says and prints. */
  readonly secrets: readonly string[];
}

/** Why a worker is no more. */
export interface WorkerEnd {
  /** The rest of a sentence that begins with its name, without a full stop. */
  readonly why: string;
  /** True when it broke the protocol: then another try would end alike. */
  readonly broke: boolean;
}

/** What happens to a worker. Exactly one `onEnd` comes, and nothing after it. */
export interface WorkerEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** A line that the worker's programs wrote to their standard output or error. */
  readonly onOutput: (line: string) => void;
  readonly onEnd: (end: WorkerEnd) => void;
}

/** Time in which a worker ends once it has nothing more to say. */
const endingMs = 1000;

/** Most characters of a program's output line that are passed on. */
const longestOutput = 2000;

/**
 * A process that speaks the worker protocol: requests go in on pipe 3, answers come out on pipe 4. Its standard output and error are for whatever
 * its programs print. It is a process group of its own, so that children end with it; one that leaves the group does not.
 */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #requests: Writable;
  readonly #events: WorkerEvents;
  readonly #withoutKeys: KeyRemover;
  #ended = false;

  constructor({ program, arguments: words, directory, environment, secrets }: WorkerCommand, events: WorkerEvents) {
    this.#events = events;
    this.#withoutKeys = keyRemover(...secrets);
    this.#child = spawn(program, [...words], {
      cwd: directory,
      env: environment,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#requests = this.#child.stdio[3] as Writable;
    // Who reads no more is dead or about to be, and that is told by its end.
    this.#requests.on('error', () => {});
    readLines(this.#child.stdio[4] as Readable, longestLine, {
      onLine: (line) => this.#take(line),
      onTooLong: () => this.fail(`wrote a line of more than ${longestLine / 1024 / 1024} MiB`),
    });
    // Usually it is about to end, and how it ends says more.
    (this.#child.stdio[4] as Readable).on(
      'end',
      () => void setTimeout(() => this.fail('closed its answers without ending'), endingMs).unref(),
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      readLines(stream as Readable, longestLine, {
        onLine: (line) => events.onOutput(this.#withoutKeys(line.slice(0, longestOutput))),
        onTooLong: () => this.fail(`printed a line of more than ${longestLine / 1024 / 1024} MiB`),
      });
    }
    this.#child.on('error', (error) =>
      this.#end({ why: `could not be started (${(error as NodeJS.ErrnoException).code ?? error.message})`, broke: true }),
    );
    this.#child.on('exit', (code, signal) =>
      this.fail(signal === null ? `ended by itself with exit code ${code}` : `was ended by ${signal}`, false),
    );
  }

  send(message: ToWorker): void {
    if (!this.#ended) this.#requests.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends it with everything in its process group. No event comes after this. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#kill();
  }

  /** Ends it for what it did, or did not do. */
  fail(why: string, broke = true): void {
    if (!this.#ended) this.#end({ why, broke });
  }

  #take(line: string): void {
    if (this.#ended) return;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.fail(`wrote something that is not JSON (${JSON.stringify(this.#withoutKeys(line).slice(0, 80))})`);
      return;
    }
    const parsed = fromWorkerSchema.safeParse(value);
    if (parsed.success) this.#events.onMessage(this.#withoutKeys(parsed.data));
    else {
      const [issue] = parsed.error.issues;
      this.fail(`wrote a message of another shape (${issue?.path.join('.') || 'message'}: ${issue?.message})`);
    }
  }

  #end(end: WorkerEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#kill();
    this.#events.onEnd(end);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      // The group outlives its first process where that left children behind.
      if (process.platform === 'win32') execFile('taskkill', ['/pid', String(pid), '/t', '/f'], () => {});
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone.
    }
  }
}
