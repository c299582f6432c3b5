import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';

const secret = 'a secret that only the judge has, 0123456789';
const environment = { DOCKET_STORE_SECRET: secret };
let main: GateProject;

beforeAll(async () => {
  main = gateProject();
  for (const [id, weight] of [
    ['nine', 9],
    ['twelve', 12],
    ['tiny', 1],
    ['huge', 90],
  ] as const)
    main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
  main.commit('Eight parcels');
  const { code, stderr } = await runHere(['baseline', 'accept'], { directory: main.directory, environment });
  expect(code, stderr).toBe(0);
  main.commit('The baseline');
}, 60_000);
afterAll(() => main[Symbol.dispose]());

function gate(project: GateProject, words: readonly string[], extra: Readonly<Record<string, string>> = environment) {
  return runHere(['gate', ...words], { directory: project.directory, environment: extra });
}

/** What a verdict says, without what only tells when and where its runs were made. */
function said(project: GateProject): unknown {
  const { createdAt: _, rerun: __, spending: ___, ...rest } = JSON.parse(project.read('reports/verdict.json')) as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest, (key, value) => (/(?:At|durationMs|DurationMs)$/.test(key) ? undefined : value)));
}

/** Runs the shards, each in a clone of its own, and hands over what they leave. */
async function shards(project: GateProject, count: number): Promise<string> {
  const downloads = join(project.directory, '.docket', 'downloads');
  for (let number = 1; number <= count; number += 1) {
    using machine = project.branchAs('change');
    const { code, stderr } = await gate(machine, ['--shard', `${number}/${count}`]);
    expect(code, stderr).toBe(0);
    expect(existsSync(join(machine.directory, 'reports/verdict.json'))).toBe(false);
    mkdirSync(downloads, { recursive: true });
    cpSync(join(machine.directory, `.docket/shards/${number}-of-${count}`), join(downloads, `artifact ${count - number}`), {
      recursive: true,
    });
  }
  return downloads;
}

test.each([
  ['that is sound', { 'prompts/v1.md': `${soundPrompt}Be polite.\n` }, 0],
  ['that got worse', { 'prompts/v1.md': 'You are a clerk.\n' }, 1],
])('the verdict over merged shards is the one of a machine alone: a change %s', async (_, files, exitCode) => {
  using alone = main.branch();
  for (const [path, text] of Object.entries(files)) alone.write(path, text);
  alone.commit('The change');
  using judge = alone.branchAs('change');
  expect((await gate(alone, [])).code).toBe(exitCode);
  const downloads = await shards(judge, 3);
  const merged = await runHere(['merge', downloads, '--json'], { directory: judge.directory, environment });
  expect(merged.code, merged.stderr).toBe(0);
  expect(JSON.parse(merged.stdout)).toMatchObject({ run: { command: 'gate', shards: 3, trials: 24 }, missing: [], notes: [] });
  const { code, stderr } = await gate(judge, []);
  expect(code, stderr).toBe(exitCode);
  expect(said(judge)).toEqual(said(alone));
});
