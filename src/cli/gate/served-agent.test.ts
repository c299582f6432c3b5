import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type GateProject, gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;

const limits = (limit: number) => `export const limit = ${limit};\n`;
const server = `
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { limit } from './limits.mjs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
if (process.env.STARTED) appendFileSync(process.env.STARTED, process.pid + ' ' + child.pid + ' ' + process.cwd() + '\\n');
createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/health') return response.end();
  const { weight } = JSON.parse(body);
  const accepted = weight <= limit;
  response.end(JSON.stringify({ accepted, fee: accepted ? weight * 2 : 0, reason: 'As weighed.' }));
}).listen(process.env.PORT, '127.0.0.1');
`;

const agent = (place: string) => `
import { z } from 'zod';
import { expectedDecision, httpAgent } from '${docket}';
export const parcelCounter = httpAgent({
  name: 'parcel-counter',
  source: import.meta.url,
  ${place}
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean(), fee: z.number(), reason: z.string() }),
  scorers: [expectedDecision({ approvalField: 'accepted' })],
});
`;

function project(place: string): GateProject {
  const made = gateProject();
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md']) made.remove(path);
  made.write('server.mjs', server);
  made.write('limits.mjs', limits(20));
  made.write('agent.ts', agent(place));
  made.commit('A counter behind an address');
  return made;
}

async function accept(made: GateProject) {
  const { code, stderr } = await runHere(['baseline', 'accept', '--trials', '5'], made);
  if (code !== 0) throw new Error(stderr);
  made.commit('The baseline');
}

const isRunning = (pid: number) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('a server that each checkout starts', () => {
  const main = project(`url: '/decide', serve: { command: [process.execPath, 'server.mjs'], ready: '/health' }, reads: ['*.mjs'],`);
  afterAll(() => main[Symbol.dispose]());

  it('answers for its own checkout, and is gone at the end with what it started', { tags: ['slow'] }, async () => {
    await accept(main);
    using change = changing(main, { 'limits.mjs': limits(99) });
    const started = join(change.directory, '.docket', 'started');
    const { verdict } = await judge(change, [], { STARTED: started });
    expect(verdict).toMatchObject({ verdict: 'regressed', attribution: { factor: 'reads' } });
    const servers = readFileSync(started, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(servers.map(([, , folder]) => folder)).toContain(change.directory);
    for (const [pid, child] of servers)
      await vi.waitFor(() => expect([pid, child].map((each) => isRunning(Number(each)))).toEqual([false, false]), { timeout: 60_000 });
  });
});

it('a change that has a sound server somewhere else answer for it needs an approval', { tags: ['slow'] }, async () => {
  using main = project(`url: '/decide', serve: { command: [process.execPath, 'server.mjs'], ready: '/health' }, reads: ['*.mjs'],`);
  await accept(main);
  const sound = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.setHeader('x-agent-version', 'as-you-like-it');
    const { weight } = JSON.parse(body || '{}') as { weight: number };
    response.end(JSON.stringify({ accepted: weight <= 20, fee: weight <= 20 ? weight * 2 : 0, reason: 'As weighed.' }));
  });
  await new Promise<void>((resolve) => sound.listen(0, '127.0.0.1', () => resolve()));
  const elsewhere = `url: 'http://127.0.0.1:${(sound.address() as AddressInfo).port}/', versionFrom: { header: 'x-agent-version' },`;
  using change = changing(main, { 'limits.mjs': limits(99), 'agent.ts': agent(elsewhere) });
  const { verdict } = await judge(change);
  sound.close();
  expect(verdict).toMatchObject({ verdict: 'needs-approval', exitCode: 6 });
  expect(verdict.ruleChanges).toContainEqual(expect.objectContaining({ what: 'setting', field: 'answers', weighs: true }));
});

describe('a server that somebody else runs', () => {
  let decided = 0;
  let version: string | undefined = '1.4';
  const counters: Server[] = [];
  const address = (made: Server) => `http://127.0.0.1:${(made.address() as AddressInfo).port}/decide`;

  /** Answers as another version from the given request on. */
  function counter(weighs: () => number, says: () => string | undefined): Promise<Server> {
    const made = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const said = says();
      if (said !== undefined) response.setHeader('x-agent-version', said);
      if (request.method === 'HEAD') return response.writeHead(405).end();
      if (request.url === '/version') return response.end(said ?? '');
      const { weight } = JSON.parse(body) as { weight: number };
      const accepted = weight <= weighs();
      response.end(JSON.stringify({ accepted, fee: accepted ? weight * 2 : 0, reason: 'As weighed.' }));
      return response;
    });
    counters.push(made);
    return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
  }

  const main = project(`url: process.env.COUNTER_URL, versionFrom: { header: 'x-agent-version' },`);
  let environment: Record<string, string> = {};
  beforeAll(async () => {
    const own = await counter(
      () => {
        decided += 1;
        return 20;
      },
      () => version,
    );
    environment = { COUNTER_URL: address(own) };
    vi.stubEnv('COUNTER_URL', environment.COUNTER_URL);
    await accept(main);
  });
  afterEach(() => {
    version = '1.4';
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    for (const each of counters) each.close();
    main[Symbol.dispose]();
  });

  it('is no evidence for changed code while it answers as the version that main has', { tags: ['slow'] }, async () => {
    using change = changing(main, { 'limits.mjs': limits(99) });
    const { verdict } = await judge(change, [], environment);
    expect(verdict).toMatchObject({
      verdict: 'not-evaluated',
      exitCode: 4,
      reason: expect.stringMatching(/^limits\.mjs changed, but http:.*"1\.4".*serve/),
    });
  });

  it('is judged where the candidate and main have one each', { tags: ['slow'] }, async () => {
    using same = main.branch();
    expect((await judge(same, [], environment)).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
    const other = await counter(
      () => 99,
      () => '1.5',
    );
    using change = changing(main, { 'limits.mjs': limits(99) });
    const { verdict } = await judge(change, [], { COUNTER_URL: address(other), DOCKET_MAIN_COUNTER_URL: environment.COUNTER_URL ?? '' });
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      attribution: { factor: 'unclear', reason: expect.stringContaining('behind http') },
    });
  });

  it('that is exchanged while it is on trial ends the gate without a verdict', { tags: ['slow'] }, async () => {
    let asked = 0;
    const other = await counter(
      () => 20,
      () => (++asked > 8 ? '1.6' : '1.5'),
    );
    using change = changing(main, { 'limits.mjs': limits(20.5) });
    const { verdict } = await judge(change, [], { COUNTER_URL: address(other), DOCKET_MAIN_COUNTER_URL: environment.COUNTER_URL ?? '' });
    expect(verdict).toMatchObject({ verdict: 'incomplete', reason: expect.stringContaining('now answers as version "1.6"') });
  });

  it('and does not say which version it is, is evaluated anew each time and never gated', { tags: ['slow'] }, async () => {
    version = undefined;
    const evaluated = async () => {
      const before = decided;
      const { stderr } = await runHere(['eval', '--json', '--trials', '1'], main);
      return { trials: decided - before, stderr: stderr.replaceAll(/\s+/g, ' ') };
    };
    await evaluated();
    expect(await evaluated()).toEqual({
      trials: 4,
      stderr: expect.stringMatching(/Nothing that is stored is used again: http:.* has no header "x-agent-version" in its answer/),
    });
    using same = main.branch();
    const { verdict } = await judge(same, [], environment);
    expect(verdict).toMatchObject({ verdict: 'not-evaluated', reason: expect.stringMatching(/^Nobody knows which version .*versionFrom/) });
    expect(await runHere(['baseline', 'accept'], main)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('could be compared with nothing'),
    });
  });
});
