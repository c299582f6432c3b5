/**
 * What a trial costs beside the agent itself, for agents that answer by themselves: `node evals/bench/own-agents.ts`, and with `--many` also 5,000 trials of
 * 20 ms through eight workers by `docket eval`, against the shortest time that is possible.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { agentPort } from '../../src/agent/agent-port.ts';
import { type Agent, commandAgent, functionAgent, httpAgent, type Model, resolveVersion } from '../../src/index.ts';
import { startTelemetry } from '../../src/traces/telemetry/telemetry.ts';
import { hearingOf } from '../../src/traces/trial-spans/hearing-of.ts';
import { TrialSpans } from '../../src/traces/trial-spans/span-listener.ts';

const repository = join(import.meta.dirname, '../..');
const shared = {
  name: 'desk',
  source: import.meta.url,
  input: z.strictObject({ amount: z.number() }),
  decision: z.strictObject({ approved: z.boolean() }),
  scorers: [],
} as const;
const model: Model = { mode: 'live', create: () => Promise.reject(new Error('nobody asks')) };
const spans = new TrialSpans(console.warn);

async function perTrial(agent: Agent, trials: number): Promise<number> {
  const port = agentPort(agent, resolveVersion(agent, 'v1'));
  const context = { model, series: 's', trialNumber: 1, signal: new AbortController().signal, now: () => performance.now(), spans };
  const once = async () => {
    const { outcome } = await port.run({ amount: 4 }, context);
    if (outcome.kind !== 'decided') throw new Error(JSON.stringify(outcome));
  };
  for (let trial = 0; trial < 20; trial += 1) await once();
  const start = performance.now();
  for (let trial = 0; trial < trials; trial += 1) await once();
  await agent.own?.close?.();
  return (performance.now() - start) / trials;
}

/** A process alone: started, given its input, read to its end. */
async function bareProcess(command: readonly string[]): Promise<void> {
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'pipe' });
  child.stdin.end('{"amount":4}');
  child.stdout.resume();
  child.stderr.resume();
  await once(child, 'close');
}

/** Medians of both, by turns: what else the machine does meets both alike. */
async function beside(command: readonly string[], trials: number): Promise<{ readonly bare: number; readonly whole: number }> {
  const agent = program(command);
  const port = agentPort(agent, resolveVersion(agent, 'v1'));
  const context = { model, series: 's', trialNumber: 1, signal: new AbortController().signal, now: () => performance.now(), spans };
  const timed = async (work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const [bare, whole]: [number[], number[]] = [[], []];
  for (let trial = 0; trial < trials; trial += 1) {
    bare.push(await timed(() => bareProcess(command)));
    whole.push(await timed(() => port.run({ amount: 4 }, context)));
  }
  const median = (values: readonly number[]) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return { bare: median(bare), whole: median(whole) };
}

const answer = (prefix: string) => `${prefix}{"approved":true}`;
const shell = ['/bin/sh', '-c', `cat > /dev/null; echo '${answer('')}'`] as const;
const node = [process.execPath, '-e', `process.stdin.resume().on('end', () => console.log('${answer('')}'))`] as const;
const lines = (milliseconds: number) => `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id } = JSON.parse(line);
    const answer = () => console.log(JSON.stringify({ id, decision: { approved: true } }));
    ${milliseconds === 0 ? 'answer()' : `setTimeout(answer, ${milliseconds})`};
  });`;

const program = (command: readonly string[], worker = false) =>
  commandAgent<{ amount: number }, { approved: boolean }>({ ...shared, command: command as [string], reads: [], worker });
const show = (what: string, milliseconds: number) => console.log(`${what.padEnd(52)} ${milliseconds.toFixed(3)} ms`);

const quick = functionAgent<{ amount: number }, { approved: boolean }>({ ...shared, run: () => ({ decision: { approved: true } }) });
show('function', await perTrial(quick, 5000));
const before = performance.now();
const telemetry = await startTelemetry({ environment: {}, hearing: await hearingOf(quick), warn: console.warn });
show('function, spans heard: once a process', performance.now() - before);
show('function, spans heard', await perTrial(quick, 5000));
await telemetry.close();
show('worker, its own work included', await perTrial(program([process.execPath, '-e', lines(0)], true), 3000));
for (const [name, command, trials] of [
  ['sh', shell, 300],
  ['node', node, 60],
] as const) {
  const { bare, whole } = await beside(command, trials);
  show(`new process (${name}): the process alone`, bare);
  show(`new process (${name}): beside it`, whole - bare);
}
const server = createServer((request, response) => request.resume().on('end', () => response.end(answer(''))));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
show('endpoint, its turns and its own work included', await perTrial(httpAgent({ ...shared, url }), 200));
server.close();
await spans.close();

if (process.argv.includes('--many')) {
  const folder = mkdtempSync(join(tmpdir(), 'docket-many-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
  write('package.json', '{"type":"module"}');
  write('desk.cjs', lines(20));
  write(
    'docket.config.ts',
    `import { z } from 'zod';
import { commandAgent, expectedDecision } from '${join(repository, 'src/index.ts')}';
const agent = commandAgent({ name: 'desk', command: [process.execPath, 'desk.cjs'], source: import.meta.url, reads: ['desk.cjs'], worker: true,
  input: z.strictObject({ amount: z.number() }), decision: z.strictObject({ approved: z.boolean() }), scorers: [expectedDecision({ approvalField: 'approved' })] });
export default { agent, cases: 'cases', current: 'v1', concurrency: 8 };\n`,
  );
  for (let amount = 1; amount <= 50; amount += 1) {
    const label = { decision: { approved: true }, source: 'policy', rationale: 'All are.', reviewers: [{ kind: 'policy' }] };
    write(
      `cases/case-${amount}.json`,
      JSON.stringify({ id: `case-${amount}`, title: 'A case', input: { amount }, label, origin: { kind: 'designed' } }),
    );
  }
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [join(repository, 'src/cli/main.ts'), 'eval', '--trials', '100', '--json'], {
    cwd: folder,
    maxBuffer: 1e9,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - start) / 1000;
  const ideal = (5000 * 0.02) / 8;
  console.log(
    `5,000 trials of 20 ms through 8 workers: ${seconds.toFixed(1)} s, ${(seconds / ideal).toFixed(2)} times the shortest possible ${ideal} s`,
  );
  if (status !== 0) throw new Error(stderr);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
