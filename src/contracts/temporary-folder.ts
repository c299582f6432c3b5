import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocketError, exitCodes } from './docket-error.ts';

/**
 * Makes a folder for temporary files, which whoever made it removes. Every temporary folder is made here.
 * @param name begins the folder's name, for example `docket-index`
 * @returns its path, without links
 * @throws {DocketError} when the place for temporary files is missing, full or not writable
 */
export function temporaryFolder(name: string): string {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
  } catch (cause) {
    throw faultOf(cause);
  }
}

/**
 * What to say of an error that was met while a temporary folder was in use: where it is one of writing there, a DocketError; another comes
 * back as it is.
 * @param folder as `temporaryFolder` made it
 */
export function temporaryFilesFault(cause: unknown, folder: string): unknown {
  const { path, dest, syscall } = cause as NodeJS.ErrnoException & { readonly dest?: string };
  // Of a descriptor the system names no path.
  const there = [path, dest].some((each) => each?.startsWith(folder)) || (path === undefined && syscall === 'write');
  return there ? faultOf(cause) : cause;
}

function faultOf(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const fault = code === undefined ? undefined : faults[code];
  if (fault === undefined) return cause;
  const [why, remedy] = fault;
  const by = process.env.TMPDIR ? ' (TMPDIR)' : '';
  return new DocketError(
    `No temporary files can be written in ${tmpdir()}${by}: ${why} (${code}). Docket needs a folder there that exists, is writable and has room. ${remedy}, or set TMPDIR to another folder, and run the same command again.`,
    { cause, exitCode: why === full ? exitCodes.incomplete : exitCodes.usage },
  );
}

const full = 'the disk is full';
const notWritable = ['it is not writable for this user', 'Make it writable'] as const;
const noRoom = [full, 'Free space there'] as const;

const faults: Record<string, readonly [why: string, remedy: string] | undefined> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: ['it is on a disk that is read-only', 'Make it writable'],
  ENOENT: ['there is no such folder', 'Make the folder'],
  ENOTDIR: ['it is not a folder', 'Remove what is in the way'],
  ELOOP: ['its links lead in a circle', 'Mend the links'],
  ENAMETOOLONG: ['its path is too long', 'Shorten it'],
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  EMFILE: ['too many files are open', 'Raise the limit of open files (ulimit -n)'],
};
