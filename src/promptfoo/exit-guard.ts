/** promptfoo's exit code for failed rows. */
const failedExitCode = 100;

/** How a run ended: what to print last, and whether it is green. */
export interface RunEnd {
  readonly summary: string;
  readonly green: boolean;
}

/** The parts of `process` that the guard uses. */
export interface GuardedProcess {
  exitCode?: number | string | null | undefined;
  once(event: 'exit', listener: () => void): unknown;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * Decides the exit code when the process ends, not before: promptfoo ends with 0 after an interruption, and does not call
 * `afterAll` then. A run that has not ended properly is never green. The summary is printed here too, below promptfoo's own table.
 */
export class ExitGuard {
  readonly #process: GuardedProcess;
  #armed = false;
  #end: RunEnd | undefined;

  constructor(guarded: GuardedProcess = process) {
    this.#process = guarded;
  }

  /** A run begins: until it has ended, the process may not end green. */
  begin(): void {
    this.#end = undefined;
    if (this.#armed) return;
    this.#armed = true;
    this.#process.once('exit', () => this.#close());
  }

  end(end: RunEnd): void {
    this.#end = end;
  }

  #close(): void {
    const { stdout, stderr } = this.#process;
    if (this.#end) stdout.write(`${this.#end.summary}\n`);
    else
      stderr.write(
        'INCOMPLETE: the run ended before all its rows were in, so nothing is proven. The same command continues where it stopped.\n',
      );
    // What promptfoo itself found worth a code of its own stays.
    if (!this.#end?.green && !Number(this.#process.exitCode)) this.#process.exitCode = failedExitCode;
  }
}
