import { rmSync } from 'node:fs';
import { comparedWords, runDocket } from './docket-command.mjs';
import { readVerdict } from './verdict.mjs';
import { annotate, setOutput } from './workflow-commands.mjs';

// A report that was checked in or left behind must not be taken for this run's.
for (const file of ['verdict.json', 'report.html', 'summary.md', 'comment.md', 'junit.xml', 'ctrf.json'])
  rmSync(`reports/${file}`, { force: true });

const { DOCKET_BUDGET: budget, DOCKET_ON_INCONCLUSIVE: onInconclusive } = process.env;
const ended = await runDocket(
  [
    'gate',
    ...comparedWords(),
    ...(budget ? [`--budget=${budget}`] : []),
    // The default is left out, so that the command a report prints is short.
    ...(onInconclusive && onInconclusive !== 'fail' ? [`--on-inconclusive=${onInconclusive}`] : []),
  ],
  { captured: false },
);
const verdict = readVerdict();
setOutput('verdict', verdict?.verdict ?? '');
setOutput('exit-code', String(exitCodeOf()));

/** A pass needs a verdict that says so: an exit code of 0 alone proves nothing. */
function exitCodeOf() {
  if (ended.code !== 0) return ended.code;
  if (verdict?.exitCode === 0) return 0;
  annotate(
    'error',
    verdict
      ? `docket gate ended with 0, but reports/verdict.json says ${verdict.exitCode}. Does the command run something else besides?`
      : 'docket gate ended with 0 and wrote no reports/verdict.json that can be read. Is the command right?',
  );
  return 70;
}
