import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppProject } from '../../app/app-project.ts';
import { newDatabase, runSql, sharedPostgres, testPassword, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { openTraceStore, openTraceStoreToRead } from '../../traces/store/open-trace-store.ts';
import { rawSpan } from '../../traces/testing/raw-span.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

/** A project of two cases with a shared store, and what it prints. */
async function sharedProject(url: string) {
  const project = fixtureProject({ trials: 2 });
  onTestFinished(() => project[Symbol.dispose]());
  const printed: string[] = [];
  const run = async (...words: string[]) => {
    const end = await runHere(words, { directory: project.directory, environment: { DOCKET_STORE: url } });
    printed.push(end.stdout, end.stderr);
    return end;
  };
  return { ...project, run, printed };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

onServer(missing ?? 'a shared store on the command line', () => {
  it('holds the trials of every checkout, so that none is run twice, and shows its password nowhere', async () => {
    const url = await newDatabase(await sharedPostgres());
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    const first = JSON.parse((await one.run('eval', '--versions', 'v2', '--json')).stdout);
    const second = JSON.parse((await other.run('eval', '--versions', 'v2', '--json')).stdout);
    expect([first.trials, second.trials]).toMatchObject([
      { run: 4, reused: 0 },
      { run: 0, reused: 4 },
    ]);
    expect(await runSql(url, 'SELECT count(*)::integer AS trials, (SELECT count(*)::integer FROM runs) AS runs FROM trials')).toEqual([
      { trials: 4, runs: 2 },
    ]);
    // Whoever ran last has both runs.
    expect(readdirSync(join(other.directory, '.docket/runs')).filter((name) => /^\d/.test(name))).toHaveLength(2);
    // Where runs of others cannot be written, the evaluation is what it is.
    const closed = await sharedProject(url);
    mkdirSync(join(closed.directory, '.docket'), { recursive: true });
    writeFileSync(join(closed.directory, '.docket/runs'), '');
    const third = await closed.run('eval', '--versions', 'v2');
    expect([third.code, third.stderr]).toEqual([
      0,
      expect.stringMatching(/were not exchanged in full .*: Runs of others cannot be written to .*runs \(/s),
    ]);
    await one.run('doctor');
    await one.run('eval', '--versions', 'nothing');
    await one.run('store', 'runs');
    const everything = [
      ...one.printed,
      ...other.printed,
      ...[one, other].flatMap(({ directory }) => filesBelow(directory).map((file) => readFileSync(file, 'latin1'))),
    ];
    for (const password of [testPassword, encodeURIComponent(testPassword)])
      expect(everything.filter((text) => text.includes(password))).toEqual([]);
    expect(one.printed.join('')).toMatch(
      /store +postgres:\/\/docket_owner@127\.0\.0\.1:\d+\/\S+:\s+PostgreSQL \d+.*store version 3, 4 trials/s,
    );
  });

  it('is filled from a file and written to one, once, and names what differs', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = await sharedProject(url);
    await runHere(['eval', '--versions', 'v2', '--json'], { directory: project.directory, environment: {} });
    const traces = openTraceStore(join(project.directory, '.docket/traces.db'));
    await traces.saveSpans([rawSpan(1)], { source: 'otlp' });
    await traces.close();
    const copied = async (...words: string[]) => JSON.parse((await project.run('store', 'copy', '--json', ...words)).stdout);
    expect(await copied()).toMatchObject({ trials: 4, known: 0, conflicts: 0, runs: { added: 1 }, traces: { traces: 1, known: 0 } });
    expect(await copied()).toMatchObject({ trials: 0, known: 4, conflicts: 0, runs: { added: 0 }, traces: { traces: 0, known: 1 } });
    expect(await copied('--from', 'shared', '--to', 'back.db')).toMatchObject({ trials: 4, known: 0, conflicts: 0, traces: { traces: 1 } });
    const back = openTraceStoreToRead(join(project.directory, 'back-traces.db'));
    expect(await back.spans(rawSpan(1).traceId)).toEqual([rawSpan(1)]);
    await back.close();
    const database = new DatabaseSync(join(project.directory, 'back.db'));
    expect(database.prepare('SELECT count(*) AS trials FROM trials').get()).toEqual({ trials: 4 });
    database.close();
    // One more here, and one of them otherwise in the database.
    await runSql(url, 'DELETE FROM trials WHERE number = 2');
    await project.run('eval', '--versions', 'v2', '--json', '--fresh');
    const end = await project.run('store', 'copy', '--json');
    expect([end.code, JSON.parse(end.stdout)]).toMatchObject([0, { trials: 2, known: 2, conflicts: 0 }]);
  });

  it('fetches a run of somebody else as data: by none of its words is anything gone on with, and no file lands elsewhere', async () => {
    const url = await newDatabase(await sharedPostgres());
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    await one.run('eval', '--versions', 'v2', '--json');
    const [id = ''] = readdirSync(join(one.directory, '.docket/runs')).filter((name) => /^\d/.test(name));
    const forged = (name: string) =>
      JSON.stringify({
        ...JSON.parse(readFileSync(join(one.directory, '.docket/runs', id, 'run.json'), 'utf8')),
        id: name,
        words: ['generate', '/etc'],
        store: '/etc/passwd',
      });
    for (const name of ['29991231-000000-forged', '../../escaped'])
      await runSql(
        url,
        `INSERT INTO runs (id, project, kept) VALUES ('${name}', 'parcel-desk', '${forged(name).replaceAll("'", "''")}');
        INSERT INTO run_files VALUES ('${name}', '../../evil', 'x'), ('${name}', 'run.json', '{}'), ('${name}', 'cases.ndjson', '')`,
      );
    expect((await other.run('store', 'runs')).stdout).toContain('0 runs added, 2 of others fetched');
    const fetched = JSON.parse(readFileSync(join(other.directory, '.docket/runs/29991231-000000-forged/run.json'), 'utf8'));
    expect(fetched).toMatchObject({ id: '29991231-000000-forged', owner: '', state: 'done' });
    expect([fetched.words, fetched.store]).toEqual([undefined, undefined]);
    expect(filesBelow(other.directory).filter((file) => /evil|escaped/.test(file))).toEqual([]);
    expect(readdirSync(join(other.directory, '.docket/runs')).filter((name) => name.endsWith('.fetched'))).toEqual([]);
  });

  it('shows what others ran in an app that is open', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    await one.run('eval', '--versions', 'v2', '--json');
    const told: string[] = [];
    const environment = { ...process.env, DOCKET_STORE: url };
    const app = new AppProject({ directory: other.directory, environment, canWrite: false, warn: (message) => told.push(message) });
    expect(app.runs.list()).toEqual([]);
    app.fetchTeamRuns();
    await expect.poll(() => app.runs.list()).toMatchObject([{ state: 'done', agent: 'parcel-desk' }]);
    await app.close();
    expect(told).toEqual([]);
    const lost = new AppProject({
      ...{ directory: other.directory, canWrite: false, warn: (message) => told.push(message) },
      environment: { ...environment, DOCKET_STORE: url.replace(/test_\w+/, 'elsewhere') },
    });
    lost.fetchTeamRuns();
    await expect.poll(() => told).toEqual([expect.stringMatching(/The runs of others are not fetched: .*no database "elsewhere"/)]);
    await lost.close();
  });

  it('takes the lines of the review log once, and from reviewers only', async () => {
    const server = await sharedPostgres();
    const url = await newDatabase(server);
    const project = await sharedProject(url);
    await runHere(['eval', '--versions', 'v2', '--json'], { directory: project.directory, environment: {} });
    const line = {
      id: randomUUID(),
      at: '2026-11-28T12:00:00.000Z',
      reviewer: 'Clerk',
      answer: 'approve',
      hash: 'a'.repeat(64),
      file: 'cases/light.json',
    };
    writeFileSync(
      join(project.directory, 'cases', 'reviews.ndjson'),
      `${JSON.stringify(line)}\nno line\n${JSON.stringify({ ...line, id: randomUUID() })}\n`,
    );
    await project.run('store', 'migrate');
    const name = new URL(url).pathname.slice(1);
    await runSql(
      url,
      `${(await project.run('store', 'roles')).stdout}\nCREATE ROLE adds_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_adder`,
    );
    const adder = await runHere(['store', 'copy', '--json'], {
      directory: project.directory,
      environment: { DOCKET_STORE: server.url(name, `adds_${name}`) },
    });
    expect([adder.code, JSON.parse(adder.stdout)]).toMatchObject([0, { trials: 4, runs: { added: 1 }, reviews: 0 }]);
    expect(adder.stderr).toMatch(/The reviews stay where they are: .*permission denied for table reviews/);
    for (const reviews of [2, 0])
      expect(JSON.parse((await project.run('store', 'copy', '--json')).stdout)).toMatchObject({ trials: 0, reviews });
    expect((await runSql(url, 'SELECT entry FROM reviews')).map(({ entry }) => JSON.parse(String(entry)).reviewer)).toEqual([
      'Clerk',
      'Clerk',
    ]);
  });

  it('is read by a role that may only read: it fetches runs of others and copies everything into files, and its own runs stay here', async () => {
    const server = await sharedPostgres();
    const url = await newDatabase(server);
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    await one.run('eval', '--versions', 'v2', '--json');
    const traces = openTraceStore(join(one.directory, '.docket/traces.db'));
    await traces.saveSpans([rawSpan(1)], { source: 'otlp' });
    await traces.close();
    await one.run('store', 'migrate');
    // All of its trials are in the database, and there is no file of them.
    expect(JSON.parse((await one.run('store', 'copy', '--json')).stdout)).toMatchObject({ trials: 0, traces: { traces: 1 } });
    const name = new URL(url).pathname.slice(1);
    await runSql(
      url,
      `${(await one.run('store', 'roles')).stdout}\nCREATE ROLE reads_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_reader`,
    );
    await runHere(['eval', '--versions', 'v2', '--json'], { directory: other.directory, environment: {} });
    const asReader = (...words: string[]) =>
      runHere(words, { directory: other.directory, environment: { DOCKET_STORE: server.url(name, `reads_${name}`) } });
    const runs = await asReader('store', 'runs');
    expect([runs.code, runs.stdout, runs.stderr]).toEqual([
      0,
      expect.stringContaining('0 runs added, 1 of others fetched'),
      expect.stringMatching(/the role reads_\w+ may add no runs there, so 1 run of this machine stays here\./),
    ]);
    const copied = await asReader('store', 'copy', '--from', 'shared', '--to', 'back.db', '--json');
    expect([copied.code, JSON.parse(copied.stdout)]).toMatchObject([0, { trials: 4, runs: { added: 0 }, traces: { traces: 1 } }]);
    // A copy of the database takes nothing of anybody.
    await runSql(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await other.run('store', 'runs')).stderr).toMatch(/: the server takes no changes, so 1 run of this machine stays here\./);
  });

  it('keeps the runs of a machine whose clock is off from nobody, and keeps nobody else from them', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    const runs = ({ directory }: { readonly directory: string }) => join(directory, '.docket/runs');
    const ended = () => readdirSync(runs(one)).filter((name) => /^\d/.test(name));
    await runHere(['eval', '--versions', 'v2', '--json'], { directory: one.directory, environment: {} });
    const [id = ''] = ended();
    // Two hundred and one of the future, as that clock would have it.
    const kept = JSON.parse(readFileSync(join(runs(one), id, 'run.json'), 'utf8')) as { agent: string };
    await one.run('store', 'migrate');
    await runSql(
      url,
      `INSERT INTO runs (id, project, kept, added) SELECT name, '${kept.agent}', replace('${JSON.stringify(kept).replaceAll("'", "''")}', '${id}', name), now() - interval '1 day'
        FROM (SELECT '2099' || lpad(number::text, 4, '0') || '-000000-000aaaaaa' AS name FROM generate_series(1, 201) AS number) AS named`,
    );
    expect((await one.run('store', 'runs')).stdout).toMatch(/1 run added, /);
    expect((await other.run('store', 'runs')).stdout).toMatch(/0 runs added, 200 of others fetched/);
    expect(readdirSync(runs(other))).toContain(id);
    await runHere(['eval', '--versions', 'v2', '--json'], { directory: other.directory, environment: {} });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 5 * 3_600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await other.run('store', 'runs')).stderr).toMatch(
      /it is .* there \(UTC\) and .* by this machine's clock, so its runs stand at a wrong place among those of others/,
    );
  });

  it('has nothing to do for a role that may make no tables where all are there, and changes none where a newer Docket made some', async () => {
    const server = await sharedPostgres();
    const url = await newDatabase(server);
    const { run, directory } = await sharedProject(url);
    await run('store', 'migrate');
    const name = new URL(url).pathname.slice(1);
    const sql = (await run('store', 'roles')).stdout;
    await runSql(url, `${sql}\nCREATE ROLE adds_${name} LOGIN PASSWORD '${testPassword}' IN ROLE docket_adder`);
    const asAdder = (...words: string[]) => runHere(words, { directory, environment: { DOCKET_STORE: server.url(name, `adds_${name}`) } });
    const again = await asAdder('store', 'migrate');
    expect([again.code, again.stderr, again.stdout.split('\n')]).toMatchObject([
      0,
      '',
      expect.arrayContaining([expect.stringMatching(/: jobs at/)]),
    ]);
    expect(await asAdder('worker', '--idle', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/may not give work to workers/),
    });
    await runSql(url, "UPDATE versions SET version = 2 WHERE holds = 'trials'; UPDATE versions SET version = 99 WHERE holds = 'jobs'");
    const newer = await run('store', 'migrate');
    expect(newer).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/the jobs were brought to store version 99 .* Nothing was changed/),
    });
    expect(await runSql(url, "SELECT version FROM versions WHERE holds = 'trials'")).toEqual([{ version: 2 }]);
    expect((await run('doctor')).stdout).toMatch(/fail +store .*the jobs were brought to store\s+version 99/s);
    await runSql(url, "UPDATE versions SET version = 1 WHERE holds = 'jobs'");
    const older = await asAdder('store', 'migrate');
    expect(older).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/the role adds_\w+ may not make them .* owner run: docket store migrate/),
    });
  });

  it('names trials that are there with another content, which stay, and takes no address on the command line', async () => {
    const url = await newDatabase(await sharedPostgres());
    const [one, other] = [await sharedProject(url), await sharedProject(url)];
    for (const { directory } of [one, other]) await runHere(['eval', '--versions', 'v2', '--json'], { directory, environment: {} });
    await one.run('store', 'copy');
    const end = await other.run('store', 'copy');
    // Each was run at another moment.
    expect(end.code).toBe(3);
    expect(end.stdout).toMatch(
      /0 trials copied, 0 there already.*4 trials there with another content, which stay:\n +trial 1 of series "eval"/s,
    );
    const refused = await other.run('store', 'copy', '--from', url);
    expect([refused.code, refused.stderr]).toMatchObject([2, expect.stringContaining('Write shared here.')]);
    const unnamed = await runHere(['store', 'copy'], { directory: other.directory, environment: {} });
    expect([unnamed.code, unnamed.stderr]).toMatchObject([2, expect.stringMatching(/No shared store is named\. Set DOCKET_STORE/)]);
  });
});
