import { constants } from 'node:os';
import { exitCodes } from '../../contracts/docket-error.ts';
import { waitNoLongerThan } from '../../database/postgres/ending.ts';
import type { CommandContext } from '../command/command-context.ts';
import { commandText } from '../invocation.ts';
import { lostReader } from './lost-reader.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A pipe without a reader raises no signal in Node.js, and means the same. */
type EndingSignal = (typeof signals)[number] | 'SIGPIPE';

/** Ctrl-C, a terminal that was closed, a reader that went away, or the signal by which a machine asks a process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** What a shell makes of an end by this signal: 130, 143, 129 or 141. */
  readonly exitCode: number;
  /** How a sentence about it begins. */
  readonly word: string;

  constructor(signal: EndingSignal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
    this.word =
      signal === 'SIGINT' ? 'Interrupted' : signal === 'SIGPIPE' ? 'Whoever read the output went away' : `Interrupted (${signal})`;
  }
}

/** An abort signal for one run of a command. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Gives the process's signals back to Node.js. */
  stop(): void;
}

/** Milliseconds in which a signal that comes again is the same one: npm hands on what its process group was sent already. */
const sameSignal = 1000;

/**
 * The first signal aborts, so that everything is put away; a later one ends the process as it would have ended without this.
 * @param isUnread true for what serves, or works on, whether or not somebody reads what it prints
 * @param outageMs how long a database that is out of reach is waited for after that
 */
export function onInterrupt({
  isUnread = false,
  outageMs = 5000,
}: {
  readonly isUnread?: boolean;
  readonly outageMs?: number;
} = {}): Interruption {
  const controller = new AbortController();
  const giveBack = () => {
    for (const name of signals) process.off(name, abort);
  };
  const stop = () => {
    // What was just interrupted may end before the same signal comes again, which is not to kill it on its last steps.
    if (!controller.signal.aborted) giveBack();
    lostReader.removeEventListener('abort', lose);
  };
  const lose = () => abort('SIGPIPE');
  const abort = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return;
    setTimeout(giveBack, sameSignal).unref();
    waitNoLongerThan(outageMs);
    controller.abort(new Interrupted(name as EndingSignal));
  };
  for (const name of signals) process.on(name, abort);
  if (!isUnread && lostReader.aborted) lose();
  else if (!isUnread) lostReader.addEventListener('abort', lose, { once: true });
  return { signal: controller.signal, stop };
}

/**
 * Ends a command that was interrupted: says what was done and how to go on, and sets the exit code.
 * @param done the rest of a sentence that begins with "Interrupted"
 * @param words the command that goes on; the same one when not given, none when null
 * @throws the error itself when it is another
 */
export function endInterrupted(
  error: unknown,
  { terminal, invocation, exit }: CommandContext,
  done: string,
  words?: readonly string[] | null,
): void {
  if (!(error instanceof Interrupted)) throw error;
  const command = words === null ? '' : ` Continue with:\n  ${commandText(invocation, words ?? invocation.words)}`;
  terminal.note.line(`${error.word}${done}${command}`);
  exit(error.exitCode);
}

/** Exit code of what serves until it is told to end: Ctrl-C is how that is done. */
export function endedBy({ reason }: AbortSignal): number {
  return reason instanceof Interrupted && reason.exitCode !== exitCodes.interrupted ? reason.exitCode : exitCodes.pass;
}
