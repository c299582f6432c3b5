// Stands in the place of Docket: a gate whose verdict depends on nothing but the reviews that it is told of. What Docket itself makes of them is tried
// by the walk through an approval.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { DOCKET_REVIEWS: file, PLANTED: planted, ENDS_WITH: endsWith, GITHUB_EVENT_PATH: event } = process.env;
if (process.argv[2] !== 'gate') process.exit(1);
const { pullRequests, fault } = file ? JSON.parse(readFileSync(file, 'utf8')) : { pullRequests: [] };
const approvedBy = pullRequests.flatMap(({ number, approvals }) =>
  approvals.map(({ login, commit }) => ({ name: login, by: 'review', pullRequest: number, commit })),
);
const notCounted = [...(fault ? [fault] : []), ...pullRequests.flatMap((each) => each.notCounted)];
const [verdict, exitCode] = approvedBy.length > 0 ? ['pass', 0] : ['needs-approval', 6];
const proposal = { rules: 'd'.repeat(64), setting: 'another', approvedBy, notCounted };
mkdirSync('reports', { recursive: true });
writeFileSync('reports/verdict.json', JSON.stringify({ kind: 'verdict', verdict, exitCode, reason: verdict, cases: [], proposal }));
for (const name of ['comment.md', 'summary.md']) writeFileSync(`reports/${name}`, `## ${verdict}\n\n${JSON.stringify(proposal)}\n`);
writeFileSync('environment.json', JSON.stringify(process.env));
// Code of the change can write to every file of the job.
if (planted) writeFileSync(event, planted);
process.exit(endsWith ? Number(endsWith) : exitCode);
