import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { required } from './workflow-commands.mjs';

/**
 * Files of the checkout. The pull request wrote them, and its code ran: a link may lead to a secret, a name may stand for a pipe that nobody
 * ever writes to, and a file may be as large as the disk.
 */

/**
 * A file below this step's folder, which is reached through folders alone. What is there is looked at on the open descriptor, so that it cannot
 * be exchanged in between; a pipe is opened without waiting for its other end.
 * @param {string} path
 * @param {number} most bytes
 * @returns {{ readonly bytes: Buffer } | { readonly fault: string, readonly missing?: boolean }}
 */
export function readCheckoutFile(path, most) {
  const link = linkOnTheWay(path);
  if (link !== undefined) return { fault: link };
  let descriptor;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { fault: error.code === 'ELOOP' ? 'is a link' : `cannot be opened (${error.code})`, missing: error.code === 'ENOENT' };
  }
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) return { fault: 'is no file' };
    if (found.nlink !== 1) return { fault: 'is another file as well (a hard link)' };
    // Between the look at the way and the opening a folder may have become a link.
    const there = statSync(join(checkoutFolder(), path));
    if (linkOnTheWay(path) !== undefined || there.ino !== found.ino || there.dev !== found.dev)
      return { fault: 'was exchanged while it was read' };
    const bytes = firstBytes(descriptor, most + 1);
    return bytes.length > most ? { fault: `has more than ${most.toLocaleString('en-US')} bytes` } : { bytes };
  } catch (error) {
    return { fault: `cannot be read (${error.code})` };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Why the way to a file is not taken: something on it is a link. Undefined when all that is there is a folder.
 * @param {string} path
 * @returns {string | undefined}
 */
export function linkOnTheWay(path) {
  let at;
  try {
    at = checkoutFolder();
  } catch (error) {
    return error.message;
  }
  for (const name of dirname(path).split('/')) {
    if (name === '.') continue;
    if (name === '..' || name === '') return `is not below this folder`;
    at = join(at, name);
    try {
      const found = lstatSync(at);
      if (found.isSymbolicLink()) return `is not reached: ${name} is a link`;
      if (!found.isDirectory()) return `is not reached: ${name} is no folder`;
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      return `is not reached: ${name} cannot be looked at (${error.code})`;
    }
  }
  return undefined;
}

/** The folder of this step without links; it must lie in the checkout. */
function checkoutFolder() {
  const folder = realpathSync('.');
  const way = relative(realpathSync(required('GITHUB_WORKSPACE')), folder);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) || way.split(sep).includes('.git'))
    throw new Error(`is not read: the working directory leads out of the checkout, to ${folder}`);
  return folder;
}

/**
 * @param {number} descriptor
 * @param {number} most
 */
function firstBytes(descriptor, most) {
  const parts = [];
  for (let total = 0; total < most; ) {
    const part = Buffer.alloc(Math.min(most - total, 1_048_576));
    const read = readSync(descriptor, part, 0, part.length, null);
    if (read === 0) break;
    parts.push(part.subarray(0, read));
    total += read;
  }
  return Buffer.concat(parts);
}

/** @param {string} path */
export function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
