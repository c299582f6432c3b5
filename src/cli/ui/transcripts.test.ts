import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppProject } from '../../app/app-project.ts';
import { appOf } from '../../app/app-server.ts';
import type { CaseDetail, PageIndex } from '../../reporters/page/page-data.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

test('a transcript is read from the trial store, and one that is gone is told; a second run shows what became of each case before', async () => {
  using made = fixtureProject({ trials: 2 });
  for (const words of [['eval'], ['eval', '--trials', '3']])
    await runHere([...words, '--mode', 'simulated'], { directory: made.directory });
  const project = new AppProject({ directory: made.directory, environment: {}, canWrite: false });
  const app = appOf(project, () => 80, new AbortController().signal);
  const get = (path: string) =>
    app.request(`/api/v1${path}`, { headers: { host: '127.0.0.1:80', authorization: `Bearer ${project.token}` } });
  const [run] = project.runs.list();
  const { cases } = (await (await get(`/runs/${run?.id}/report`)).json()) as PageIndex;
  const [first] = cases;
  expect(first?.history?.map(({ runs }) => runs)).toEqual([2, 3]);
  expect(readFileSync(join(made.directory, 'reports/evaluation.html'), 'utf8')).toContain('"history":[');
  const details = (await (await get(`/runs/${run?.id}/details/${first?.chunk}`)).json()) as CaseDetail[];
  const detail = details[first?.place ?? 0]?.[0]?.[0];
  const { stored } = first?.arms[0] ?? {};
  const question = new URLSearchParams({
    version: stored?.versionFingerprint ?? '',
    case: stored?.caseFingerprint ?? '',
    series: detail?.series ?? '',
    number: '1',
  });
  const read = () => get(`/runs/${run?.id}/transcript?${question}`);
  expect(detail?.transcript).toBeDefined();
  expect(await (await read()).json()).toEqual({ transcript: detail?.transcript });
  question.set('number', '999');
  expect(await (await read()).json()).toEqual({ error: expect.stringContaining('does not have this trial any more') });
  for (const ending of ['', '-wal', '-shm']) rmSync(join(made.directory, `.docket/docket.db${ending}`), { force: true });
  const gone = await read();
  expect([gone.status, await gone.json()]).toEqual([404, { error: expect.stringContaining('is gone') }]);
  await project.close();
});
