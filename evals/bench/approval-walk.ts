/**
 * Walks changes of the rules through their approval: the action with its own scripts, the real gate, and GitHub's API on loopback. Ten cases of an agent
 * whose tool, policy and scorers read one limit; the pull request lowers it. Prints a Markdown table. Simulated model.
 *
 *     node evals/bench/approval-walk.ts
 *
 * Ends with 1 when a step comes out otherwise than it must. `--comments` prints the comment that each step leaves on the pull request.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type GateProject, gateFiles } from '../../src/cli/testing/gate-project.ts';
import { GitHubStandIn } from '../ci/testing/github-stand-in.ts';
import { confirmingRun, type ReviewedPullRequest, reviewedPullRequest } from '../ci/testing/reviewed-pull-request.ts';
import {
  commitOf,
  counterWithPolicy,
  judgeOnGitHub,
  lowerLabels,
  lowerLimit,
  pullRequestEvent,
  withoutLargeParcel,
} from './approval-project.ts';
import { tableRow } from './markdown-table.ts';

const { comments } = parseArgs({ options: { comments: { type: 'boolean', default: false } } }).values;
const scratch = mkdtempSync(join(tmpdir(), 'docket-walk-'));
process.env.XDG_CACHE_HOME = join(scratch, 'cache');
const github = await GitHubStandIn.start();
const main = await counterWithPolicy();
const open: GateProject[] = [main];
let failures = 0;

try {
  console.log(tableRow(['step', 'verdict', 'exit', 'says']));
  console.log('|---|---|--:|---|');

  // A convenient edit: labels stay, so both sides fail five cases under the proposed rules, and neither got worse.
  const convenient = propose('convenient', lowerLimit);
  await step(
    'policy and tool change together, labels do not; nothing is stored',
    convenient,
    6,
    /fails 5 of 10 cases under main's rules; under those it proposes it gets no worse than main's agent, but fails 5 of 10 cases/,
    {},
  );
  await step('the same with the trials of before', convenient, 6, /fails 5 of 10 cases under main's rules/, {});

  // An honest one.
  const honest = propose('honest', { ...lowerLimit, ...lowerLabels });
  const reviewed = commitOf(honest);
  await step('the labels change with them', honest, 6, /passes under the rules it proposes and fails 5 of 10 cases under main's/, {});
  await step('the author approves it', honest, 6, /the pull request is their own/, { reviews: [{ login: 'grace', commit: reviewed }] });
  const approval = { reviews: [{ login: 'ada', commit: reviewed }] };
  await step('another person approves it', honest, 0, /approved by ada/, approval);
  edit(honest, 'eleven', { title: 'A parcel of eleven kilograms' });
  await step('a typo is fixed', honest, 0, /approved by ada/, approval);
  await step('the approval is dismissed', honest, 6, /was dismissed/, {
    reviews: [{ login: 'ada', commit: reviewed, state: 'DISMISSED' }],
  });

  // What is rule alone goes first.
  const first = propose('labels-first', lowerLabels);
  await step('the labels alone, in a pull request of their own', first, 0, /The rules changed .* but the agent did not/, {});

  // The merge queue, beside another pull request that drops a case with a tombstone.
  const queue = honest;
  queue.git('switch', '--quiet', '--create', 'other', 'main');
  withoutLargeParcel(queue);
  queue.commit('One parcel less');
  const other = commitOf(queue);
  await step('another pull request removes a case, with a tombstone', queue, 6, /removed/, { number: 7, reviews: [] });
  queue.git('switch', '--quiet', '--create', 'queue', 'main');
  queue.git('merge', '--quiet', '--no-ff', '--no-edit', 'honest');
  queue.git('merge', '--quiet', '--no-ff', '--no-edit', 'other');
  const group = groupEvent(queue);
  reviewedPullRequest(github, { number: 8, reviews: [] });
  await step('both in the merge queue, one of them approved', queue, 6, /with a pull request that has none/, approval, group);
  reviewedPullRequest(github, { number: 8, reviews: [{ login: 'bob', commit: other }] });
  await step('both in the merge queue, both approved', queue, 0, /approved by ada .* and bob/, approval, group);

  // Without another person.
  const alone = main.branchAs('alone');
  open.push(alone);
  alone.git('switch', '--quiet', 'main');
  alone.write('docket.config.ts', gateFiles.config({ approval: 'maintainer' }));
  alone.commit('A team of one');
  alone.git('switch', '--quiet', '--create', 'honest');
  write(alone, { ...lowerLimit, ...lowerLabels });
  alone.commit('Nothing over 10 kg');
  const before = await step('in a team of one', alone, 6, /A maintainer confirms/, {});
  confirm(/`([0-9a-f]{64})`/.exec(before)?.[1] ?? '');
  await step('a maintainer confirms the hash', alone, 0, /grace, self-approved/, {});
} finally {
  for (const project of open) project[Symbol.dispose]();
  await github[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

/** Judges what is checked out with these reviews of #7, and returns what the job summary says. */
async function step(
  name: string,
  project: GateProject,
  exitCode: number,
  says: RegExp,
  reviews: Partial<ReviewedPullRequest>,
  event: object = pullRequestEvent(project),
): Promise<string> {
  reviewedPullRequest(github, { reviews: [], ...reviews });
  const { code, outputs, summary } = await judgeOnGitHub(project, github, event, scratch);
  const text = summary.replaceAll(/[\\\u200b]/g, '');
  const found = says.exec(text);
  const right = code === exitCode && outputs['exit-code'] === String(exitCode) && found !== null;
  if (!right) failures += 1;
  console.log(
    tableRow([
      name,
      outputs.verdict ?? '',
      String(code),
      `${right ? '' : `NOT AS IT MUST BE (${exitCode}, ${says}) `}${found?.[0] ?? text.slice(0, 400)}`,
    ]),
  );
  if (comments) console.log(`\n${github.comments.at(-1)?.body}\n`);
  return text;
}

function propose(name: string, files: Readonly<Record<string, string | object>>): GateProject {
  const project = main.branchAs(name);
  open.push(project);
  write(project, files);
  project.commit(`The change ${name}`);
  return project;
}

function write(project: GateProject, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) project.write(path, content);
}

function edit(project: GateProject, id: string, more: object): void {
  const file = `cases/${id}.json`;
  project.write(file, { ...JSON.parse(project.read(file)), ...more });
  project.commit('A title');
}

function groupEvent(project: GateProject): object {
  const [base, head] = [commitOf(project, 'main'), commitOf(project)];
  const top = '/repos/octo/loans';
  github.answers.set(`${top}/compare/${base}...${head}`, {
    commits: [{ sha: commitOf(project, 'honest') }, { sha: commitOf(project, 'other') }],
  });
  for (const [name, number] of [
    ['honest', 7],
    ['other', 8],
  ] as const)
    github.answers.set(`${top}/commits/${commitOf(project, name)}/pulls`, [{ number, state: 'open', base: { ref: 'main' } }]);
  const head_ref = `refs/heads/gh-readonly-queue/main/pr-8-${base}`;
  return { merge_group: { base_sha: base, head_sha: head, base_ref: 'refs/heads/main', head_ref } };
}

function confirm(rules: string): void {
  github.answers.set('/repos/octo/loans/actions/workflows/docket-approval.yml/runs', { workflow_runs: [confirmingRun(rules)] });
  github.answers.set('/repos/octo/loans/collaborators/grace/permission', { permission: 'admin' });
}
