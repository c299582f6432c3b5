import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { workerProject } from './worker-project.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

const stored = async (url: string) => Number((await runSql(url, 'SELECT count(*)::integer AS trials FROM docket.trials'))[0]?.trials);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo().catch(() => false)); waited += 50) {
    if (waited > 60_000) throw new Error('what was waited for did not come');
    await wait(50);
  }
}

onServer(missing ?? 'workers whose files change', { tags: ['slow'] }, () => {
  it('take no version with code that has changed since they started', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { one: { ms: 20 }, other: { ms: 20 } }, { versions: '{ v1: {}, v2: {} }' });
    const worker = project.worker();
    await worker.until('Press Ctrl-C');
    await until(async () => (await runSql(url, 'SELECT FROM docket.job_workers')).length > 0);
    project.rewrite('// Another agent.');
    // A version that it has not met: its fingerprint would be that of the files as they are now, which is what the run asks for.
    const run = project.start(['eval', '--workers', '--versions', 'v1/v2', '--json']);
    await worker.until('takes none of v1/v2');
    expect(worker.printed()).toContain('is not what it was when this worker started: it differs in the code. Start it again.');
    const { code, stderr } = await worker.ended;
    expect([code, stderr]).toEqual([3, expect.stringContaining('Stopped: v1 is not what it was')]);
    expect(project.calls()).toEqual({});
    project.worker('--idle', '5');
    expect(JSON.parse((await run.ended).stdout)).toMatchObject({ trials: { run: 6, failed: 0 } });
  });

  it('before they begin run nothing: what they have loaded is what the files were', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { one: { ms: 20 } });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // Of those who make the tables, for which a worker waits.
    await client.query('SELECT pg_advisory_lock($1)', [0x44636b74]);
    const worker = project.worker('--idle', '20');
    // In this database: other tests share its server.
    const waiting = `SELECT count(*)::integer AS locks FROM pg_locks
      WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    await until(async () => Number((await client.query(waiting)).rows[0].locks) > 0);
    project.rewrite('// Another agent.');
    await client.end();
    const { code, stderr } = await worker.ended;
    expect([code, stderr]).toEqual([3, expect.stringContaining('v1 is not what it was when this worker started: it differs in the code.')]);
  });

  it('read them twice before they begin, however many there are: as their code is loaded, and when the store is there', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { one: { ms: 20 } }, { versions: "{ v1: { factors: { prompt: ['prompt.txt'] } } }" });
    writeFileSync(join(project.directory, 'prompt.txt'), 'as it was');
    // git is asked once each time which of the files it ignores.
    const bin = join(project.directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$@" >> "$ASKED"\nPATH="$REST"\nexec git "$@"\n`, { mode: 0o755 });
    const [asked, rest] = [join(project.directory, 'asked'), process.env.PATH ?? ''];
    const environment = { PATH: `${bin}:${rest}`, REST: rest, ASKED: asked };
    await project.start(['worker', '--idle', '1'], { environment }).ended;
    expect(readFileSync(asked, 'utf8').match(/check-ignore/g)).toHaveLength(2);
  });

  it('as they run keep no trial that may have read what is not in its fingerprint', async () => {
    const url = await newDatabase(await sharedPostgres());
    const cases = Object.fromEntries(Array.from({ length: 6 }, (_, number) => [`case-${number}`, { ms: 300 }]));
    const project = workerProject(url, cases, { trials: 5, versions: "{ v1: { factors: { prompt: ['prompt.txt'] } } }" });
    const prompt = join(project.directory, 'prompt.txt');
    writeFileSync(prompt, 'as it was');
    const worker = project.worker('-j', '2');
    await worker.until('Press Ctrl-C');
    const run = project.start(['eval', '--workers', '--json']);
    await until(async () => (await stored(url)) >= 4);
    writeFileSync(prompt, 'as it is');
    const before = await stored(url);
    const { code, stderr } = await worker.ended;
    expect([code, stderr]).toEqual([3, expect.stringContaining('it differs in the prompt. Start it again.')]);
    // Two may have been on their way.
    expect(await stored(url)).toBeLessThanOrEqual(before + 2);
    run.process.kill('SIGINT');
    await run.ended;
  });

  it('are no workers of a server that does not say its version: nobody waits for one', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { one: { ms: 20 } });
    const config = join(project.directory, 'docket.config.ts');
    const text = readFileSync(config, 'utf8').replaceAll('functionAgent', 'httpAgent');
    writeFileSync(config, text.replace(/ {2}async run[\s\S]*?\n {2}},\n/, "  reads: [], url: 'http://127.0.0.1:9/decide',\n"));
    const { code, stderr } = await project.start(['eval', '--workers']).ended;
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/Workers cannot run trials of v1: .* does not say which version.*without --workers\./),
    ]);
  });

  it('are those of the run, and not of how the simulated model is told to err', async () => {
    const url = await newDatabase(await sharedPostgres());
    using project = fixtureProject({ trials: 1 });
    const environment = { DOCKET_STORE: url };
    const { code, stderr } = await runDocket(['worker', '--mode', 'simulated', '--slip-rate', '0.2', '--idle', '20'], {
      directory: project.directory,
      environment,
    });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Stopped')]);
  });
});
