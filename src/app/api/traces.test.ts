import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spanId, traceId } from '../../traces/testing/raw-span.ts';
import { AppProject } from '../app-project.ts';
import { appOf } from '../app-server.ts';
import { type TracedRun, tracedProject } from '../testing/traced-project.ts';

const finding = { code: 'wrong-fee', message: 'the reasoning says: "So it is."', field: 'reasoning' };
const runs: readonly TracedRun[] = [
  { number: 1, session: 'chat-1' },
  { number: 2, finding },
  { number: 3, agent: 'other-desk', session: 'chat-1' },
  { number: 4, version: 'b'.repeat(64), model: 'claude-haiku-4-5' },
  { number: 5, said: 'an unusual giraffe', tokens: 2_000_000 },
];

/** Asks a project's app, as the page does. */
function asking(directory: string) {
  const project = new AppProject({ directory, environment: {}, canWrite: false });
  const app = appOf(project, () => 4000, new AbortController().signal);
  return async (path: string, method = 'GET') => {
    const headers = { host: '127.0.0.1:4000', authorization: `Bearer ${project.token}`, 'content-type': 'application/json' };
    const answer = await app.request(`http://127.0.0.1:4000/api/v1${path}`, {
      method,
      headers,
      ...(method === 'POST' ? { body: '{}' } : {}),
    });
    return { status: answer.status, json: await answer.json() };
  };
}

/** Numbers of the runs that a list holds. */
const numbersIn = ({ json }: { readonly json: { readonly traces: readonly { readonly traceId: string }[] } }) =>
  json.traces.map((each) => Number.parseInt(each.traceId, 16));

test('runs are listed newest first, by agent, finding, session, words, version, model and cost, a page at a time', async () => {
  using made = await tracedProject(runs);
  const ask = asking(made.directory);
  const listed = async (query: string) => numbersIn(await ask(`/traces?${query}`));
  expect(await listed('')).toEqual([5, 4, 3, 2, 1]);
  expect(await listed('agent=other-desk')).toEqual([3]);
  expect(await listed('finding=wrong-fee')).toEqual([2]);
  expect(await listed('session=chat-1')).toEqual([3, 1]);
  expect(await listed('text=giraffe+unusual')).toEqual([5]);
  expect(await listed('version=bbbb')).toEqual([4]);
  expect(await listed('model=claude-haiku-4-5')).toEqual([4]);
  expect(await listed('leastDollars=1')).toEqual([5]);
  expect(await listed('agent=desk&finding=none-such')).toEqual([]);
  const first = await ask('/traces?limit=2');
  expect(numbersIn(first)).toEqual([5, 4]);
  expect(numbersIn(await ask(`/traces?limit=3&before=${first.json.next}`))).toEqual([3, 2, 1]);
  expect(first.json.traces[1]).toMatchObject({ agent: 'desk', models: ['claude-haiku-4-5'], tokens: 110, version: 'b'.repeat(64) });
  expect((await ask('/traces?limit=0')).status).toBe(400);
  expect((await ask('/traces/facets')).json).toEqual({
    traces: 5,
    agents: [
      { agent: 'desk', traces: 4 },
      { agent: 'other-desk', traces: 1 },
    ],
    findings: [{ code: 'wrong-fee', traces: 1 }],
  });
});

test('one run is given with scores, price and session, also by the beginning of its id, and a span as it was sent', async () => {
  using made = await tracedProject(runs);
  const ask = asking(made.directory);
  const { json } = await ask(`/traces/${traceId(3)}`);
  expect(json).toMatchObject({
    trace: { traceId: traceId(3), agent: 'other-desk', decision: { approved: true } },
    dollars: expect.closeTo((100 * 3 + 10 * 15) / 1e6, 9),
    isSimulated: false,
    session: { traces: [traceId(3), traceId(1)] },
  });
  expect((await ask(`/traces/${traceId(2)}`)).json.scores).toMatchObject([{ findings: [finding] }]);
  expect((await ask(`/traces/${traceId(3)}/spans/${spanId(3)}`)).json.attributes).toMatchObject({
    'gen_ai.tool.call.result': 'Result: fine',
  });
  expect(await ask(`/traces/${traceId(3)}/spans/ffffffffffffffff`)).toMatchObject({ status: 404 });
  expect(await ask('/traces/feed')).toMatchObject({ status: 400, json: { error: expect.stringContaining('There is no trace "feed"') } });
  expect(await ask('/traces/..%2F..%2Fetc')).toMatchObject({ status: 400 });
});

test('a server that only reads drafts nothing, and traces that were deleted under it are said to be gone', async () => {
  using made = await tracedProject(runs);
  const ask = asking(made.directory);
  expect(await ask(`/traces/${traceId(2)}/draft`, 'POST')).toMatchObject({
    status: 403,
    json: { error: expect.stringContaining('--write') },
  });
  rmSync(join(made.directory, '.docket'), { recursive: true });
  expect(await ask('/traces')).toMatchObject({ status: 400, json: { error: expect.stringContaining('docket traces import') } });
  // A project that has none yet is no fault: the page says how they come.
  expect(await ask('/traces/facets')).toEqual({ status: 200, json: { traces: 0, agents: [], findings: [] } });
});

test('what a scorer of another Docket called a finding hides no trace: it is told, and the rest is shown', async () => {
  using made = await tracedProject([{ number: 1, finding: { code: 'Wrong fee!', message: 'It is wrong.' } }]);
  const { status, json } = await asking(made.directory)(`/traces/${traceId(1)}`);
  expect({ status, scores: json.scores }).toEqual({ status: 200, scores: [] });
  expect(json.damage).toEqual([expect.stringMatching(/a score \(.*\) cannot be read and is left out; run docket traces score/)]);
});
