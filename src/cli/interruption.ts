/** Ctrl-C, or the signal by which a machine asks a process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** An abort signal for one run of a command. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the process's signals back to Node.js. */
  stop(): void;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The first signal aborts, so that everything is put away; the second ends the process as it would have ended without this. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  const stop = () => {
    for (const name of signals) process.off(name, abort);
  };
  const abort = () => {
    stop();
    controller.abort(new Interrupted('interrupted'));
  };
  for (const name of signals) process.on(name, abort);
  return { signal: controller.signal, stop };
}
