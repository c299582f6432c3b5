import { DocketError, exitCodes } from '../contracts/docket-error.ts';

/** Result codes of SQLite that a person can do something about: https://www.sqlite.org/rescode.html. */
const resultCodes = { busy: 5, readOnly: 8, inputOutput: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** The low byte names the kind of an error, the rest of the number its detail. */
function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True when the database is locked by somebody else. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === resultCodes.busy;
}

/** Says what a failing database means to the person at the keyboard; an error that is not the database's is returned as it is. */
export function storeError(path: string, error: unknown): unknown {
  switch (resultCodeOf(error)) {
    case resultCodes.full:
      return new DocketError(
        `${path}: the disk is full. All stored trials are safe; free space and run the same command again, it goes on where it stopped.`,
        { exitCode: exitCodes.incomplete, cause: error },
      );
    case resultCodes.inputOutput:
      return new DocketError(
        `${path}: the disk could not be read or written (${messageOf(error)}). Check that it has free space and is healthy, then run the same command again.`,
        { exitCode: exitCodes.incomplete, cause: error },
      );
    case resultCodes.busy:
      return new DocketError(
        `${path}: another process has kept the store locked for too long. End it, or wait until it is done, and run the same command again.`,
        { exitCode: exitCodes.incomplete, cause: error },
      );
    case resultCodes.corrupt:
    case resultCodes.notADatabase:
      return new DocketError(
        `${path}: this is not a Docket store, or it is damaged (${messageOf(error)}). Restore it from a copy, or move it away: a new one is made, and all trials are run again.`,
        { cause: error },
      );
    case resultCodes.readOnly:
    case resultCodes.cannotOpen:
      return new DocketError(
        `${path}: the store cannot be opened for writing (${messageOf(error)}). Make the file and its folder writable, or choose another place.`,
        { cause: error },
      );
    default:
      return error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
