import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkOnTheWay, readCheckoutFile } from './checkout-file.mjs';
import { annotate, required } from './workflow-commands.mjs';

const mebibyte = 1_048_576;

/** What a gate writes, with the most bytes that are taken of each. */
const files = {
  'verdict.json': 256 * mebibyte,
  'report.html': 32 * mebibyte,
  'summary.md': 8 * mebibyte,
  'comment.md': mebibyte,
  'junit.xml': 128 * mebibyte,
  'ctrf.json': 128 * mebibyte,
};

/**
 * Takes away what was checked in or left behind, so that it is never read as this run's.
 * @returns {boolean} false when something stays
 */
export function removeReports() {
  let gone = true;
  for (const name of Object.keys(files)) {
    const path = `reports/${name}`;
    // Behind a link nothing is removed, and nothing is read either.
    if (linkOnTheWay(path) !== undefined) return true;
    try {
      rmSync(path, { force: true, recursive: true });
    } catch (error) {
      gone = false;
      annotate('error', `${path} was there before and cannot be removed (${error.code}), so no report of this run can be told from it.`);
    }
  }
  return gone;
}

/**
 * Copies the reports of the gate that just ended out of the checkout, into a folder that the next steps read and upload. Read once and here,
 * so that what is posted is what was judged.
 * @returns {string} the folder
 */
export function collectReports() {
  const folder = mkdtempSync(join(required('RUNNER_TEMP'), 'docket-reports-'));
  for (const [name, most] of Object.entries(files)) {
    const path = `reports/${name}`;
    const read = readCheckoutFile(path, most);
    if ('bytes' in read) writeFileSync(join(folder, name), read.bytes, { flag: 'wx' });
    else if (!read.missing) annotate('warning', `${path} ${read.fault}; it is neither shown nor uploaded.`);
  }
  return folder;
}

/**
 * A collected report; undefined when there is none, or it is no text.
 * @param {string} name
 * @returns {string | undefined}
 */
export function collected(name) {
  const folder = process.env.DOCKET_REPORTS;
  if (!folder) return undefined;
  try {
    const path = join(folder, name);
    if (!lstatSync(path).isFile()) return undefined;
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch {
    return undefined;
  }
}
