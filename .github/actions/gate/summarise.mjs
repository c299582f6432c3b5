import { appendFileSync, existsSync } from 'node:fs';
import { posix } from 'node:path';
import { reportLink, reportText, withinBytes } from './report-text.mjs';
import { collected } from './reports.mjs';
import { readVerdict } from './verdict.mjs';
import { annotate, required } from './workflow-commands.mjs';

/** GitHub drops a summary that is larger. */
const limit = 1_048_576;
/** GitHub shows no more than ten annotations of a kind a step; one is the verdict's. */
const mostAnnotations = 9;

const verdict = readVerdict(collected('verdict.json'));
appendFileSync(required('GITHUB_STEP_SUMMARY'), withinBytes(reportText('summary.md'), reportLink(), limit));
if (verdict) annotateVerdict(verdict);

/** @param {NonNullable<ReturnType<typeof readVerdict>>} verdict */
function annotateVerdict({ verdict: word, exitCode, reason, accused, newCasesFail, cases, proposal }) {
  const level = exitCode === 0 ? 'warning' : 'error';
  if (word !== 'pass' || newCasesFail)
    annotate(level, visible([reason, (proposal?.next ?? []).join(' Or: ')].filter(Boolean).join(' ')), { title: `Docket: ${word}` });
  const worse = cases.filter(({ id, change }) => id === accused || change === 'flipped-to-fail');
  // The accused one first: the list may be cut.
  worse.sort((one, other) => Number(other.id === accused) - Number(one.id === accused));
  for (const { id, baseline, candidate } of worse.slice(0, mostAnnotations)) {
    const what = id === accused ? 'Accused' : 'Flipped to fail';
    annotate(level, `${what}: main passed ${ratio(baseline)} runs, this change ${ratio(candidate)}.`, {
      ...fileOf(id),
      title: visible(id),
    });
  }
}

/** @param {{ readonly passes: number, readonly runs: number }} counts */
function ratio({ passes, runs }) {
  return `${Number(passes)} of ${Number(runs)}`;
}

/**
 * The case's file, from the top of the repository; nothing where cases lie elsewhere.
 * @param {string} id
 */
function fileOf(id) {
  if (!/^[\w.-]{1,200}$/.test(id) || !existsSync(`cases/${id}.json`)) return {};
  return { file: posix.join(required('DOCKET_DIRECTORY'), 'cases', `${id}.json`) };
}

/** @param {string} text */
function visible(text) {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ');
}
