import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RunKeeper } from '../flows/runs/keep-run.ts';
import type { CaseDetail, PageIndex } from '../reporters/page/page-data.ts';
import { exampleVerdict } from '../reporters/testing/example-report.ts';
import { hostileText } from '../reporters/testing/hostile-text.ts';
import { answerRoute } from './api/api-route.ts';
import type { CaseHistory } from './api/case-history.ts';
import type { FlakyList } from './api/list-flaky-cases.ts';
import { apiRoutes } from './api/routes.ts';
import { AppProject } from './app-project.ts';
import { appOf, type ServedApp, serveApp } from './app-server.ts';
import { bundleApp } from './page/build.ts';

const root = mkdtempSync(join(tmpdir(), 'docket-app-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const port = 4000;
const host = `127.0.0.1:${port}`;
const project = new AppProject({ directory: root, environment: {}, canWrite: false });
let written = 0;
const write = answerRoute({
  name: 'write',
  path: '/write',
  summary: 'Writes.',
  question: z.object({ times: z.int() }),
  answer: z.object({ written: z.int() }),
  isWriting: true,
  run({ times }) {
    written += times;
    return { written };
  },
});
const app = (canWrite = false) =>
  appOf(canWrite ? Object.assign(Object.create(project), { canWrite }) : project, () => port, new AbortController().signal, [
    ...apiRoutes,
    write,
  ]);
const bearer = { authorization: `Bearer ${project.token}` };
const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  app().request(`http://${host}${path}`, { ...init, headers: { host, ...headers } });

describe('who may ask', () => {
  test('whoever says the token, at a name of this machine', async () => {
    expect((await ask('/api/v1/about', bearer)).status).toBe(200);
    expect((await ask('/api/v1/about', { ...bearer, host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(200);
  });

  test.each([
    ['none', {}],
    ['a guessed one', { authorization: `Bearer ${'a'.repeat(project.token.length)}` }],
    ['the first half', { authorization: `Bearer ${project.token.slice(0, 16)}` }],
    ['one that goes on', { authorization: `Bearer ${project.token}x` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${project.token}` }],
    ['a cookie', { cookie: `token=${project.token}` }],
  ])('nobody with %s as token', async (_, headers) => {
    const answer = await ask('/api/v1/runs', headers);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(project.token);
  });

  test('a token in the address is none: addresses stand in logs', async () => {
    expect((await ask(`/api/v1/runs?token=${project.token}`)).status).toBe(401);
  });

  test.each([
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    '127.0.0.1:4001',
    `127.0.0.1.evil.example:${port}`,
    `localhost.evil.example:${port}`,
    `0.0.0.0:${port}`,
    '',
  ])('no name that was made to lead here: %s', async (name) => {
    for (const path of ['/', '/app.js', '/api/v1/runs']) {
      const answer = await ask(path, { ...bearer, host: name });
      expect(answer.status, path).toBe(403);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test.each([
    'http://evil.example',
    'null',
    `https://${host}`,
    'http://127.0.0.1:4001',
    `http://localhost:${port}`,
    `http://${host}.evil.example`,
  ])('no page of the origin %s', async (origin) => {
    const answer = await ask('/api/v1/runs', { ...bearer, origin });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('no page of another origin may even ask whether it may', async () => {
    const answer = await ask(
      '/api/v1/runs',
      { origin: 'http://evil.example', 'access-control-request-headers': 'authorization' },
      { method: 'OPTIONS' },
    );
    expect(answer.status).toBe(403);
  });
});

describe('what is answered', () => {
  test('the committed bundle is current (npm run generate writes it)', async () => {
    expect(readFileSync(new URL('./page/bundle.generated.ts', import.meta.url), 'utf8')).toBe(await bundleApp());
  });

  test('the page loads its own script and style and nothing else, and stands in no frame', async () => {
    const answer = await ask('/runs/anything');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]*src="\/app\.js")|<style|\son\w+=/);
    expect(html).not.toContain(project.token);
  });

  test('nothing is written without --write, and with it only JSON is taken', async () => {
    const post = (canWrite: boolean, type = 'application/json', body = '{"times":1}') =>
      app(canWrite).request(`http://${host}/api/v1/write`, { method: 'POST', body, headers: { host, ...bearer, 'content-type': type } });
    expect((await post(false)).status).toBe(403);
    expect((await post(true, 'text/plain')).status).toBe(400);
    expect((await post(true, 'application/x-www-form-urlencoded', 'times=1')).status).toBe(400);
    expect((await post(true, 'application/json', '[1]')).status).toBe(400);
    expect((await post(true, 'application/json', '{"times":"1"}')).status).toBe(400);
    expect(written).toBe(0);
    expect(await (await post(true)).json()).toEqual({ written: 1 });
    expect((await ask('/api/v1/write?times=1', bearer)).status).toBe(404);
    expect(written).toBe(1);
  });

  test.each(['/runs/..%2f..%2fsecret', '/runs/%2e%2e', '/runs/constructor', '/runs/__proto__', '/runs/x%00'])(
    '%s is no run',
    async (path) => {
      expect((await ask(`/api/v1${path}`, bearer)).status).toBe(404);
    },
  );

  test('a wrong question is refused with what is wrong with it', async () => {
    const answer = await ask('/api/v1/runs?kind=party&limit=0', bearer);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/kind: .*; limit: /) });
  });

  test('the description names every route with the schemas of question and answer', async () => {
    const { routes } = (await (await ask('/api/v1', bearer)).json()) as { routes: { name: string; path: string; needs: string | null }[] };
    expect(routes.map(({ name }) => name)).toEqual([...apiRoutes.map(({ name }) => name), 'write']);
    expect(routes.at(-1)).toMatchObject({ method: 'POST', path: '/write', needs: '--write', question: { required: ['times'] } });
    expect(routes.find(({ name }) => name === 'listRuns')).toMatchObject({
      method: 'GET',
      needs: null,
      answer: { required: ['runs', 'total', 'unreadable', 'isRemoved'] },
    });
  });
});

describe('runs', () => {
  const kept = (counts: readonly [number, number][], more: Partial<ConstructorParameters<typeof RunKeeper>[1]> = {}) => {
    const keeper = new RunKeeper(root, {
      kind: 'eval',
      command: 'docket eval',
      environment: {},
      warn: (message) => expect.fail(message),
      ...more,
    });
    keeper.plan({ versions: counts.map((_, place) => ({ name: `v${place + 1}`, fingerprint: `f${place + 1}` })), cases: 1 });
    for (const [place, [passes, runs]] of counts.entries())
      for (let number = 1; number <= runs; number += 1)
        keeper.trial({
          version: `v${place + 1}`,
          caseId: 'a/b',
          number,
          end: number <= passes ? 'p' : 'f',
          harmful: false,
          reused: false,
          dollars: 0,
        });
    return keeper;
  };
  const get = async (path: string) => (await ask(`/api/v1${path}`, bearer)).json();
  const post = (path: string) =>
    app(true).request(`http://${host}/api/v1${path}`, {
      method: 'POST',
      body: '{}',
      headers: { host, ...bearer, 'content-type': 'application/json' },
    });

  test('a report is given as it was written, and its details chunk by chunk', async () => {
    const report = exampleVerdict({ aside: hostileText, title: hostileText });
    const keeper = kept([]);
    await keeper.report(report);
    keeper.end({ state: 'done' });
    const index = (await get(`/runs/${keeper.id}/report`)) as PageIndex;
    expect(index.columns.map(({ name }) => name)).toEqual(['main', 'candidate']);
    expect(index.cases).toHaveLength('cases' in report ? report.cases.length : -1);
    const details = (await get(`/runs/${keeper.id}/details/${index.cases[0]?.chunk}`)) as CaseDetail[];
    expect(JSON.stringify(details)).toContain(JSON.stringify(hostileText).slice(1, 40));
    expect((await ask(`/api/v1/runs/${keeper.id}/details/999`, bearer)).status).toBe(404);
    rmSync(join(keeper.folder, 'report.json'));
    expect((await ask(`/api/v1/runs/${keeper.id}/report`, bearer)).status).toBe(404);
    rmSync(keeper.folder, { recursive: true });
  });

  test('a case is told from run to run, and is flaky where one version passes it only sometimes', async () => {
    const keepers = [
      kept([
        [3, 3],
        [0, 3],
      ]),
      kept([
        [1, 5],
        [0, 5],
      ]),
      kept([
        [2, 2],
        [2, 2],
      ]),
    ];
    for (const keeper of keepers) keeper.end({ state: 'done' });
    const { points } = (await get(`/history/case?case=${encodeURIComponent('a/b')}`)) as CaseHistory;
    expect(points.map(({ version, passes, runs }) => `${version} ${passes}/${runs}`).toSorted()).toEqual(
      ['v1 3/3', 'v2 0/3', 'v1 1/5', 'v2 0/5', 'v1 2/2', 'v2 2/2'].toSorted(),
    );
    expect(((await get('/history/case?case=a')) as CaseHistory).points).toEqual([]);
    const { cases } = (await get('/history/flaky')) as FlakyList;
    // The largest run counts, because runs share stored trials; the range is over all of them.
    expect(cases).toMatchObject([
      { caseId: 'a/b', version: 'v1', passes: 1, runs: 5, low: 0.2, high: 1, seen: 3 },
      { caseId: 'a/b', version: 'v2', passes: 0, runs: 5, low: 0, high: 1, seen: 3 },
    ]);
    for (const keeper of keepers) rmSync(keeper.folder, { recursive: true });
    expect(((await get('/history/flaky')) as FlakyList).total).toBe(0);
  });

  test('what does not go on cannot be stopped, and only a command of its own kind is started again', async () => {
    const done = kept([[1, 1]], { words: ['eval'] });
    done.end({ state: 'done' });
    expect((await post(`/runs/${done.id}/stop`)).status).toBe(409);
    const strange = kept([], { words: ['baseline', 'accept'] });
    strange.end({ state: 'done' });
    expect((await post(`/runs/${strange.id}/go-on`)).status).toBe(409);
    const silent = kept([]);
    expect((await post(`/runs/${silent.id}/go-on`)).status).toBe(409);
    silent.end({ state: 'stopped' });
    expect(await (await post(`/runs/${silent.id}/go-on`)).json()).toEqual({ error: expect.stringContaining('Run its command yourself') });
    // There is no configuration in this folder, and the command says so at once.
    expect(await (await post(`/runs/${done.id}/go-on`)).json()).toEqual({ error: expect.stringContaining('No docket.config.ts') });
    for (const keeper of [done, strange, silent]) rmSync(keeper.folder, { recursive: true });
  });
});

describe('a server', () => {
  let served: ServedApp;
  beforeAll(async () => {
    served = await serveApp(project, { port: 0 });
  });
  afterAll(() => served.close());

  test('listens on this machine only, and its token stands where no browser sends it', () => {
    expect(served.url).toBe(`${served.origin}/#token=${project.token}`);
    expect(served.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('refuses a Host of another name as it comes over the wire', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${served.origin}/api/v1/runs`, { headers: { host: 'evil.example', ...bearer } }, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test('says that a port is taken, and what to do', async () => {
    const taken = Number(new URL(served.origin).port);
    await expect(serveApp(project, { port: taken })).rejects.toThrow(
      `Port ${taken} is taken. Give another one with --port, or 0 for a free one.`,
    );
  });

  test('tells of a run as it begins, goes on, ends and is removed', async () => {
    const gone = new AbortController();
    const answer = await fetch(`${served.origin}/api/v1/runs/events`, { headers: bearer, signal: gone.signal });
    const seen: { kind: string; run?: { state: string; trials: object } }[] = [];
    const reading = (async () => {
      for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? [])
        for (const line of piece.split('\n')) if (line.startsWith('data: ')) seen.push(JSON.parse(line.slice(6)));
    })().catch(() => {});
    const until = (done: () => boolean) => expect.poll(done).toBe(true);
    const keeper = new RunKeeper(root, { kind: 'eval', command: 'docket eval', environment: {}, warn: (message) => expect.fail(message) });
    await until(() => seen.some(({ run }) => run?.state === 'running'));
    keeper.plan({ versions: [{ name: 'v1' }], cases: 1, wanted: 1 });
    keeper.trial({ version: 'v1', caseId: 'a', number: 1, end: 'p', harmful: false, reused: false, dollars: 0.01 });
    keeper.end({ state: 'done', exitCode: 0 });
    await until(() => seen.some(({ run }) => run?.state === 'done'));
    expect(seen.at(-1)?.run).toMatchObject({
      trials: { done: 1, wanted: 1 },
      versions: [{ name: 'v1', passes: 1, runs: 1, dollars: 0.01 }],
    });
    rmSync(keeper.folder, { recursive: true });
    await until(() => seen.at(-1)?.kind === 'gone');
    gone.abort();
    await reading;
  });
});
