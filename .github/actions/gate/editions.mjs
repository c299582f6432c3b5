import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { readCheckoutFile } from './checkout-file.mjs';
import { annotate, required } from './workflow-commands.mjs';

/**
 * What the editions of a pull request are accused of, as `docket gate` keeps it: carried from run to run by a cache and by the second line of the
 * action's own comment. Only Docket says whether a record is sound; here it is data.
 */

/** Below the folder of docket.config.ts. */
export const editionsFile = '.docket/editions.json';
const mostBytes = 1_048_576;
/** Characters of the comment, which has room for 65,536 bytes. */
const longestLine = 20_000;
const begin = '<!-- docket:editions:';

/** True where git tracks a record: then a change brought it, and nothing carries it on. Also where git cannot tell. */
export function isTracked() {
  try {
    return execFileSync('git', ['ls-files', '-z', '--', `:(icase)${editionsFile}`], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
  } catch {
    return true;
  }
}

/** Tells one writing of the record from the next; undefined without a record, or where something is in its way. */
export function editionsState() {
  try {
    const { ino, mtimeNs, size } = lstatSync(editionsFile, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch {
    return undefined;
  }
}

/**
 * Copies the record that the gate has just written out of the checkout; what it did not write is older than what the comment has.
 * @param {string | undefined} before its state before the gate
 * @returns {string | undefined} the copy
 */
export function collectEditions(before) {
  const after = editionsState();
  if (after === undefined || after === before) return undefined;
  const read = readCheckoutFile(editionsFile, mostBytes);
  if ('bytes' in read) return written(read.bytes);
  annotate('warning', `${editionsFile} ${read.fault}; the comment does not carry it on.`);
  return undefined;
}

/**
 * @param {string | Buffer} content
 * @returns {string} a new file outside of the checkout
 */
export function written(content) {
  const path = join(mkdtempSync(join(required('RUNNER_TEMP'), 'docket-editions-')), 'editions.json');
  writeFileSync(path, content, { flag: 'wx' });
  return path;
}

/**
 * The line of a comment that holds a record. Base64 has no character that ends a comment of HTML.
 * @param {string} path of a copy
 * @returns {string | undefined} undefined when it is too long
 */
export function lineFor(path) {
  const line = `${begin}${deflateRawSync(readFileSync(path)).toString('base64')} -->`;
  return line.length <= longestLine ? line : undefined;
}

/**
 * The second line of a comment, where it holds a record, sound or not. Anywhere else it is text that somebody or some model wrote.
 * @param {string} body
 * @returns {string | undefined}
 */
export function lineOf(body) {
  const line = body.split('\n', 2)[1]?.replace(/\r$/, '');
  // Cut where somebody made it longer; damaged it is either way.
  return line?.startsWith(begin) ? line.slice(0, longestLine) : undefined;
}

/**
 * The record in a line; undefined when the line is damaged.
 * @param {string} line
 * @returns {Buffer | undefined}
 */
export function recordIn(line) {
  const [, packed] = /^<!-- docket:editions:([A-Za-z0-9+/]+={0,2}) -->$/.exec(line) ?? [];
  if (packed === undefined) return undefined;
  try {
    return inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: mostBytes });
  } catch {
    return undefined;
  }
}
