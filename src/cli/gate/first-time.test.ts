import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GateProject, gateFiles, gateProject } from '../testing/gate-project.ts';
import { judge, laxPrompt } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const main = gateProject();
beforeAll(async () => {
  await runHere(['baseline', 'accept'], main);
  main.commit('The baseline');
});
afterAll(() => main[Symbol.dispose]());

/** A branch of a main that lacks something. */
function after(change: (project: GateProject) => void): GateProject {
  const project = main.branch();
  project.git('switch', '--quiet', 'main');
  change(project);
  project.commit('Main as it was');
  project.git('branch', '--force', 'change');
  project.git('switch', '--quiet', 'change');
  return project;
}

const takes = (schema: string) => gateFiles.agent().replace('z.strictObject({ weight: z.number().positive() })', schema);

it('where main has no configuration nothing is compared; what can be run is run, and the way on is said', { tags: ['slow'] }, async () => {
  using project = after((old) => old.remove('docket.config.ts'));
  project.write('docket.config.ts', gateFiles.config());
  project.write('prompts/v1.md', laxPrompt);
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'not-evaluated', exitCode: 4, agent: 'parcel-counter' });
  expect(verdict.reason).toMatch(/has no docket\.config\.ts, .* Have a person review the configuration, .* and merge them as they are/);
  expect(verdict.reason).toContain('By the rules that it brings itself, 2 of 4 cases pass in one run each (not heavy, over-limit).');
});

it('where main has no baseline both sides are run, and a regression is one', { tags: ['slow'] }, async () => {
  using project = after((old) => old.remove('reports/baseline.json'));
  project.write('prompts/v1.md', laxPrompt);
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'regressed', exitCode: 1, mode: 'simulated' });
  expect(verdict.notices).toContainEqual(
    expect.objectContaining({ kind: 'other-baseline', message: expect.stringMatching(/^Main has no reports\/baseline.json/) }),
  );
  const key = await runHere(['fingerprint', '--json'], project);
  expect(key).toMatchObject({ code: 0, stdout: expect.stringMatching(/"key": ?"parcel-counter-[0-9a-f]{32}-0"/) });
});

it('a case that the candidate does not take stays so beside another one that it changes', { tags: ['slow'] }, async () => {
  using project = main.branch();
  project.write('agent.ts', takes('z.strictObject({ weight: z.number().positive().max(25) })'));
  project.write('cases/light.json', { ...gateFiles.parcel('light', 5, true), title: 'Another title' });
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'input-refused', exitCode: 5 });
  expect(verdict.ruleChanges).toContainEqual(expect.objectContaining({ what: 'case', field: 'title' }));
  project.write('cases/light.json', { ...gateFiles.parcel('light', 5, true), input: { weight: 50 } });
  expect((await judge(project)).verdict).toMatchObject({ verdict: 'error', reason: expect.stringContaining('cases/light.json') });
});

it('where no input fits both schemas it is said which, and how to get on', { tags: ['slow'] }, async () => {
  using project = main.branch();
  project.write('agent.ts', takes('z.strictObject({ weight: z.number().positive(), express: z.boolean() })'));
  for (const [id, weight] of [
    ['light', 5],
    ['at-limit', 20],
    ['over-limit', 21],
    ['heavy', 30],
  ] as const)
    project.write(`cases/${id}.json`, { ...gateFiles.parcel(id, weight, weight <= 20), input: { weight, express: true } });
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'not-evaluated', exitCode: 4 });
  expect(verdict.reason).toMatch(/takes the input of none of main's 4 cases \(at-limit: Invalid input: expected boolean/);
  expect(verdict.reason).toContain('4 of 4 cases pass in one run each.');
});

it('a schema of main that waits is named, and is no crash', { tags: ['slow'] }, async () => {
  using project = after((old) => old.write('agent.ts', takes('z.strictObject({ weight: z.number() }).refine(async () => true)')));
  project.write('agent.ts', gateFiles.agent());
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'not-evaluated', exitCode: 4 });
  expect(verdict.reason).toContain(
    'The input schema of the agent "parcel-counter" waits for something (an async refinement or transform).',
  );
});

it('a clone without the history of main is told how to fetch it', async () => {
  using project = main.branch();
  project.write('prompts/v1.md', laxPrompt);
  project.commit('The change');
  project.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  const directory = mkdtempSync(join(tmpdir(), 'docket-shallow-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--depth', '1', '--branch', 'change', `file://${project.directory}`, directory]);
    symlinkSync(join(project.directory, 'node_modules'), join(directory, 'node_modules'));
    const { code, stdout } = await runHere(['gate', '--json'], { directory });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 4,
      verdict: 'not-evaluated',
      reason: expect.stringContaining('fetch-depth: 0'),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

it('a scorer of main that fails on what the candidate decides says nothing of the candidate', { tags: ['slow'] }, async () => {
  const score =
    "({ case: { id }, trial: { outcome } }) => { if (id === 'heavy' && outcome.decision.accepted) throw new TypeError('no fee for that'); }";
  using project = after((old) =>
    old.write('agent.ts', gateFiles.agent().replace('  scorers: [', `  scorers: [{ scope: 'trial', name: 'fair', score: ${score} },`)),
  );
  project.write('prompts/v1.md', laxPrompt);
  const { verdict } = await judge(project);
  expect(verdict).toMatchObject({ verdict: 'incomplete', exitCode: 3 });
  expect(verdict.reason).toMatch(/The scorer "fair".* failed on case heavy, trial 1: TypeError: no fee for that/);
});
