import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Evaluation } from '../../contracts/evaluation.ts';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { newDatabase, runSql, sharedPostgres, testPassword, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { type FixtureProject, fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { gateProject } from '../testing/gate-project.ts';
import { runHere } from '../testing/run-here.ts';

const noServer = whyNoPostgres();
let project: FixtureProject;
beforeAll(() => {
  project = fixtureProject();
  for (const weight of [1, 3, 12, 18, 40]) project.writeCase(`parcel-${weight}`, parcelCase(`parcel-${weight}`, weight, weight <= 20));
  // One input twice: its trials run once, in one shard.
  project.writeCase('parcel-again', parcelCase('parcel-again', 12, true));
});
afterAll(() => project[Symbol.dispose]());

const run = (...words: readonly string[]) => runHere(words, { directory: project.directory });

/** Runs a shard as a machine does that has nothing yet, and gives the folder that it leaves another name. */
async function shard(part: string, name: string, ...words: readonly string[]): Promise<string> {
  rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
  const { code, stdout, stderr } = await run('eval', '--shard', part, ...words);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('Nothing was judged');
  const folder = join(project.directory, 'handed', name);
  mkdirSync(join(project.directory, 'handed'), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(project.directory, '.docket/shards', part.replace('/', '-of-')), folder);
  return folder;
}

function recordIn(folder: string): ShardRecord {
  return JSON.parse(readFileSync(join(folder, 'shard.json'), 'utf8'));
}

test('an evaluation over merged shards is the one of a machine alone, and runs nothing again', async () => {
  await run('eval', '--json');
  const alone = JSON.parse(readFileSync(join(project.directory, 'reports/evaluation.json'), 'utf8')) as Evaluation;
  const folders = [await shard('1/2', 'b'), await shard('2/2', 'a')];
  const records = folders.map(recordIn);
  expect(records[0]?.plan).toBe(records[1]?.plan);
  // The cases of one input are counted each, and stored once.
  expect(records.reduce((sum, { trials }) => sum + trials.planned, 0)).toBe(48);
  expect(records.reduce((sum, { stored }) => sum + stored, 0)).toBe(42);
  rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
  const merged = await run('merge', 'handed');
  expect(merged, merged.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(merged.stdout).toContain('2 of 2 shards of docket eval (parcel-desk, simulated model): 42 trials taken');
  expect(merged.stdout).toContain('run docket eval without --shard');
  expect((await run('merge', 'handed')).stdout).toContain('0 trials taken, 42 there already');
  await run('eval', '--json');
  const after = JSON.parse(readFileSync(join(project.directory, 'reports/evaluation.json'), 'utf8')) as Evaluation;
  expect(after.trials).toEqual({ run: 0, reused: 42, failed: 0 });
  expect(after.versions.map(({ totals }) => [totals.passes, totals.runs])).toEqual(
    alone.versions.map(({ totals }) => [totals.passes, totals.runs]),
  );
});

describe('what is handed over', () => {
  let [one, two] = ['', ''];
  beforeAll(async () => {
    [one, two] = [await shard('1/2', 'one'), await shard('2/2', 'two')];
    rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
  });
  const into = (name: string) => ['--into', join(project.directory, 'merged', `${name}.db`)];

  test('a shard that is missing is named, and no success', async () => {
    const { code, stderr, stdout } = await run('merge', one, ...into('missing'));
    expect(code).toBe(3);
    expect(stderr).toContain('missing: Shard 2/2 is missing.');
    expect(stdout).toContain('1 of 2 shards');
    expect((await run('merge', one, '--allow-missing', ...into('missing'))).code).toBe(0);
  });

  test('a shard that is given twice counts once, and is named', async () => {
    const again = join(project.directory, 'handed', 'again');
    cpSync(two, again, { recursive: true });
    const { code, stderr } = await run('merge', one, two, again, ...into('twice'));
    expect(code).toBe(0);
    expect(stderr).toContain('Shard 2/2 is there twice; each of its trials counts once.');
    rmSync(again, { recursive: true });
  });

  test.each([
    ['plan of who runs what', ['--trials', '4'], '2/2'],
    ['number of shards', [], '2/3'],
    ['versions', ['--versions', 'v1'], '2/2'],
    ['series', ['--series', 'other'], '2/2'],
  ])('a shard with another %s is not of the same run', async (what, words, part) => {
    const other = await shard(part, 'other', ...words);
    const { code, stderr } = await run('merge', one, other, ...into('mixed'));
    expect(code).toBe(2);
    expect(stderr).toContain(`is not of the same run as`);
    expect(stderr).toContain(`its ${what} ${what === 'versions' ? 'are' : 'is'}`);
    expect(existsSync(join(project.directory, 'merged/mixed.db'))).toBe(false);
    rmSync(other, { recursive: true });
  });

  test('durations that were measured elsewhere make another plan', async () => {
    writeFileSync(join(project.directory, 'reports/durations.json'), JSON.stringify({ format: 1, cases: { light: 90_000, heavy: 10 } }));
    const other = await shard('2/2', 'other');
    rmSync(join(project.directory, 'reports/durations.json'));
    expect(recordIn(other).measuredCases).toBe(2);
    expect((await run('merge', one, other, ...into('mixed'))).stderr).toContain('its plan of who runs what is');
    rmSync(other, { recursive: true });
  });

  test('a link, a record that was changed, a folder without a store and a report are refused', async () => {
    const folder = join(project.directory, 'handed', 'odd');
    const refused = async (words: string) => expect((await run('merge', folder, ...into('odd'))).stderr).toContain(words);
    symlinkSync(two, folder);
    await refused('is a link. Name the file or folder itself.');
    rmSync(folder);
    mkdirSync(folder);
    await refused('there is no trial store in it');
    writeFileSync(join(folder, 'shard.json'), JSON.stringify(recordIn(two)));
    await refused('has a shard.json and no docket.db. Was all of the folder handed over?');
    symlinkSync(join(two, 'docket.db'), join(folder, 'docket.db'));
    await refused('docket.db: is a link.');
    rmSync(join(folder, 'docket.db'));
    cpSync(join(two, 'docket.db'), join(folder, 'docket.db'));
    writeFileSync(join(folder, 'shard.json'), JSON.stringify({ ...recordIn(two), shard: { number: 3, count: 2 } }));
    await refused('is not what a shard wrote');
    rmSync(folder, { recursive: true });
    expect((await run('merge', 'reports/evaluation.json')).stderr).toContain('Reports are merged by: docket report merge.');
  });

  test('a shard that lost trials on the way is not whole', async () => {
    const folder = join(project.directory, 'handed', 'less');
    cpSync(two, folder, { recursive: true });
    writeFileSync(join(folder, 'shard.json'), JSON.stringify({ ...recordIn(two), stored: recordIn(two).stored + 2 }));
    const { code, stderr } = await run('merge', one, folder, ...into('less'));
    expect(code).toBe(3);
    expect(stderr).toMatch(/Shard 2\/2 says that it stored \d+ trials, and \d+ came\./);
    rmSync(folder, { recursive: true });
  });

  test('a damaged trial is missing, whatever else is damaged beside it, unless another copy of its shard is whole', async () => {
    const folder = join(project.directory, 'handed', 'damaged');
    cpSync(two, folder, { recursive: true });
    const database = new DatabaseSync(join(folder, 'docket.db'));
    database.exec(`UPDATE trials SET trial = trial || ' ' WHERE rowid = 1; DELETE FROM trials WHERE rowid = 2;
      INSERT INTO scores (key, scorer, score, checksum) VALUES ('key', 'tone', 'null', 1)`);
    database.close();
    const { code, stderr, stdout } = await run('merge', one, folder, ...into('damaged'));
    const { stored } = recordIn(two);
    expect(code).toBe(3);
    expect(stderr).toContain(`missing: Shard 2/2 says that it stored ${stored} trials, and ${stored - 1} came.`);
    expect(stderr).toMatch(/missing: Shard 2\/2: trial \d of series "eval" \(case \w+\) is damaged, and was left out\./);
    expect(stderr).toMatch(/what scorers said is damaged in 1 place, so it is asked for again/);
    expect(stdout).toContain('it runs what is missing');
    const both = await run('merge', one, folder, two, ...into('damaged-and-whole'));
    expect([both.code, both.stderr]).toEqual([0, expect.stringMatching(/is damaged, and was left out\. Another copy of it is whole\./)]);
    expect(both.stderr).not.toContain('missing:');
    rmSync(folder, { recursive: true });
  });

  test('nothing is merged where one store of several is cut off, and its shard is named', async () => {
    const folder = join(project.directory, 'handed', 'cut');
    cpSync(two, folder, { recursive: true });
    truncateSync(join(folder, 'docket.db'), 20_000);
    const { code, stderr } = await run('merge', one, folder, ...into('cut'));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Nothing was merged\. Run shard 2\/2 again, or hand its folder over again/)]);
    expect(existsSync(join(project.directory, 'merged/cut.db'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test("shards that are merged into another agent's store are told of, and those of its own are not", async () => {
    using others = gateProject();
    await runHere(['eval', '--trials', '1'], { directory: others.directory });
    const merged = await runHere(['merge', one, two], { directory: others.directory });
    expect([merged.code, merged.stderr]).toEqual([
      0,
      expect.stringMatching(/^The shards are of the agent "parcel-desk", and not one of their/),
    ]);
    expect((await run('merge', one, ...into('own'), '--allow-missing')).stderr).not.toContain('of the agent');
    expect((await run('merge', one, two, ...into('own'))).stderr).toBe('');
  });

  test.skipIf(noServer)(
    `a team's database takes all of it${noServer === undefined ? '' : ` (${noServer})`}`,
    { tags: ['slow'] },
    async () => {
      const server = await sharedPostgres();
      const [DOCKET_STORE, other] = [await newDatabase(server), await newDatabase(server)];
      const merge = (words: readonly string[], address: string) =>
        runHere(['merge', ...words], { directory: project.directory, environment: { DOCKET_STORE: address } });
      const first = await merge([one, two], DOCKET_STORE);
      expect(first, first.stderr).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).toContain('42 trials added to the database, 0 there already');
      expect(first.stdout).toContain('merged into postgres://');
      expect(first.stdout).not.toContain(encodeURIComponent(testPassword));
      expect((await merge([two, one], DOCKET_STORE)).stdout).toContain('0 trials added to the database, 42 there already');
      // One after the other, in the other order.
      for (const folder of [two, one]) await merge([folder, '--allow-missing'], other);
      const trials = (address: string) =>
        runSql(
          address,
          'SELECT version_fingerprint, case_fingerprint, series, number, place, trial, checksum FROM trials JOIN selections ON id = selection ORDER BY 1, 2, 3, 4',
        );
      expect(await trials(other)).toEqual(await trials(DOCKET_STORE));
      // The run over them is one, here and for the team.
      rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
      await runHere(['eval', '--json'], { directory: project.directory, environment: { DOCKET_STORE } });
      expect(JSON.parse(readFileSync(join(project.directory, 'reports/evaluation.json'), 'utf8')).trials).toEqual({
        run: 0,
        reused: 42,
        failed: 0,
      });
      const kept = await runSql(DOCKET_STORE, "SELECT kept::json->'trials' AS trials, kept::json->>'state' AS state FROM runs");
      expect(kept).toEqual([{ trials: { done: 48, wanted: 48, reused: 48 }, state: 'done' }]);
      expect(readdirSync(join(project.directory, '.docket/runs')).filter((name) => name !== '.gitignore')).toHaveLength(1);
      // Another machine ran one of the parts as well: its trials began at another time.
      const again = await shard('2/2', 'again');
      const conflict = await merge([one, again], DOCKET_STORE);
      expect(conflict.code).toBe(0);
      expect(conflict.stderr).toMatch(
        /\d+ trials are in the database with another content, which stays, .* The first: trial \d+ of series /,
      );
      expect(await trials(DOCKET_STORE)).toEqual(await trials(other));
      rmSync(again, { recursive: true });
    },
  );

  test('a store that no shard wrote is merged, and nothing is said of its being whole', async () => {
    const store = join(project.directory, 'plain.db');
    cpSync(join(one, 'docket.db'), store);
    const { code, stderr, stdout } = await run('merge', store, ...into('plain'));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('1 store:');
    expect((await run('merge', store, '--into', store)).stderr).toContain('is the store that all of it goes into');
    // Another agent's cases are others.
    using others = gateProject();
    await runHere(['eval', '--trials', '1'], { directory: others.directory });
    const strange = join(others.directory, '.docket/docket.db');
    const mixed = await run('merge', store, strange, ...into('mixed-agents'));
    expect(mixed.code).toBe(0);
    expect(mixed.stderr).toContain(`${strange}: not one of its cases is among those that were there before. Is it of another agent`);
    expect(mixed.stderr.match(/not one of its cases/g)).toHaveLength(1);
  });
});

test('more shards than trials: an empty one says so, and is no pass', async () => {
  const { code, stdout, stderr } = await run('eval', '--case', 'light', '--versions', 'v2', '--trials', '1', '--shard', '1/3', '--json');
  expect(code, stderr).toBe(0);
  const records = [JSON.parse(stdout) as ShardRecord];
  for (const part of ['2/3', '3/3'])
    records.push(JSON.parse((await run('eval', '--case', 'light', '--versions', 'v2', '--trials', '1', '--shard', part, '--json')).stdout));
  expect(records.map(({ trials }) => trials.planned).sort()).toEqual([0, 0, 1]);
  const empty = records.find(({ trials }) => trials.planned === 0);
  const text = await run('eval', '--case', 'light', '--versions', 'v2', '--trials', '1', '--shard', `${empty?.shard.number}/3`);
  expect(text.stdout).toContain('empty: 1 trial over 3 shards leave none for this one');
  expect(text.stdout).toContain('Nothing was judged');
  const merged = await run('merge', '.docket/shards', '--into', join(project.directory, 'merged/empty.db'));
  expect(merged, merged.stderr).toMatchObject({ code: 0 });
  expect(merged.stdout).toContain('empty: there are fewer trials than shards');
});

test.each(['0/3', '4/3', '1/0', '1.5/2', '1/1000000', '-1/2', '1', 'a/b', '1/2/3'])('--shard %s is no part of a whole', async (part) => {
  const { code, stderr } = await run('eval', `--shard=${part}`);
  expect(code).toBe(2);
  expect(stderr).toContain('Expected a part of the whole, for example 2/3.');
});

test.each([
  [['eval', '--shard', '1/2', '--watch'], "cannot be used with option '--watch'"],
  [['eval', '--shard', '1/2', '--fresh'], "cannot be used with option '--fresh'"],
  [['gate', '--shard', '1/2', '--approved-by', 'Ada'], "cannot be used with option '--approved-by"],
])('%j is refused', async (words, message) => {
  const { code, stderr } = await run(...words);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('durations are measured by what is stored, change only where they are off, and a damaged file is refused before anything runs', async () => {
  rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
  rmSync(join(project.directory, 'reports/durations.json'), { force: true });
  expect((await run('durations')).stderr).toContain('nothing can be measured. Run docket eval first.');
  await run('eval', '--case', 'light', '--case', 'heavy');
  const first = JSON.parse((await run('durations', '--json')).stdout);
  expect(first).toMatchObject({ kind: 'durations', changed: 2, unmeasured: expect.arrayContaining(['parcel-1']) });
  expect(Object.keys(first.cases)).toEqual(['heavy', 'light']);
  expect(JSON.parse((await run('durations', '--json')).stdout)).toMatchObject({ changed: 0, cases: first.cases });
  writeFileSync(join(project.directory, 'reports/durations.json'), '{"format": 1, "cases": {"light": -5}}');
  const { code, stderr } = await run('eval', '--shard', '1/2');
  expect(code).toBe(2);
  expect(stderr).toContain('reports/durations.json: holds no durations');
  rmSync(join(project.directory, 'reports/durations.json'));
});

test('a baseline over merged shards is the one of a machine alone', async () => {
  const file = join(project.directory, 'reports/baseline.json');
  const counts = () => JSON.parse(readFileSync(file, 'utf8')).cases;
  const begin = () => {
    rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
    rmSync(file, { force: true });
  };
  const accept = (...words: readonly string[]) => run('baseline', 'accept', '--mode', 'simulated', '--trials', '4', ...words);
  begin();
  await accept();
  const alone = counts();
  begin();
  for (const part of ['1/2', '2/2']) {
    const { code, stdout, stderr } = await accept('--shard', part, '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'baseline accept', trials: { all: 32 }, series: 'baseline-1' });
    rmSync(join(project.directory, '.docket/docket.db'));
  }
  expect(existsSync(file)).toBe(false);
  expect(await run('merge', '.docket/shards')).toMatchObject({ code: 3, stderr: expect.stringContaining('add --trust-unsigned') });
  const merged = await run('merge', '.docket/shards', '--trust-unsigned');
  expect(merged, merged.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('run docket baseline accept without --shard') });
  expect((await accept()).code).toBe(0);
  expect(counts()).toEqual(alone);
  rmSync(file);
});
