import { comparedWords, runDocket } from './docket-command.mjs';
import { collectEditions, editionsState } from './editions.mjs';
import { collected, collectReports, removeReports } from './reports.mjs';
import { readVerdict } from './verdict.mjs';
import { annotate, setOutput } from './workflow-commands.mjs';

/** Exit code of a verdict that rests on rules which nobody approved. */
const needsApproval = 6;

const clean = removeReports();
const editionsBefore = editionsState();

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
if (clean) process.env.DOCKET_REPORTS = collectReports();
const verdict = readVerdict(collected('verdict.json'));
if (process.env.DOCKET_KEEPS_EDITIONS) setOutput('editions', collectEditions(editionsBefore) ?? '');
setOutput('reports', process.env.DOCKET_REPORTS ?? '');
setOutput('verdict', verdict?.verdict ?? '');
// `wanted`: an approval would change the verdict; `claimed`: it is green by one, which the next step holds against what GitHub says. A gate that
// did not end as its verdict says claims nothing.
const approvers = verdict?.proposal?.approvedBy.length;
setOutput('exit-code', String(exitCodeOf()));
const asSaid = approvers !== undefined && ended.code === verdict.exitCode;
setOutput('approval', !asSaid ? '' : approvers === 0 ? 'wanted' : ended.code === 0 ? 'claimed' : '');

/** A pass needs a verdict that says so: an exit code of 0 alone proves nothing. */
function exitCodeOf() {
  if (ended.code !== 0) return ended.code;
  // Green only once the approval is confirmed.
  if (verdict?.exitCode === 0) return verdict.proposal === undefined ? 0 : needsApproval;
  annotate(
    'error',
    verdict
      ? `docket gate ended with 0, but reports/verdict.json says ${verdict.exitCode}. Does the command run something else besides?`
      : 'docket gate ended with 0 and wrote no reports/verdict.json that can be read. Is the command right?',
  );
  return 70;
}
