import { collected } from './reports.mjs';
import { readVerdict } from './verdict.mjs';

/** A last line that leads to the whole report; empty when nothing was uploaded. */
export function reportLink() {
  const url = process.env.DOCKET_REPORT_URL;
  return url && /^https?:\/\/[^\s()<>"]+$/.test(url) ? `\n[The whole report](${url}): open report.html of the download.\n` : '';
}

/**
 * A report's text; where the gate ended without one that can be shown, a few lines that say so.
 * @param {string} name
 */
export function reportText(name) {
  const text = collected(name);
  if (text !== undefined) return withFault(text);
  const code = process.env.DOCKET_EXIT_CODE ?? '';
  const verdict = readVerdict(collected('verdict.json'))?.verdict;
  return [
    `## ! Docket: ${verdict === undefined ? 'no verdict' : `${verdict}, without a report`}`,
    '',
    `Docket ended with exit code ${/^\d+$/.test(code) ? code : '70'} and left no report that can be shown. The step "Run the gate" shows why.`,
    '',
  ].join('\n');
}

/** A report that said more than holds stands below what does not hold, folded. */
function withFault(text) {
  const fault = process.env.DOCKET_APPROVAL_FAULT;
  if (!fault) return text;
  // GitHub's words end up in it: one line, and nothing that Markdown obeys.
  const harmless = fault.replaceAll(/[^\p{L}\p{N} .,:;'/()-]+/gu, ' ').slice(0, 1000);
  return `## ! Docket: Needs approval\n\nThe approval does not hold, so the check is red. ${harmless}\n\n<details><summary>The verdict as it would be with the approval</summary>\n\n${text}\n</details>\n`;
}

/**
 * A text with a last line as far as both fit: without the last line, or cut after a line, where they do not.
 * @param {string} text
 * @param {string} lastLine
 * @param {number} limit bytes
 */
export function withinBytes(text, lastLine, limit) {
  const whole = [`${text}${lastLine}`, text].find((candidate) => Buffer.byteLength(candidate) <= limit);
  if (whole !== undefined) return whole;
  const notice = '\n\nThe rest did not fit here; the reports have it.\n';
  // The limit may fall inside a character; the end of the line before it never does.
  const room = Buffer.from(text).subarray(0, limit - Buffer.byteLength(notice));
  return `${room.subarray(0, Math.max(0, room.lastIndexOf('\n'))).toString('utf8')}${notice}`;
}
