import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collected } from './reports.mjs';
import { readReviews } from './reviews.mjs';
import { readVerdict } from './verdict.mjs';
import { annotate, required, setOutput } from './workflow-commands.mjs';

const reviews = await readReviews(readVerdict(collected('verdict.json'))?.proposal?.setting);
if (reviews.fault !== undefined) annotate('warning', reviews.fault);
const said = reviews.pullRequests.some(({ number: _, ...words }) => Object.values(words).some(({ length }) => length > 0));
// Where nobody reviewed anything, the verdict stays as it is.
if (said || reviews.fault !== undefined) {
  const file = join(mkdtempSync(join(required('RUNNER_TEMP'), 'docket-reviews-')), 'reviews.json');
  writeFileSync(file, JSON.stringify(reviews), { flag: 'wx' });
  setOutput('file', file);
} else console.log('Nobody has reviewed it yet.');
