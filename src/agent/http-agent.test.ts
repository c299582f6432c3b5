import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import type { Model } from '../model/model.ts';
import { agentPort } from './agent-port.ts';
import type { Agent } from './define-agent.ts';
import { fingerprintVersion } from './fingerprint.ts';
import { type HttpAgentDefinition, httpAgent } from './http-agent.ts';
import { resolveVersion } from './version.ts';

type Desk = HttpAgentDefinition<{ amount: number }, { approved: boolean }>;
type Handler = (request: IncomingMessage & { readonly text: string }, response: ServerResponse) => void;

let handle: Handler = () => {};
const asked: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers']; readonly text: string }[] = [];
const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { method = '', url = '', headers } = request;
  asked.push({ method, url, headers, text });
  handle(Object.assign(request, { text }), response);
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  asked.length = 0;
  vi.unstubAllEnvs();
});

const desk = (more: Partial<Desk> = {}) =>
  httpAgent<{ amount: number }, { approved: boolean }>({
    name: 'desk',
    url: `${origin}/decide`,
    source: import.meta.url,
    input: z.strictObject({ amount: z.number() }),
    decision: z.strictObject({ approved: z.boolean() }),
    versions: { v1: { model: 'gpt-9', options: { strict: true } } },
    scorers: [],
    ...more,
  });

const model: Model = {
  mode: 'live',
  async create() {
    throw new Error('nobody asks');
  },
};
async function run(agent: Agent) {
  const context = { model, series: 's', trialNumber: 1, signal: new AbortController().signal, now: () => performance.now() };
  return (await agentPort(agent, resolveVersion(agent, 'v1')).run({ amount: 4 }, context)).outcome;
}
const answering = (body: string, { status = 200, ...headers }: { status?: number; [name: string]: string | number } = {}) => {
  handle = (_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
};
const yes = '{"approved":true}';
const approved = { kind: 'decided', decision: { approved: true } };
const infra = (error: string, message: RegExp) => ({ kind: 'infra-error', error, message: expect.stringMatching(message) });
const key = 'desk-key-0123456789abcdef';

test('a server gets the input, and answers with the decision', async () => {
  answering(yes);
  expect(await run(desk())).toEqual(approved);
  expect(asked).toMatchObject([{ method: 'POST', url: '/decide', text: '{"amount":4}', headers: { 'content-type': 'application/json' } }]);
});

test('templates say what is asked, and a field where the decision is', async () => {
  answering('{"result":{"decision":{"approved":true}}}');
  const request: Desk['request'] = {
    method: 'PUT',
    path: '/{input.amount}/by {version.model}?strict={version.options.strict}',
    headers: { 'x-version': '{version.name}' },
    body: { claim: '{input}', note: 'of {input.amount} {or} less', list: ['{input.amount}', 1] },
  };
  expect(await run(desk({ request, read: { field: 'result.decision' }, url: `${origin}/desk/` }))).toEqual(approved);
  expect(asked[0]).toMatchObject({ method: 'PUT', url: '/desk/4/by%20gpt-9?strict=true', headers: { 'x-version': 'v1' } });
  expect(JSON.parse(asked[0]?.text ?? '')).toEqual({ claim: { amount: 4 }, note: 'of 4 {or} less', list: [4, 1] });
  const byFunction: Desk['request'] = { method: 'GET', path: ({ amount }, { version }) => `?amount=${amount}&version=${version.name}` };
  expect(await run(desk({ request: byFunction, read: (text) => JSON.parse(text).result.decision }))).toEqual(approved);
  expect(asked[1]).toMatchObject({ method: 'GET', url: '/decide?amount=4&version=v1', text: '' });
});

test('a key comes from the environment, goes where the configuration says, and comes back in nothing', async () => {
  vi.stubEnv('DESK_KEY', key);
  const auth = { header: 'authorization', environment: 'DESK_KEY', scheme: 'Bearer' };
  answering(JSON.stringify({ approved: true, note: `you sent ${key}` }));
  const outcome = await run(desk({ auth, decision: z.strictObject({ approved: z.boolean(), note: z.string() }) as never }));
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
  expect(outcome).toEqual({ kind: 'decided', decision: { approved: true, note: 'you sent [key removed]' } });
  answering(`bad key ${key}`, { status: 422 });
  expect(JSON.stringify(await run(desk({ auth })))).not.toContain(key);
});

test('a redirect is not followed, and no key goes along', async () => {
  vi.stubEnv('DESK_KEY', key);
  const elsewhere: IncomingMessage[] = [];
  const other = createServer((request, response) => {
    elsewhere.push(request);
    response.end(yes);
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const auth = { header: 'x-desk', environment: 'DESK_KEY' };
  for (const status of [301, 302, 307, 308]) {
    answering('', { status, location: `http://127.0.0.1:${port}/decide?token=secret` });
    expect(await run(desk({ auth }))).toMatchObject(
      infra('request', new RegExp(`answered ${status} and sends to http://127\\.0\\.0\\.1:${port}\\. No redirect`)),
    );
  }
  answering('', { status: 308, location: '/decide/' });
  expect(await run(desk({ auth }))).toMatchObject(infra('request', /sends to \/decide\/\. No redirect is followed/));
  expect(elsewhere).toEqual([]);
  other.close();
});

test.for<[string, () => void, object, Partial<Desk>?]>([
  [
    'HTML',
    () => answering('<!doctype html><h1>Log in</h1>', { 'content-type': 'text/html; charset=utf-8' }),
    infra('response', /HTML page.*gateway or a login/),
  ],
  ['HTML that says it is JSON', () => answering('<html></html>'), infra('response', /HTML page/)],
  [
    'HTML where text is read',
    () => answering('<p>approved: true</p>', { 'content-type': 'text/html' }),
    approved,
    { read: /approved: (?<approved>true|false)/ },
  ],
  ['text', () => answering('approved'), { kind: 'invalid', issues: [expect.stringMatching(/is no JSON/)] }],
  ['nothing', () => answering(''), { kind: 'no-decision', reason: expect.stringMatching(/is empty/) }],
  ['no content', () => answering('', { status: 204 }), { kind: 'no-decision', reason: expect.stringMatching(/is empty/) }],
  ['another shape', () => answering('{"approved":1}'), { kind: 'invalid', issues: [expect.stringMatching(/^approved: /)] }],
  [
    'more than is read',
    () => answering(JSON.stringify({ approved: 'x'.repeat(3000) })),
    infra('response', /is longer than 2000 bytes/),
    { longestAnswer: 2000 },
  ],
  [
    'that the request is wrong',
    () => answering('{"detail":"amount"}', { status: 422 }),
    { kind: 'no-decision', reason: 'The server refused the request (422): {"detail":"amount"}' },
  ],
  ['that nothing is there', () => answering('', { status: 404 }), infra('request', /404: there is nothing at this address/)],
  ['that the key is wrong', () => answering('', { status: 401 }), infra('authentication', /401: it does not accept the key/)],
  ['that the budget is spent', () => answering('', { status: 402 }), infra('spend-limit', /402/)],
  [
    'what is no UTF-8',
    () => (handle = (_, response) => void response.end(Buffer.from([0x7b, 0xff, 0x7d]))),
    { kind: 'invalid', issues: [expect.stringMatching(/no UTF-8/)] },
  ],
])('a server that answers %s has an outcome for it', async ([, prepare, outcome, more]) => {
  prepare();
  expect(await run(desk(more))).toMatchObject(outcome);
});

test('what may pass is tried again, and a trial that waits for its turn does not use up its deadline', { tags: ['slow'] }, async () => {
  let calls = 0;
  handle = (_, response) => {
    calls += 1;
    if (calls === 1) response.writeHead(429, { 'retry-after-ms': '60' }).end();
    else if (calls === 2) response.writeHead(503).end();
    else if (calls === 3) response.writeHead(200, { 'content-length': 100 }).write('{"appr', () => response.destroy());
    else response.end(yes);
  };
  // The pauses alone take longer: 60 ms, half a second and a second, the last two by half at most less.
  const begun = performance.now();
  expect(await run(desk({ versions: { v1: { deadlineMs: 700 } } }))).toEqual(approved);
  expect(calls).toBe(4);
  expect(performance.now() - begun).toBeGreaterThan(700);
});

test('a server that is too slow, or not there, is an infra error', async () => {
  handle = () => {};
  expect(await run(desk({ versions: { v1: { deadlineMs: 40 } } }))).toMatchObject(infra('timeout', /deadline of 0\.04 s/));
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(await run(desk({ url: `http://127.0.0.1:${port}/` }))).toMatchObject(
    infra('connection', /No answer came from http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED/),
  );
});

test.for<[string, object, RegExp]>([
  ['no address', { url: 'desk' }, /"url" is no http\(s\) URL/],
  ['another scheme', { url: 'file:///etc/passwd' }, /"url" is no http\(s\) URL/],
  ['a password in its address', { url: 'https://me:secret@desk.test/' }, /user name or password/],
  [
    'a key for plain HTTP',
    { url: 'http://desk.test/', auth: { header: 'x', environment: 'K' } },
    /not sent to http:\/\/desk\.test over plain HTTP/,
  ],
  [
    'a key in its headers',
    { request: { headers: { Authorization: 'Bearer x' } } },
    /"Authorization" stands in the configuration\. Give auth/,
  ],
  ['spans to wait for and no port', { traces: 'waited-for' }, /cannot be waited for without "tracesPort"/],
  ['a schema that cannot be used', { input: { type: 'amount' } }, /"input" is no schema/],
])('an agent with %s is refused', ([, more, message]) => {
  expect(() => desk(more as Partial<Desk>)).toThrow(message);
});

test.for<[string, Partial<Desk>, RegExp]>([
  [
    'a key that is not set',
    { auth: { header: 'x', environment: 'DESK_KEY_OF_NOBODY' } },
    /needs the key DESK_KEY_OF_NOBODY in its environment/,
  ],
  ['a placeholder for nothing', { request: { body: { amount: '{input.amonut}' } } }, /has the placeholder \{input\.amonut\}/],
  ['a path to another server', { request: { path: () => '@evil.test/' } }, /"request\.path" gives "@evil\.test\/"/],
  ['a path to another server by its input', { url: 'http://127.0.0.1', request: { path: () => ':1/' } }, /Expected what follows the "url"/],
])('%s ends the run before anything is sent', async ([, more, message]) => {
  await expect(run(desk(more))).rejects.toThrow(message);
  expect(asked).toEqual([]);
});

test('the address and the request are part of the fingerprint, the key is not', async () => {
  const of = (agent: Agent) => fingerprintVersion(agent, resolveVersion(agent, 'v1'), { mode: 'live', settings: {} });
  const auth = { header: 'x', environment: 'DESK_KEY' };
  vi.stubEnv('DESK_KEY', key);
  const plain = await of(desk({ auth }));
  vi.stubEnv('DESK_KEY', `${key}-2`);
  expect(await of(desk({ auth }))).toBe(plain);
  const others = [
    desk({ auth, url: `${origin}/other` }),
    desk({ auth, request: { body: { a: 1 } } }),
    desk({ auth, read: { field: 'a' } }),
  ];
  expect(new Set([plain, ...(await Promise.all(others.map(of)))]).size).toBe(4);
});
