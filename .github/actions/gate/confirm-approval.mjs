import { approvalFault } from './approval-fault.mjs';
import { collected } from './reports.mjs';
import { readReviews } from './reviews.mjs';
import { readVerdict } from './verdict.mjs';
import { annotate, setOutput } from './workflow-commands.mjs';

// Asked anew, and compared: only here does a verdict that rests on an approval become green.
const verdict = readVerdict(collected('verdict.json'));
const fault = approvalFault(verdict, await readReviews(verdict?.proposal?.setting));
if (fault === undefined) setOutput('exit-code', '0');
else {
  annotate('error', fault);
  setOutput('fault', fault);
  setOutput('verdict', 'needs-approval');
}
