import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runAgent } from '../../agent/tool-loop.ts';
import { resolveVersion } from '../../agent/version.ts';
import { workerCommand } from '../../flows/worker/worker-command.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { WorkerAgent, type WorkerTask } from '../../workers/worker-agent.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';

const { signal } = new AbortController();
const model = simulatedModel(parcelDesk.simulator as Simulator, { slipRate: 0.5 });

function start(task: WorkerTask, environment: NodeJS.ProcessEnv = process.env, onOutput = (_: string) => {}): Promise<WorkerAgent> {
  return WorkerAgent.start({ title: 'the candidate', command: workerCommand(task.root, environment), task, onOutput, signal });
}

test('a run in a worker is the run that the same trial has in this process', async () => {
  using project = fixtureProject();
  const agent = await start({ root: project.directory, reference: 'v2' });
  const version = resolveVersion(parcelDesk, 'v2');
  const trials = Array.from({ length: 20 }, (_, index) => ({ trialNumber: index + 1, input: { weight: index + 5, worth: 3 } }));
  const [there, here] = await Promise.all([
    Promise.all(trials.map((trial) => agent.run({ ...trial, model, series: 's', signal }))),
    Promise.all(trials.map((trial) => runAgent({ ...trial, agent: parcelDesk, version, model, series: 's', signal, now: () => 0 }))),
  ]);
  agent.close();
  const timeless = (value: unknown) => JSON.parse(JSON.stringify(value, (key, each) => (key === 'durationMs' ? 0 : each)));
  expect(timeless(there)).toEqual(timeless(here));
  expect(new Set(there.map(({ outcome }) => JSON.stringify(outcome))).size).toBeGreaterThan(5);
});

test('a worker parses inputs by its own schema and says what it refuses', async () => {
  using project = fixtureProject();
  const agent = await start({ root: project.directory });
  expect(await agent.parse([{ weight: 5, worth: 1 }, { weight: -1, worth: 1 }, 'five kilograms'])).toEqual([
    { input: { weight: 5, worth: 1 } },
    { issue: expect.stringContaining('must be more than 0 kg') },
    { issue: expect.stringContaining('expected object') },
  ]);
  agent.close();
});

test("a worker's code sees no key of Docket's, of the model's or of a vendor's, and its own variables", async () => {
  using project = fixtureProject();
  writeFileSync(
    join(project.directory, 'docket.config.ts'),
    `import { parcelDesk } from '${new URL('../testing/parcel-desk.ts', import.meta.url).href}';
console.log(JSON.stringify(process.env));
export default { agent: parcelDesk, cases: 'cases', current: 'v2' };`,
  );
  const secrets = [
    'ANTHROPIC_API_KEY',
    'anthropic_custom_headers',
    'DOCKET_STORE_SECRET',
    'LANGFUSE_SECRET_KEY',
    'DD_API_KEY',
    'GITHUB_TOKEN',
  ];
  const others = ['GITHUB_OUTPUT', 'OTEL_EXPORTER_OTLP_HEADERS', 'NODE_OPTIONS', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  const environment = {
    PATH: process.env.PATH,
    CREDIT_BUREAU_URL: 'http://localhost',
    ...Object.fromEntries([...secrets, ...others].map((name) => [name, 'sk-withheld'])),
  };
  const printed: string[] = [];
  const agent = await start({ root: project.directory }, environment, (line) => printed.push(line));
  await agent.parse([]);
  agent.close();
  expect(printed.join('\n')).toContain('CREDIT_BUREAU_URL');
  expect(printed.join('\n')).not.toContain('sk-withheld');
});

test('a secret that its code reads elsewhere is in nothing that a worker says', async () => {
  using project = fixtureProject();
  const secret = 'sk-ant-0123456789-abcdefghij';
  writeFileSync(
    join(project.directory, 'docket.config.ts'),
    `console.log('Found: ${secret}'); throw new Error('It is ${secret}, backwards ${[...secret].reverse().join('')}.');`,
  );
  const printed: string[] = [];
  const started = start({ root: project.directory }, { PATH: process.env.PATH, ANTHROPIC_API_KEY: secret }, (line) => printed.push(line));
  await expect(started).rejects.toThrow(/It is \[key removed\], backwards \[key removed\]/);
  expect(printed.join('\n')).toBe('Found: [key removed]');
});

test('a mixture has what it takes from the other checkout and the rest of its own', async () => {
  using project = fixtureProject();
  const root = project.directory;
  const agent = await start({ root, reference: 'v2', mixture: { root, reference: 'v1', parts: ['prompt'] } });
  agent.close();
  expect(agent.version).toMatchObject({ name: 'mixture', prompt: { name: 'lax' }, toolVariant: { name: 'scales' } });
});

test.for([
  ['does not load', "throw new Error('no such table');", 'no such table'],
  ['ends the process', 'process.exit(0);', 'The worker of the candidate ended by itself with exit code 0 before it said hello'],
])('a configuration that %s is a sentence', async ([, code, message]) => {
  using project = fixtureProject();
  writeFileSync(join(project.directory, 'docket.config.ts'), `${code}\nexport default {};`);
  await expect(start({ root: project.directory })).rejects.toThrow(message);
});
