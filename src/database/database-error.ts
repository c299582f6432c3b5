import { DocketError, exitCodes } from '../contracts/docket-error.ts';
import type { DatabaseKind } from './database-kind.ts';

/** Result codes of SQLite that a person can do something about: https://www.sqlite.org/rescode.html. */
const resultCodes = {
  error: 1,
  busy: 5,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  mismatch: 20,
  denied: 23,
  format: 24,
  notADatabase: 26,
} as const;

/** The low byte names the kind of an error, the rest of the number its detail. */
function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True when the database is locked by somebody else. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === resultCodes.busy;
}

/** True when a text or blob is longer than SQLite allows, or than it was told to. */
export function isTooBig(error: unknown): boolean {
  return resultCodeOf(error) === resultCodes.tooBig;
}

/** True when the statement wants more than its connection may do: write, attach, set a pragma. */
export function isDenied(error: unknown): boolean {
  return [resultCodes.denied, resultCodes.readOnly].some((code) => code === resultCodeOf(error));
}

/** True when it is the place, and not the file, that does not allow to write; also for errors that were explained already. */
export function isUnwritable(error: unknown): boolean {
  const code = resultCodeOf(error) ?? resultCodeOf((error as Error | undefined)?.cause);
  return code === resultCodes.readOnly || code === resultCodes.cannotOpen;
}

/** A file that is no store any more, or in part. */
export class DamagedDatabaseError extends DocketError {
  /** What is wrong with it. */
  readonly detail: string;

  constructor(message: string, detail: string, cause?: unknown) {
    super(message, { cause });
    this.detail = detail;
  }
}

/** What is wrong with a damaged file, and what to do. */
export function damagedDatabase(path: string, { holds, whenDamaged }: DatabaseKind, detail: string, cause?: unknown): DamagedDatabaseError {
  return new DamagedDatabaseError(
    `${path}: this is not a Docket store of ${holds}, or it is damaged (${detail}). ${whenDamaged}`,
    detail,
    cause,
  );
}

/** Says what a failing database means to the person at the keyboard; an error that is not the database's is returned as it is. */
export function databaseError(path: string, kind: DatabaseKind, error: unknown): unknown {
  const { holds } = kind;
  const detail = error instanceof Error ? error.message : String(error);
  const explained = (text: string, exitCode?: number) =>
    new DocketError(`${path}: ${text}`, { cause: error, ...(exitCode === undefined ? {} : { exitCode }) });
  switch (resultCodeOf(error)) {
    case resultCodes.full:
      return explained(
        `the disk is full. All stored ${holds} are safe; ${kind.whenFull} and run the same command again: it continues where it stopped.`,
        exitCodes.incomplete,
      );
    case resultCodes.inputOutput:
      return explained(
        `the disk could not be read or written (${detail}). Check that it has free space and is healthy, then run the same command again.`,
        exitCodes.incomplete,
      );
    case resultCodes.busy:
      return explained(
        `another process has kept the ${holds} locked for too long. End it, or wait until it has finished, and run the same command again.`,
        exitCodes.incomplete,
      );
    // Our own SQL is right: what it does not find or may not write is not as it was made.
    case resultCodes.error:
    case resultCodes.constraint:
    case resultCodes.mismatch:
    case resultCodes.format:
    case resultCodes.corrupt:
    case resultCodes.notADatabase:
      return damagedDatabase(path, kind, detail, error);
    case resultCodes.readOnly:
    case resultCodes.cannotOpen:
      return explained(
        `the ${holds} cannot be opened for writing (${detail}). Make the file and its folder writable, or choose another place.`,
      );
    default:
      return error;
  }
}
