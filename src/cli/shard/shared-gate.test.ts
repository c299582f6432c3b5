import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ShardRecord } from '../../contracts/shard-record.ts';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { cuttable } from '../../trials/testing/cuttable.ts';
import { type GateProject, gateFiles, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { laxPrompt } from '../testing/judge.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';
import { moreParcels, verdictSaid } from '../testing/verdict-said.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;
const secret = { DOCKET_STORE_SECRET: 'a secret that every machine has, 0123456789' };

onServer(missing ?? 'a gate in shards that see the same store', { tags: ['slow'] }, () => {
  let main: GateProject;
  /** Names each trial that the scorer was asked about, a line each. */
  const asked = join(mkdtempSync(join(tmpdir(), 'docket-asked-')), 'asked');
  beforeAll(async () => {
    main = gateProject();
    main.write('docket.config.ts', gateFiles.config({ concurrency: 2 }));
    // Trials that take a while, and a scorer that answers later.
    main.write('scales.ts', slowScales(300));
    main.write(
      'agent.ts',
      gateFiles
        .agent()
        .replace(
          'scorers: [',
          `scorers: [{ scope: 'trial', name: 'counted', async score({ trial: { key } }) { appendFileSync(${JSON.stringify(asked)}, JSON.stringify(key) + '\\n'); await new Promise((resolve) => setTimeout(resolve, 200)); return { name: 'counted', value: 1, pass: true, hard: false, reason: 'Seen.', findings: [] }; } },`,
        )
        .replace(
          "import { readFileSync, readdirSync } from 'node:fs';",
          "import { appendFileSync, readFileSync, readdirSync } from 'node:fs';",
        ),
    );
    for (const [id, weight] of Object.entries(moreParcels)) main.write(`cases/${id}.json`, gateFiles.parcel(id, weight, weight <= 20));
    main.commit('Eight slow parcels');
    const accepted = await runHere(['baseline', 'accept', '--concurrency', '40'], { directory: main.directory, environment: secret });
    expect(accepted.code, accepted.stderr).toBe(0);
    main.commit('The baseline');
  }, 120_000);
  afterAll(() => {
    main[Symbol.dispose]();
    rmSync(join(asked, '..'), { recursive: true });
  });

  function change(files: Readonly<Record<string, string>>): GateProject {
    const project = main.branch();
    for (const [path, text] of Object.entries(files)) project.write(path, text);
    project.commit('The change');
    return project;
  }

  /** A database that has what main's machine stored. */
  async function teams(project: GateProject) {
    const DOCKET_STORE = await newDatabase(await sharedPostgres());
    const copied = await runHere(['store', 'copy'], { directory: project.directory, environment: { ...secret, DOCKET_STORE } });
    expect(copied.code, copied.stderr).toBe(0);
    const kept = await stored(DOCKET_STORE);
    return { DOCKET_STORE, added: async () => (await stored(DOCKET_STORE)) - kept };
  }

  async function stored(DOCKET_STORE: string): Promise<number> {
    const [row] = await runSql(
      DOCKET_STORE,
      'SELECT count(*)::integer AS all, count(DISTINCT (selection, number))::integer AS different FROM trials',
    );
    expect(row?.all).toBe(row?.different);
    return Number(row?.all);
  }

  /** A machine of its own, which has the commit and the database. */
  async function shard(
    project: GateProject,
    part: string,
    environment: Readonly<Record<string, string>>,
    onStart?: (child: ChildProcess) => void,
  ) {
    using machine = project.branchAs('change');
    const { code, stdout, stderr } = await runDocket(['gate', '--shard', part, '--json'], {
      directory: machine.directory,
      environment: { ...secret, ...environment },
      ...(onStart ? { onStart } : {}),
    });
    return { code, stderr, record: code === 0 ? (JSON.parse(stdout) as ShardRecord) : undefined };
  }

  const ranBy = (ends: readonly { readonly record: ShardRecord | undefined }[]) =>
    ends.reduce((sum, { record }) => sum + (record?.trials.run ?? 0) + (record?.trials.taken ?? 0), 0);

  /** What a machine alone says, and how many trials it needs. */
  async function alone(project: GateProject) {
    using machine = project.branchAs('change');
    await runDocket(['gate', '--concurrency', '20'], { directory: machine.directory, environment: secret });
    const { spending } = JSON.parse(machine.read('reports/verdict.json'));
    return { said: verdictSaid(machine), trials: spending.trials.spent as number };
  }

  /** The judge finds all of it. */
  async function judgesAlike(project: GateProject, DOCKET_STORE: string, expected: Awaited<ReturnType<typeof alone>>) {
    const { stderr } = await runDocket(['gate'], { directory: project.directory, environment: { ...secret, DOCKET_STORE } });
    const { spending } = JSON.parse(project.read('reports/verdict.json'));
    expect(spending.trials, stderr).toMatchObject({ spent: 0, reused: expected.trials });
    expect(verdictSaid(project)).toEqual(expected.said);
  }

  test('one that is alone runs what the others do not, retries and cause and all; the judge runs nothing', async () => {
    using project = change({ 'prompts/v1.md': laxPrompt, 'agent.ts': `${main.read('agent.ts')}// Otherwise the same.\n` });
    const expected = await alone(project);
    expect(expected.said).toMatchObject({ verdict: 'regressed', attribution: { factor: 'prompt' } });
    const { DOCKET_STORE, added } = await teams(project);
    const { code, stdout, stderr } = await runHere(['gate', '--shard', '2/3', '--concurrency', '20'], {
      directory: project.directory,
      environment: { ...secret, DOCKET_STORE },
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`${expected.trials} of the gate's ${expected.trials} trials ran here: \\d+ of its own \\d+, \\d+ of other shards'`),
    );
    expect(stdout).toContain('all of it is in the shared store');
    expect(stderr).toContain('after 0 trials: screening 8 cases (8 runs)');
    expect(await added()).toBe(expected.trials);
    await judgesAlike(project, DOCKET_STORE, expected);
  });

  test('three beside each other run each trial once, and ask a scorer once about each', async () => {
    using project = change({ 'prompts/v1.md': `${soundPrompt}Be unsure now and then. 4\n` });
    const expected = await alone(project);
    const { DOCKET_STORE, added } = await teams(project);
    rmSync(asked);
    const ends = await Promise.all(['1/3', '2/3', '3/3'].map((part) => shard(project, part, { DOCKET_STORE })));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, expect.anything()]));
    expect(ranBy(ends)).toBe(expected.trials);
    expect(await added()).toBe(expected.trials);
    // Each had something to do.
    expect(ends.every(({ record }) => (record?.trials.run ?? 0) > 0)).toBe(true);
    await judgesAlike(project, DOCKET_STORE, expected);
    const questions = readFileSync(asked, 'utf8').trim().split('\n');
    const ofChange = questions.filter((line) => /candidate-|attribution-|fresh-/.test(line));
    expect(ofChange).toHaveLength(new Set(ofChange).size);
    expect(ofChange).toHaveLength(expected.trials);
  });

  test('one that is killed in mid-round: the others take over what it had begun', async () => {
    using project = change({ 'prompts/v1.md': `${soundPrompt}Be polite.\n` });
    const expected = await alone(project);
    const { DOCKET_STORE, added } = await teams(project);
    let killed: Promise<unknown> | undefined;
    const ends = await Promise.all([
      shard(project, '1/3', { DOCKET_STORE }),
      shard(project, '2/3', { DOCKET_STORE }),
      shard(project, '3/3', { DOCKET_STORE }, (child) => {
        killed = (async () => {
          const owned = `SELECT count(*)::integer AS claims FROM claims JOIN owners ON owners.id = claims.owner WHERE runs_in LIKE 'process ${child.pid} %'`;
          while (Number((await runSql(DOCKET_STORE, owned))[0]?.claims) === 0) await pause(10);
          child.kill('SIGKILL');
        })();
      }),
    ]);
    await killed;
    expect(ends.map(({ code }) => code)).toEqual([0, 0, null]);
    expect(await added()).toBe(expected.trials);
    await judgesAlike(project, DOCKET_STORE, expected);
  });

  test('given twice, of another number of shards, of another commit, with a clock that is two hours off', async () => {
    using project = change({ 'prompts/v1.md': `${soundPrompt}Be polite twice.\n` });
    using other = change({ 'prompts/v1.md': 'You are a clerk. Another commit.\n' });
    const expected = await alone(project);
    const { DOCKET_STORE, added } = await teams(project);
    const late = `const RealDate = Date; globalThis.Date = class extends RealDate { constructor(...given) { super(...(given.length > 0 ? given : [RealDate.now() - 7200000])); } static now() { return RealDate.now() - 7200000; } };`;
    const ends = await Promise.all([
      shard(project, '1/3', { DOCKET_STORE }),
      shard(project, '1/3', { DOCKET_STORE, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(late)}` }),
      shard(project, '5/7', { DOCKET_STORE }),
    ]);
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, expect.anything()]));
    expect(ranBy(ends)).toBe(expected.trials);
    expect(await added()).toBe(expected.trials);
    expect((await shard(other, '2/3', { DOCKET_STORE })).code).toBe(0);
    await judgesAlike(project, DOCKET_STORE, expected);
  });

  test('a database that nobody reaches for half a minute is waited out', async () => {
    using project = change({ 'prompts/v1.md': `${soundPrompt}Be patient.\n` });
    const expected = await alone(project);
    const { DOCKET_STORE, added } = await teams(project);
    const way = await cuttable(DOCKET_STORE);
    const running = Promise.all(['1/2', '2/2'].map((part) => shard(project, part, { DOCKET_STORE: way.url })));
    while ((await added()) === 0) await pause(20);
    way.silence();
    await pause(30_000);
    way.speak();
    const ends = await running;
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(
      ends.map(() => [0, expect.stringContaining('the server answers again')]),
    );
    expect(ranBy(ends)).toBe(expected.trials);
    expect(await added()).toBe(expected.trials);
    await judgesAlike(project, DOCKET_STORE, expected);
  });

  test('without the secret nobody would be believed, so nothing runs', async () => {
    using project = change({ 'prompts/v1.md': laxPrompt });
    const DOCKET_STORE = await newDatabase(await sharedPostgres());
    const { code, stderr } = await runHere(['gate', '--shard', '1/2'], { directory: project.directory, environment: { DOCKET_STORE } });
    expect(code).toBe(2);
    expect(stderr).toContain('Set DOCKET_STORE_SECRET where the gate runs');
  });
});

function slowScales(milliseconds: number): string {
  return gateFiles
    .scales(20)
    .replace('(weight) => `', `async (weight) => (await new Promise((resolve) => setTimeout(resolve, ${milliseconds})), \``)
    .replace('`;', '`);');
}
