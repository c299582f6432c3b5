/** Exit codes of the command line, as the gate's design fixes them. */
export const exitCodes = {
  pass: 0,
  regressed: 1,
  usage: 2,
  incomplete: 3,
  notEvaluated: 4,
  inconclusive: 5,
  needsApproval: 6,
  crash: 70,
  interrupted: 130,
} as const;

/**
 * What went wrong, where a caller goes on in another way than by passing the error on; a message is for people, and may be worded anew. `no-cases`: the
 * folder of cases is empty; `changed-meanwhile`: somebody else changed what an answer is about, so it was not saved; `not-installed`: a package that is imported is not there; `nothing-to-compare`:
 * main lacks, or cannot load, what a candidate would be compared with.
 */
export type ErrorCode = 'no-cases' | 'changed-meanwhile' | 'not-installed' | 'nothing-to-compare';

/**
 * Something the person at the keyboard can mend: a wrong argument, file or setting.
 * The message says what came, what was expected and what to do; no stack trace is shown for it.
 */
export class DocketError extends Error {
  /**
   * By name: a configuration may load a second copy of Docket (its sources beside the built one), and its errors are errors like ours.
   * A class below this one inherits the question, and not this answer to it: to be an error is not to be that error.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: it is the class that was asked about, this one or one below it
    if (this !== DocketError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && value.name === 'DocketError';
  }

  override readonly name = 'DocketError';
  readonly exitCode: number;
  /** Absent from most: nobody asks. */
  readonly code: ErrorCode | undefined;

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown; readonly code?: ErrorCode } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? exitCodes.usage;
    this.code = options.code;
  }
}
