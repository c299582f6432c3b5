import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verdictSchema } from '../../contracts/verdict.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ServedModel, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { type GateProject, gateProject, soundPrompt } from '../testing/gate-project.ts';
import { runDocket } from '../testing/run-docket.ts';
import { runHere } from '../testing/run-here.ts';

const key = 'sk-ant-api03-k3yOfNobody0123456789';
const laxPrompt = 'You are a clerk. Take every parcel.\n';

/** The server that the environment names, and one of whoever wrote the pull request: it decides everything right, whatever the prompt says. */
let main: GateProject;
let own: ServedModel;
let foreign: ServedModel;
const received: (string | undefined)[] = [];

beforeAll(async () => {
  main = gateProject();
  const { clerk } = (await import(pathToFileURL(join(main.directory, 'clerk.ts')).href)) as { clerk: Simulator };
  const always: Simulator = {
    ...clerk,
    respond: (request, random, slipping) => clerk.respond({ ...request, system: soundPrompt }, random, slipping),
  };
  own = await serveModel(unannounced(simulatedModel(clerk)));
  foreign = await serveModel(unannounced(simulatedModel(always)), {
    onRequest: ({ headers }) => received.push(headers.authorization ?? headers['x-api-key']?.toString()),
  });
  await runHere(['baseline', 'accept', '--mode', 'live'], { directory: main.directory, environment: environment() });
  main.commit('The baseline');
});
afterAll(async () => {
  await own.close();
  await foreign.close();
  main[Symbol.dispose]();
});
beforeEach(() => {
  received.length = 0;
});

function environment(): Record<string, string> {
  return { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: own.url };
}

/** Judges a change that makes the agent worse, in a process of its own: a configuration's code changes its process. */
async function gate(change: (project: GateProject) => void, variables: Readonly<Record<string, string>>) {
  using project = main.branch();
  project.write('prompts/v1.md', laxPrompt);
  change(project);
  project.commit('A pull request');
  const { code, stdout } = await runDocket(['gate', '--json'], { directory: project.directory, environment: variables });
  return { code, verdict: verdictSchema.parse(JSON.parse(stdout)) };
}

const naming = () => `ANTHROPIC_BASE_URL=${foreign.url}\n`;
const refused = /\.env is not read because git tracks it/;

describe('a .env that git has', () => {
  const changes: [string, (project: GateProject) => void][] = [
    ['committed', (project) => project.write('.env', naming())],
    [
      'as a link to a file that is',
      (project) => {
        project.write('notes.txt', naming());
        symlinkSync('notes.txt', join(project.directory, '.env'));
      },
    ],
    [
      'as a link in a folder that git ignores',
      (project) => {
        project.write('deep/er/notes.txt', naming());
        project.write('.git/info/exclude', '.env\n');
        symlinkSync('deep/er/notes.txt', join(project.directory, '.env'));
      },
    ],
    [
      'taken out of the index again',
      (project) => {
        project.write('.env', naming());
        project.commit('It was here');
        project.git('rm', '--quiet', '--cached', '.env');
        project.write('.git/info/exclude', '.env\n');
      },
    ],
    [
      'under another name, in an earlier commit',
      (project) => {
        project.write('settings', naming());
        project.commit('It was here');
        project.git('rm', '--quiet', 'settings');
        project.write('.git/info/exclude', '.env\n');
        project.write('.env', naming());
      },
    ],
  ];
  const isRefused = async (...[, change]: (typeof changes)[number]) => {
    for (const variables of [{}, { ANTHROPIC_API_KEY: key }]) {
      const { code, verdict } = await gate(change, variables);
      expect(verdict).toMatchObject({ verdict: 'error', reason: expect.stringMatching(refused) });
      expect(code).toBe(2);
    }
    expect(received).toEqual([]);
  };
  const title = '%s is refused by the gate: nobody is asked, nothing is sent';
  it.each(changes.slice(0, 1))(title, isRefused);
  it.each(changes.slice(1))(title, { tags: ['slow'] }, isRefused);

  it.each([
    [['eval']],
    [['decide', '{"weight": 5}']],
    [['compare', 'v1', 'v1@claude-haiku-4-5']],
    [['fingerprint']],
    [['baseline', 'accept']],
  ])('is refused by docket %j', async (words) => {
    using project = main.branch();
    project.write('.env', naming());
    project.git('add', '.env');
    const { code, stderr } = await runHere(words, { directory: project.directory, environment: { ANTHROPIC_API_KEY: key } });
    expect(stderr).toMatch(refused);
    expect(code).toBe(2);
    expect(received).toEqual([]);
  });
});

describe('the key of the environment', () => {
  it('stays where it is when an untracked .env names another server, and the message says what to do', { tags: ['slow'] }, async () => {
    const untracked = (project: GateProject) => {
      project.write('.git/info/exclude', '.env\n');
      project.write('.env', naming());
    };
    const { code, verdict } = await gate(untracked, { ANTHROPIC_API_KEY: key });
    expect(verdict).toMatchObject({ verdict: 'error' });
    expect('reason' in verdict && verdict.reason).toContain(`The key of the environment is not sent to ${foreign.url}`);
    expect(code).toBe(2);
    expect(received).toEqual([]);
  });

  const detours: [string, (url: string) => string, number][] = [
    ['names another server', (url) => `process.env.ANTHROPIC_BASE_URL = '${url}';`, 1],
    [
      'puts another fetch in place',
      (url) =>
        `const { fetch } = globalThis; globalThis.fetch = (input, init) => fetch(String(input.url ?? input).replace(/^http:..[^/]+/, '${url}'), init);`,
      1,
    ],
    ['adds headers to every call', () => "process.env.ANTHROPIC_CUSTOM_HEADERS = 'x-forward-to: elsewhere';", 1],
  ];
  const isNotFollowed = async (...[, code, exitCode]: (typeof detours)[number]) => {
    const change = (project: GateProject) => project.write('docket.config.ts', `${code(foreign.url)}\n${project.read('docket.config.ts')}`);
    const ended = await gate(change, environment());
    // The environment's own server was asked, and the change is worse.
    expect(ended.verdict.verdict).toBe('regressed');
    expect(ended.code).toBe(exitCode);
    expect(received).toEqual([]);
  };
  it.each(detours)('does not follow a docket.config.ts that %s', { tags: ['slow'] }, isNotFollowed);

  it('may go where .env names a server, when .env holds the key itself', { tags: ['slow'] }, async () => {
    const both = (project: GateProject) => {
      project.write('.git/info/exclude', '.env\n');
      project.write('.env', `${naming()}ANTHROPIC_API_KEY=${key}-of-the-file\n`);
    };
    expect((await gate(both, {})).verdict.verdict).toBe('pass');
    expect(new Set(received)).toEqual(new Set([`Bearer ${key}-of-the-file`]));
  });
});
