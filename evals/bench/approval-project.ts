import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GateProject, gateFiles, soundPrompt } from '../../src/cli/testing/gate-project.ts';
import { edited, grownProject } from '../../src/cli/testing/grown-project.ts';
import { runHere } from '../../src/cli/testing/run-here.ts';
import type { GitHubStandIn } from '../ci/testing/github-stand-in.ts';
import { HostedServices } from '../ci/testing/hosted-services.ts';
import { type ActionEnd, runAction } from '../ci/testing/run-action.ts';

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const parcels = {
  light: 5,
  small: 8,
  eleven: 11,
  thirteen: 13,
  fifteen: 15,
  eighteen: 18,
  'at-limit': 20,
  'over-limit': 21,
  large: 25,
  heavy: 30,
};

/** Ten parcels with a limit of 20 kg that tool, policy and scorers read from one file, as main has it with its baseline. */
export async function counterWithPolicy(): Promise<GateProject> {
  const main = grownProject();
  main.write(
    'scales.ts',
    "import { limit } from './rules.ts';\nexport const weigh = (weight) => 'Weight: ' + weight + ' kg. Limit: ' + limit + ' kg.';\n",
  );
  for (const [id, weight] of Object.entries(parcels)) main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
  main.commit('The counter');
  const accepted = await runHere(['baseline', 'accept'], main);
  if (accepted.code !== 0) throw new Error(accepted.stderr);
  main.commit('The baseline');
  return main;
}

/** From 20 kg to 10, in tool, policy and scorers at once; five cases come out otherwise. */
export const lowerLimit = edited('rules.ts', 'limit = 20', 'limit = 10');

/** The labels that go with it. */
export const lowerLabels = Object.fromEntries(
  Object.entries(parcels)
    .filter(([, weight]) => weight > 10 && weight <= 20)
    .map(([id, weight]) => {
      const { label, ...parcel } = gateFiles.parcel(id, weight, false);
      return [`cases/${id}.json`, { ...parcel, label: { ...label, rationale: 'The limit is 10 kg.' } }];
    }),
);

/** Another change of rules and agent: a case goes, and the clerk becomes polite. */
export function withoutLargeParcel(project: GateProject): void {
  const file = 'reports/baseline.json';
  const baseline = JSON.parse(project.read(file)) as { cases: { id: string }[]; tombstones: object[] };
  project.remove('cases/large.json');
  project.write(file, {
    ...baseline,
    cases: baseline.cases.filter(({ id }) => id !== 'large'),
    tombstones: [{ id: 'large', removedOn: '2026-11-01', reason: 'Says the same as heavy.' }],
  });
  project.write('prompts/v1.md', `${soundPrompt}Be polite.\n`);
}

/** The commit that a branch is at. */
export function commitOf(project: GateProject, name = 'HEAD'): string {
  return project.git('rev-parse', name).trim();
}

/** Runs the action with the real gate on what is checked out, as on a runner that has only what the caches hold. */
export async function judgeOnGitHub(project: GateProject, github: GitHubStandIn, event: object, scratch: string): Promise<ActionEnd> {
  rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
  return runAction({
    action: path('../../action.yml'),
    inputs: { command: `${process.execPath} ${path('../../src/cli/main.ts')}` },
    workspace: project.directory,
    scratch,
    services: new HostedServices(join(scratch, 'hosted')),
    event,
    attempt: 1,
    apiUrl: github.url,
    environment: { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(scratch, 'cache') },
  });
}

/** The event of the one pull request, as it is now. */
export function pullRequestEvent(project: GateProject): object {
  return { pull_request: { number: 7, base: { sha: commitOf(project, 'main') }, head: { sha: commitOf(project) } } };
}
