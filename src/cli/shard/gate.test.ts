import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { forgeTrials } from '../testing/forge-trials.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';
import { moreParcels, verdictSaid } from '../testing/verdict-said.ts';

const secret = 'a secret that only the judge has, 0123456789';
const environment = { DOCKET_STORE_SECRET: secret };
let main: GateProject;

beforeAll(async () => {
  main = gateProject();
  for (const [id, weight] of Object.entries(moreParcels)) main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
  main.commit('Eight parcels');
  const { code, stderr } = await runHere(['baseline', 'accept'], { directory: main.directory, environment });
  expect(code, stderr).toBe(0);
  main.commit('The baseline');
}, 60_000);
afterAll(() => main[Symbol.dispose]());

function gate(project: GateProject, words: readonly string[], extra: Readonly<Record<string, string>> = environment) {
  return runHere(['gate', ...words], { directory: project.directory, environment: extra });
}

/** Runs the shards, each in a clone of its own, and hands over what they leave. */
async function shards(project: GateProject, count: number, own = environment as Readonly<Record<string, string>>): Promise<string> {
  const downloads = join(project.directory, '.docket', 'downloads');
  for (let number = 1; number <= count; number += 1) {
    using machine = project.branchAs('change');
    const { code, stderr } = await gate(machine, ['--shard', `${number}/${count}`], own);
    expect(code, stderr).toBe(0);
    expect(stderr.includes('Not signed: there is no DOCKET_STORE_SECRET here')).toBe(own !== environment);
    expect(existsSync(join(machine.directory, 'reports/verdict.json'))).toBe(false);
    mkdirSync(downloads, { recursive: true });
    cpSync(join(machine.directory, `.docket/shards/${number}-of-${count}`), join(downloads, `artifact ${count - number}`), {
      recursive: true,
    });
  }
  return downloads;
}

/** A pull request on a machine that judges, with what its shards left. */
async function proposed(prompt: string, count: number, own = environment as Readonly<Record<string, string>>) {
  const judge = main.branch();
  judge.write('prompts/v1.md', prompt);
  judge.commit('The change');
  return { judge, downloads: await shards(judge, count, own) };
}

/** Merges, judges, and compares with a machine that runs all of it. */
async function isTheSame({ judge, downloads }: Awaited<ReturnType<typeof proposed>>, count: number, exitCode: number): Promise<void> {
  using alone = judge.branchAs('change');
  expect((await gate(alone, [])).code).toBe(exitCode);
  const merged = await runHere(['merge', downloads, '--json'], { directory: judge.directory, environment });
  expect(merged.code, merged.stderr).toBe(0);
  expect(JSON.parse(merged.stdout)).toMatchObject({ run: { command: 'gate', shards: count, trials: 24 }, missing: [], notes: [] });
  const { code, stderr } = await gate(judge, []);
  expect(code, stderr).toBe(exitCode);
  expect(verdictSaid(judge)).toEqual(verdictSaid(alone));
}

/** Forges what the shards left, merges it, and judges. */
async function staysRed({ judge, downloads }: Awaited<ReturnType<typeof proposed>>, own: Readonly<Record<string, string>>, why: string) {
  for (const artifact of readdirSync(downloads)) expect(forgeTrials(join(downloads, artifact, 'docket.db'))).toBeGreaterThan(0);
  const merged = await runHere(['merge', downloads], { directory: judge.directory, environment: own });
  expect(merged.code).toBe(3);
  expect(merged.stderr).toContain(why);
  expect((await gate(judge, [], own)).code).toBe(1);
}

describe('a change that got worse', () => {
  let change: Awaited<ReturnType<typeof proposed>>;
  beforeAll(async () => {
    change = await proposed('You are a clerk.\n', 2);
  }, 120_000);
  afterAll(() => change.judge[Symbol.dispose]());

  test('the verdict over merged shards is the one of a machine alone', () => isTheSame(change, 2, 1), 120_000);

  test('a forged store turns no red into a green', async () => {
    using judge = main.branchAs('change');
    judge.write('prompts/v1.md', 'You are a clerk.\n');
    judge.commit('The change');
    await staysRed({ judge, downloads: change.downloads }, environment, 'not signed with this DOCKET_STORE_SECRET');
  });
});

test('the verdict over merged shards is the one of a machine alone: a change that is sound', { tags: ['slow'] }, async () => {
  const change = await proposed(`${soundPrompt}Be polite.\n`, 3);
  using _ = change.judge;
  await isTheSame(change, 3, 0);
});

test('a forged store turns no red into a green: nobody has a secret, as in a pull request of a fork', { tags: ['slow'] }, async () => {
  const change = await proposed('You are a clerk.\n', 2, {});
  using _ = change.judge;
  await staysRed(change, {}, 'there is no DOCKET_STORE_SECRET that would show who ran them');
});

test('a shard that is missing is run by the judge, and the verdict is the same', { tags: ['slow'] }, async () => {
  using judge = main.branch();
  judge.write('prompts/v1.md', `${soundPrompt}Be polite.\n`);
  judge.commit('The change');
  const downloads = await shards(judge, 3);
  rmSync(join(downloads, 'artifact 1'), { recursive: true });
  const merged = await runHere(['merge', downloads, '--allow-missing'], { directory: judge.directory, environment });
  expect(merged, merged.stderr).toMatchObject({ code: 0 });
  expect(merged.stderr).toContain('missing: Shard 2/3 is missing.');
  expect((await gate(judge, [])).code).toBe(0);
  expect(JSON.parse(judge.read('reports/verdict.json'))).toMatchObject({ candidate: { totals: { runs: 24 } } });
});

const noServer = whyNoPostgres();

test.skipIf(noServer)(
  `over one database a shard makes all the rounds, also those that lost shards were to run${noServer === undefined ? '' : ` (${noServer})`}`,
  { tags: ['slow'] },
  async () => {
    using project = main.branch();
    project.write('prompts/v1.md', 'You are a clerk.\n');
    project.commit('The change');
    using alone = project.branchAs('change');
    await gate(alone, []);
    const { spent } = JSON.parse(alone.read('reports/verdict.json')).spending.trials;
    const shared = { ...environment, DOCKET_STORE: await newDatabase(await sharedPostgres()) };
    expect((await runHere(['store', 'copy'], { directory: project.directory, environment: shared })).code).toBe(0);
    const { code, stdout, stderr } = await gate(project, ['--shard', '2/3', '--json'], shared);
    expect(code, stderr).toBe(0);
    const { trials, stored } = JSON.parse(stdout);
    expect(trials).toMatchObject({ all: spent, missing: 0 });
    expect([trials.run + trials.taken, stored]).toEqual([spent, spent]);
    expect((await gate(project, [], shared)).code).toBe(1);
    expect(JSON.parse(project.read('reports/verdict.json')).spending.trials).toMatchObject({ spent: 0, reused: spent });
    expect(verdictSaid(project)).toEqual(verdictSaid(alone));
    // Where the trials of an accusation are gone the version is tried harder, by one machine.
    const emptied = { ...environment, DOCKET_STORE: await newDatabase(await sharedPostgres()) };
    const refused = await gate(alone, ['--shard', '1/3'], emptied);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toContain('The trials by which this version was accused before are not in the store any more');
    expect(await runSql(emptied.DOCKET_STORE, 'SELECT count(*)::integer AS trials FROM trials')).toEqual([{ trials: 0 }]);
  },
);

test('nothing to run says why, leaves an empty record, and an older verdict is gone', { tags: ['slow'] }, async () => {
  using project = main.branch();
  project.write('reports/verdict.json', '{}');
  const { code, stdout, stderr } = await gate(project, ['--shard', '1/2']);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('empty: there is nothing to run. Nothing changed');
  expect(stdout).toContain('Nothing was judged');
  expect(existsSync(join(project.directory, 'reports/verdict.json'))).toBe(false);
  await gate(project, ['--shard', '2/2']);
  const merged = await runHere(['merge', '.docket/shards', '--json'], { directory: project.directory, environment });
  expect(merged.code, merged.stderr).toBe(0);
  expect(JSON.parse(merged.stdout)).toMatchObject({ run: { trials: 0 }, missing: [] });
});

test('what the gate would not begin is not begun: a case without an end, a budget without a round', { tags: ['slow'] }, async () => {
  using project = main.branch();
  project.write('prompts/v1.md', `${soundPrompt}Be polite.\n`);
  project.commit('The change');
  const { code, stdout } = await gate(project, ['--shard', '1/2', '--budget', '5']);
  expect(code).toBe(0);
  expect(stdout).toContain('The gate starts no round:');
  const faulty = await gate(project, ['--shard', '1/2', '--against', 'gone']);
  expect(faulty.code).toBe(2);
  expect(existsSync(join(project.directory, '.docket/shards/1-of-2'))).toBe(false);
});

test('twins go with their case, a quarantined case is in no part, and the judge runs nothing again', { tags: ['slow'] }, async () => {
  using project = gateProject();
  const index = new URL('../../index.ts', import.meta.url).href;
  project.write(
    'docket.config.ts',
    `import { straddle } from '${index}';
import { parcelCounter } from './agent.ts';
const border = straddle({ field: 'weight', decides: 'accepted', policy: ({ weight }) => ({ accepted: weight <= 20 }), between: [1, 90], step: 1 });
export default { agent: { ...parcelCounter, relations: [border] }, cases: 'cases', current: 'v1', concurrency: 16, gate: { relations: true } };
`,
  );
  project.write('cases/damp.json', gateFiles.parcel('damp', 7, false));
  const accepted = await runHere(['baseline', 'accept', '--trials', '20'], { directory: project.directory, environment });
  expect(accepted.stdout).toContain('main itself fails it too often: damp');
  project.commit('The baseline');
  using change = project.branch();
  change.write('prompts/v1.md', `${soundPrompt}Be polite.\n`);
  change.commit('The change');
  const downloads = await shards(change, 2);
  const merged = JSON.parse((await runHere(['merge', downloads, '--json'], { directory: change.directory, environment })).stdout);
  // Four cases in three rounds; each trial takes those of its twins along.
  expect(merged).toMatchObject({ run: { trials: 12 }, missing: [] });
  expect(merged.sources.reduce((sum: number, { taken }: { readonly taken: number }) => sum + taken, 0)).toBeGreaterThan(24);
  expect((await gate(change, [])).code).toBe(0);
  expect(JSON.parse(change.read('reports/verdict.json'))).toMatchObject({ verdict: 'pass', spending: { trials: { spent: 0 } } });
});
