import { describe, expect, it } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { workerProject } from './worker-project.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;
const sleeping = (ms: number) => ({ 'case-1': { ms }, 'case-2': { ms } });

onServer(missing ?? 'how trials are shared among workers', { tags: ['slow'], timeout: 120_000 }, () => {
  it('each has its part of a run that begins when all of them wait', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, sleeping(300), { trials: 650 });
    const workers = [project.worker('-j', '130'), project.worker('-j', '130')];
    for (const worker of workers) await worker.until('Press Ctrl-C');
    const { code } = await project.start(['eval', '--workers', '--json']).ended;
    expect(code).toBe(0);
    for (const worker of workers) worker.process.kill('SIGTERM');
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    const parts = ends.map(({ stderr }) => Number(/([\d,]+) trials? run/.exec(stderr)?.[1]?.replace(',', '')));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(1300);
    expect(Math.min(...parts)).toBeGreaterThan(400);
  });

  it('one takes no more than it has places for, whatever the size of the jobs that it took before', async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, sleeping(500), { trials: 350 });
    const worker = project.worker('-j', '8');
    // A job of one trial, and those of the second run are of ten.
    expect((await project.start(['eval', '--workers', '--trials', '1', '--json']).ended).code).toBe(0);
    project.start(['eval', '--workers', '--json']);
    const jobs = `SELECT max((data->>'last')::integer - (data->>'first')::integer + 1) AS size,
        sum(CASE WHEN state = 'active' THEN (data->>'last')::integer - (data->>'first')::integer + 1 ELSE 0 END)::integer AS taken
      FROM docket_jobs.job WHERE data->>'caseId' = 'case-1'`;
    await expect.poll(async () => (await runSql(url, 'SELECT count(*)::integer AS n FROM docket.trials'))[0]?.n).toBeGreaterThan(8);
    const { size, taken } = (await runSql(url, jobs))[0] as { size: number; taken: number };
    expect(size).toBe(10);
    expect(taken).toBeLessThanOrEqual(30);
    expect(worker.process.exitCode).toBeNull();
  });
});
