import { DocketError, exitCodes } from '../contracts/docket-error.ts';

/** Result codes of SQLite that a person can do something about: https://www.sqlite.org/rescode.html. */
const resultCodes = { busy: 5, readOnly: 8, inputOutput: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** The low byte names the kind of an error, the rest of the number its detail. */
function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** True when the database is locked by somebody else. */
export function isLocked(error: unknown): boolean {
  return resultCodeOf(error) === resultCodes.busy;
}

/** Says what a failing database means to the person at the keyboard; an error that is not the database's is returned as it is. */
export function traceStoreError(path: string, error: unknown): unknown {
  const explained = explanations.find(({ codes }) => codes.some((code) => code === resultCodeOf(error)));
  if (!explained) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const { exitCode, text } = explained;
  return new DocketError(`${path}: ${text(detail)}`, { cause: error, ...(exitCode === undefined ? {} : { exitCode }) });
}

interface Explanation {
  readonly codes: readonly number[];
  readonly exitCode?: number;
  text(detail: string): string;
}

const explanations: readonly Explanation[] = [
  {
    codes: [resultCodes.full],
    exitCode: exitCodes.incomplete,
    text: () =>
      'the disk is full. All stored traces are safe; free space (docket traces prune) and run the same command again, it goes on where it stopped.',
  },
  {
    codes: [resultCodes.inputOutput],
    exitCode: exitCodes.incomplete,
    text: (detail) => `the disk could not be read or written (${detail}). Check that it is healthy, then run the same command again.`,
  },
  {
    codes: [resultCodes.busy],
    exitCode: exitCodes.incomplete,
    text: () =>
      'another process has kept the traces locked for too long. End it, or wait until it is done, and run the same command again.',
  },
  {
    codes: [resultCodes.corrupt, resultCodes.notADatabase],
    text: (detail) => `this is not a store of traces, or it is damaged (${detail}). Move it away and import the traces again.`,
  },
  {
    codes: [resultCodes.readOnly, resultCodes.cannotOpen],
    text: (detail) =>
      `the traces cannot be opened for writing (${detail}). Make the file and its folder writable, or choose another place.`,
  },
];
