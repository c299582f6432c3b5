import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { inTurns, type Turns } from './turns.ts';

/**
 * Files of a checkout. A pull request writes them, and on the machine that judges it a link may lead to a secret, a name may stand for a pipe
 * that nobody ever writes to, and a file may be as large as the disk.
 */

/** Why a file of the checkout is not read or written, as the end of a sentence that begins with its path. */
export interface CheckoutFault {
  readonly fault: string;
  readonly code?: string;
  /** True when there is no such file. */
  readonly missing?: true;
}

const mebibyte = 1024 * 1024;

/** More than a person reads in a file that people write: a case, a prompt, a list of waivers. */
export const mostOfAFile = 16 * mebibyte;

/**
 * Reads a text file that lies below `within`, wherever links inside of it lead. What is there is looked at on the open descriptor, so that it
 * cannot be exchanged in between; a pipe is opened without waiting for its other end.
 * @param most bytes
 */
export function readCheckoutFile(path: string, within: string, most = mostOfAFile): { readonly text: string } | CheckoutFault {
  const read = readCheckoutBytes(path, within, most);
  return 'bytes' in read ? { text: read.bytes.toString('utf8') } : read;
}

/** The same for a file of any kind. */
export function readCheckoutBytes(path: string, within: string, most = mostOfAFile): { readonly bytes: Buffer } | CheckoutFault {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return cannot('be read', error);
  }
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) return { fault: `is not read: it is ${kindOf(found)}, not a file` };
    const real = realPathOf(path, found);
    if (real === undefined) return { fault: 'is not read: it was replaced while it was being opened; run again' };
    if (!liesWithin(real, within)) return { fault: `is not read: it leads out of the repository, to ${real}. Put the file itself there` };
    // Where a checkout keeps the token that it was made with.
    if (relative(realpathSync(within), real).split(sep).includes('.git')) return { fault: `is not read: it leads to git's own ${real}` };
    const bytes = firstBytes(descriptor, most + 1, found.size);
    if (bytes.length > most) return { fault: `is not read: it has more than ${most / mebibyte} MB. Make it smaller` };
    return { bytes };
  } catch (error) {
    return cannot('be read', error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file below `within`, piece by piece, whole or not at all. A link in its place is replaced and not followed.
 * @returns undefined when it is written
 */
export function writeCheckoutFile(path: string, within: string, pieces: Iterable<string>): CheckoutFault | undefined {
  const steps = writing(path, within, pieces);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * The same of pieces that take long to make.
 * @throws the reason of the turns' signal; nothing is written then
 */
export function writeCheckoutFileInTurns(
  path: string,
  within: string,
  pieces: Iterable<string>,
  turns: Turns,
): Promise<CheckoutFault | undefined> {
  return inTurns(writing(path, within, pieces), turns);
}

/** Writes a file piece by piece, as it is stepped on. */
function* writing(path: string, within: string, pieces: Iterable<string>): Generator<void, CheckoutFault | undefined> {
  const unfinished = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const opened = openUnfinished(unfinished, path, within);
    if (typeof opened !== 'number') return opened;
    const parts = new BufferedParts(opened);
    try {
      for (const piece of pieces) {
        parts.add(piece);
        yield;
      }
      parts.flush();
    } finally {
      closeSync(opened);
    }
    renameSync(unfinished, path);
    return undefined;
  } catch (error) {
    removeQuietly(unfinished);
    return cannot('be written', error);
  }
}

function openUnfinished(unfinished: string, path: string, within: string): number | CheckoutFault {
  if (!folderLiesWithin(dirname(path), within))
    return { fault: `is not written: its folder leads out of the repository, to ${realpathSync(existingFolder(dirname(path)))}` };
  const found = lstatSync(path, { throwIfNoEntry: false });
  // A device would be gone, and be a file, when the finished one takes its place.
  if (found && !found.isFile() && !found.isSymbolicLink() && !found.isDirectory())
    return { fault: 'is not written: it is there and is no plain file. Name another one' };
  mkdirSync(dirname(path), { recursive: true });
  // Exclusive: a link that somebody put there beforehand is not followed either.
  return openSync(unfinished, 'wx');
}

/** The repository around a folder, by its `.git`; the folder itself where there is none. */
export function repositoryAround(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return resolve(folder);
  }
}

/** The folder, or the nearest one above it that is there: where the others will be made. */
function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

/** Pieces are small; written together they cost few calls. */
const bufferedCharacters = 256 * 1024;

class BufferedParts {
  readonly #descriptor: number;
  #waiting: string[] = [];
  #size = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  add(piece: string): void {
    this.#waiting.push(piece);
    this.#size += piece.length;
    if (this.#size >= bufferedCharacters) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.#waiting.join(''), 'utf8');
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#waiting = [];
    this.#size = 0;
  }
}

/** @param size what the file is said to have; it may have more by now, and some files say nothing */
function firstBytes(descriptor: number, most: number, size: number): Buffer {
  const parts: Buffer[] = [];
  // One byte more, in which the end of the file shows: most files are small and read in one piece.
  let part = Buffer.allocUnsafe(Math.min(most, size + 1));
  let filled = 0;
  for (let total = 0; total < most; ) {
    if (filled === part.length) {
      parts.push(part);
      part = Buffer.allocUnsafe(Math.min(most - total, mebibyte));
      filled = 0;
    }
    const read = readSync(descriptor, part, filled, part.length - filled, null);
    if (read === 0) break;
    filled += read;
    total += read;
  }
  return Buffer.concat([...parts, part.subarray(0, filled)]);
}

/** The path without links, if the open file is what lies there. */
function realPathOf(path: string, found: Stats): string | undefined {
  const real = realpathSync(path);
  const there = statSync(real);
  return there.ino === found.ino && there.dev === found.dev ? real : undefined;
}

/** Empties a file where it is, without following a link. */
export function emptyCheckoutFile(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)));
}

/** True when a folder lies below `within`, wherever links lead; also one that is still to be made. */
export function folderLiesWithin(folder: string, within: string): boolean {
  return liesWithin(realpathSync(existingFolder(folder)), within);
}

/** True when a path without links is a folder or lies below it. */
export function liesWithin(real: string, folder: string): boolean {
  const way = relative(realpathSync(existingFolder(folder)), real);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

function cannot(what: string, error: unknown): CheckoutFault {
  const { code, message } = error as NodeJS.ErrnoException;
  // An error without a code is Docket's own, and no trouble of the disk.
  if (typeof code !== 'string') throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { fault: `cannot ${what} (${code})`, code, missing: true };
  // A pipe, a socket or a device without the other end.
  if (code === 'ENXIO') return { fault: `cannot ${what}: it is not a file`, code };
  return { fault: `cannot ${what} (${code}${code.startsWith('ERR_') ? `: ${message}` : ''})`, code };
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written, nothing was.
  }
}
