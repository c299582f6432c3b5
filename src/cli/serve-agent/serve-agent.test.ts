import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ServeAgentOptions, type ServedAgent, serveAgent } from '../../flows/serve-agent/index.ts';
import { openSession, type SessionOptions } from '../../flows/session.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ServeModelOptions, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { passingStore } from '../../trials/passing-store.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk, unusualWeights } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';

const clerk = simulatedModel(parcelDesk.simulator as Simulator);
const token = 'a-token-of-this-test';

interface Desk extends ServedAgent {
  readonly directory: string;
  readonly faults: unknown[];
  readonly warnings: string[];
  /** The end of the recording: traces are on the disk. */
  close(): Promise<void>;
}

async function desk(options: Partial<ServeAgentOptions> = {}, opened: Partial<SessionOptions> = {}): Promise<Desk> {
  const project = fixtureProject();
  const { directory } = project;
  const session = await openSession({
    directory,
    mode: 'simulated',
    environment: {},
    store: passingStore(),
    traces: 'kept',
    warn() {},
    ...opened,
  });
  const [faults, warnings]: [unknown[], string[]] = [[], []];
  const served = await serveAgent(session, await session.prepare('v2'), {
    ...{ host: '127.0.0.1', port: 0, token: undefined, concurrency: 4, mostBytes: 2000, timeoutMs: 20_000 },
    onFault: (error) => faults.push(error),
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  const close = async () => {
    await served.drain(0);
    await session.close();
  };
  onTestFinished(async () => {
    await close();
    project[Symbol.dispose]();
  });
  return { ...served, directory, faults, warnings, close };
}

/** A desk whose model is a server, for what only live calls do. */
async function liveDesk(
  serving: ServeModelOptions,
  options: Partial<ServeAgentOptions> = {},
  opened: Partial<SessionOptions> = {},
): Promise<Desk> {
  const model = await serveModel(unannounced(clerk), serving);
  onTestFinished(() => model.close());
  const environment = { ANTHROPIC_API_KEY: 'sk-ant-nobody', ANTHROPIC_BASE_URL: model.url };
  return desk(options, { mode: 'live', environment, ...opened });
}

const parcel = (weight: unknown, signal?: AbortSignal) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ weight, worth: 10 }),
  ...(signal ? { signal } : {}),
});
const ask = async (url: string, init: RequestInit) => {
  const response = await fetch(`${url}/decide`, init);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
};

describe('docket serve-agent', () => {
  test('answers with decision, usage and the id of a trace that is kept; the same question is asked anew', async () => {
    const { url, directory, counts, close } = await desk();
    const answers = await Promise.all([ask(url, parcel(5)), ask(url, parcel(5)), ask(url, parcel(30))]);
    expect(answers).toMatchObject([
      {
        status: 200,
        body: { kind: 'decision', mode: 'simulated', agent: 'parcel-desk', version: { name: 'v2' }, decision: { accepted: true, fee: 10 } },
      },
      { status: 200, body: { decision: { accepted: true } } },
      { status: 200, body: { decision: { accepted: false }, findings: [], usage: { inputTokens: expect.any(Number) } } },
    ]);
    const ids = answers.map(({ body }) => (body as { traceId: string }).traceId);
    expect(new Set(ids).size).toBe(3);
    expect(counts).toEqual({ decided: 3, undecided: 0, failed: 0, aborted: 0 });
    await close();
    const store = openTraceStore(join(directory, '.docket/traces.db'));
    expect((await store.list({})).map(({ traceId }) => traceId).sort()).toEqual(ids.toSorted());
    expect(await store.trace(ids[2] ?? '')).toMatchObject({ input: { weight: 30, worth: 10 }, decision: { accepted: false } });
    await store.close();
  });

  test('describes itself by the schemas of the agent', async () => {
    const { url } = await desk();
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, { post: Record<string, unknown> }> };
    expect(document.paths['/decide']?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': { schema: { properties: { weight: { exclusiveMinimum: 0, maximum: 99 } }, required: ['weight', 'worth'] } },
        },
      },
      responses: {
        200: {
          content: { 'application/json': { schema: { properties: { decision: { properties: { accepted: { type: 'boolean' } } } } } } },
        },
      },
    });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', inFlight: 0 });
  });

  test('says of an answer that does not hang together what was found in it', async () => {
    const { url } = await desk();
    const { status, body } = await ask(url, parcel(unusualWeights.contradictsItself));
    expect([status, body]).toMatchObject([200, { findings: [{ code: 'wrong-fee' }] }]);
  });

  test.each([
    ['what is no JSON', { body: '{"weight": 5,' }, 400, 'The body is not JSON'],
    ['nothing', { body: '' }, 400, 'The body is not JSON'],
    ['a list', { body: '[]' }, 400, 'the input: Invalid input: expected object'],
    ['a field that is missing', { body: '{"weight": 5}' }, 400, 'worth: must be a finite number'],
    ['a field too many', { body: '{"weight": 5, "worth": 1, "__proto__": {"accepted": true}}' }, 400, 'Unrecognized key'],
    ['a number out of range', { body: '{"weight": 1e9, "worth": 1}' }, 400, 'weight: must be 99 kg or less'],
    ['a form', { body: 'weight=5', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'application/json'],
    [
      'what a page may send without asking',
      { body: '{"weight": 5, "worth": 1}', headers: { 'content-type': 'text/plain' } },
      415,
      'application/json',
    ],
    [
      'a page of another site',
      { body: '{"weight": 5, "worth": 1}', headers: { 'content-type': 'application/json', origin: 'https://example.com' } },
      403,
      'only this machine',
    ],
    ['too much', { body: `{"weight": 5, "worth": 1, "more": "${'x'.repeat(3000)}"}` }, 413, '2,000 bytes'],
    ['another method', { method: 'PUT', body: '{}' }, 405, 'POST'],
  ])('refuses %s before anything runs', async (_, init, status, message) => {
    const { url, counts } = await desk();
    const answer = await ask(url, { ...parcel(5), ...init });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(message);
    if (status === 400 && message !== 'The body is not JSON')
      expect(answer.body).toMatchObject({ expected: { required: ['weight', 'worth'] } });
    expect(counts).toEqual({ decided: 0, undecided: 0, failed: 0, aborted: 0 });
  });

  test('refuses a name that was pointed here, and a body whose length nobody said', async () => {
    const { url } = await desk();
    const send = async (headers: Readonly<Record<string, string>>, body: string) => {
      const sent = request(`${url}/decide`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
      sent.write(body);
      sent.end();
      const [response] = await once(sent, 'response');
      response.resume();
      return response.statusCode;
    };
    expect(await send({ host: 'rebound.example.com' }, '{"weight": 5, "worth": 1}')).toBe(403);
    expect(await send({ 'transfer-encoding': 'chunked' }, 'x'.repeat(3000))).toBe(413);
    expect(await send({ 'transfer-encoding': 'chunked' }, '{"weight": 5, "worth": 1}')).toBe(200);
  });

  test('asks for the token, and never listens to others without one', async () => {
    const { url } = await desk({ token });
    const bearing = (given: string) => ({
      ...parcel(5),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${given}` },
    });
    expect(await ask(url, parcel(5))).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(await ask(url, bearing('a-token-of-this-tesu'))).toMatchObject({ status: 401 });
    expect((await fetch(`${url}/openapi.json`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await ask(url, bearing(token))).toMatchObject({ status: 200 });
    await expect(desk({ host: '0.0.0.0' })).rejects.toThrow('Set DOCKET_SERVE_TOKEN');
    await expect(desk({ host: '0.0.0.0', token: 'short' })).rejects.toThrow('has 5 characters');
    await expect(desk({ token: 'not a header value\n' })).rejects.toThrow('letters, digits');
    await expect(desk({ port: Number(new URL(url).port) })).rejects.toThrow('is taken');
  });

  test.each([
    ['refuses', 422, 'refused'],
    ['isCutOff', 422, 'truncated'],
    ['babbles', 422, 'invalid'],
    ['isOutOfReach', 502, 'server'],
    ['breaks', 500, 'agent-failed'],
  ] as const)('an agent that %s is no decision', async (unusual, status, error) => {
    const { url, faults, counts } = await desk();
    const answer = await ask(url, parcel(unusualWeights[unusual]));
    expect(answer).toMatchObject({ status, body: { kind: 'error', error } });
    expect(answer.body).not.toHaveProperty('decision');
    expect(counts.decided).toBe(0);
    // What the agent's code says is for its owner.
    expect(faults.map(String)).toEqual(unusual === 'breaks' ? ['TypeError: the clerk broke'] : []);
    expect(JSON.stringify(answer.body)).not.toContain('the clerk broke');
  });

  test('has so many places, and a client that hangs up gives its own back and ends the call', async () => {
    let hungUp = 0;
    const asked = Promise.withResolvers<void>();
    const fault = (number: number) => {
      asked.resolve();
      return number === 1 ? ({ kind: 'silence' } as const) : undefined;
    };
    const { url, counts } = await liveDesk({ fault }, { concurrency: 1 });
    // The model is asked, says nothing, and the client goes.
    const first = new AbortController();
    const silent = ask(url, parcel(5, first.signal)).catch(() => {
      hungUp += 1;
    });
    await asked.promise;
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ inFlight: 1 });
    expect(await ask(url, parcel(5))).toMatchObject({
      status: 503,
      retryAfter: '1',
      body: { error: 'busy', message: 'At most 1 decision at a time.' },
    });
    first.abort();
    await silent;
    expect(hungUp).toBe(1);
    await expect.poll(() => counts.aborted).toBe(1);
    expect(await ask(url, parcel(5))).toMatchObject({ status: 200 });
  });

  test('says at once that traces are lost, and answers all the same', async () => {
    const told: string[] = [];
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
    const { url } = await desk({}, { environment, serves: true, warn: (message) => told.push(message) });
    expect(await ask(url, parcel(5))).toMatchObject({ status: 200 });
    await expect.poll(() => told.join('\n')).toContain('Traces are not being sent to 127.0.0.1:9');
  });

  test('ends what takes too long', async () => {
    const { url, counts } = await liveDesk({ fault: () => ({ kind: 'silence' }) }, { timeoutMs: 150 });
    expect(await ask(url, parcel(5))).toMatchObject({ status: 504, body: { message: expect.stringContaining('within 0.15 s') } });
    expect(counts).toEqual({ decided: 0, undecided: 0, failed: 1, aborted: 0 });
  });

  test('says 402 once the budget is spent', async () => {
    const { url } = await liveDesk({}, {}, { budgetDollars: 0.001 });
    const answers = [];
    for (let number = 0; number < 3; number += 1) answers.push(await ask(url, parcel(5)));
    expect(answers[0]).toMatchObject({ status: 200, body: { mode: 'live', dollars: expect.any(Number) } });
    expect(answers.at(-1)).toMatchObject({
      status: 402,
      body: { error: 'spend-limit', message: expect.stringContaining('The budget of $0.0010 is spent') },
    });
  });

  test('lets what is under way come to its end when it is told to go, for so long', async () => {
    const [asked, askedAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = await liveDesk({
      fault() {
        asked.resolve();
        return { kind: 'delay', milliseconds: 200 };
      },
    });
    const underWay = ask(slow.url, parcel(5));
    await asked.promise;
    const drained = slow.drain(10_000);
    await expect(fetch(`${slow.url}/health`)).rejects.toThrow();
    expect(await underWay).toMatchObject({ status: 200 });
    await drained;

    const silent = await liveDesk({
      fault() {
        askedAgain.resolve();
        return { kind: 'silence' };
      },
    });
    const without = ask(silent.url, parcel(5));
    await askedAgain.promise;
    await silent.drain(100);
    expect(await without).toMatchObject({ status: 503, retryAfter: '1', body: { error: 'draining' } });
    expect(silent.counts.aborted).toBe(1);
  });

  test('is a process that says where it listens, and ends by SIGTERM', async () => {
    using project = fixtureProject();
    let answer: Promise<unknown> | undefined;
    const ended = await runDocket(['serve-agent', 'v1', '--port', '0', '--json'], {
      directory: project.directory,
      onStart: (child) => {
        let told = '';
        child.stdout?.on('data', (text: string) => {
          told += text;
          // It comes piece by piece.
          if (answer || !told.endsWith('}\n')) return;
          answer = ask((JSON.parse(told) as { url: string }).url, parcel(5));
          void answer.finally(() => child.kill('SIGTERM'));
        });
      },
    });
    expect(await answer).toMatchObject({ status: 200, body: { version: { name: 'v1' } } });
    expect(ended.stderr).toContain('simulated model');
    expect(ended.stderr).toContain('1 decision, 0 without one, 0 failed, 0 aborted.');
    expect(ended.code).toBe(143);
  });
});
