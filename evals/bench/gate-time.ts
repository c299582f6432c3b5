/**
 * How long a gate takes beside the model, in a small repository with four cases and the simulated model: a worker's start until it says hello, an
 * unchanged agent, and one that takes every parcel. Prints a Markdown table.
 *
 *     node evals/bench/gate-time.ts [--runs 9]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gateFiles, gateProject } from '../../src/cli/testing/gate-project.ts';
import { startWorker } from '../../src/flows/gate/candidate.ts';
import { loadConfig } from '../../src/flows/load-config.ts';
import { tableRow } from './markdown-table.ts';

const runs = Number(parseArgs({ options: { runs: { type: 'string', default: '9' } } }).values.runs);
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const cache = mkdtempSync(join(tmpdir(), 'docket-gate-time-'));
using project = gateProject();
const docket = (...words: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [main, ...words], {
    cwd: project.directory,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: project.directory, XDG_CACHE_HOME: cache },
  });
  return { status, stderr };
};
const expecting = (code: number, ...words: string[]) => {
  const { status, stderr } = docket(...words);
  if (status !== code) throw new Error(`${words.join(' ')} ended with ${status}:\n${stderr}`);
};

// Nothing is stored, so that each run makes its trials anew.
project.write('docket.config.ts', gateFiles.config({ store: ':memory:' }));
project.commit('Keeps nothing');
expecting(0, 'baseline', 'accept');
project.commit('The baseline');
project.git('switch', '--quiet', '--create', 'change');

console.log(tableRow(['what', 'fastest', `median of ${runs}`, 'CPU, mean']));
console.log('|---|--:|--:|--:|');
await timed('a configuration, loaded in this process', () => loadConfig(project.directory), 1);
await timed('a worker, until it has said hello', async () => {
  const request = { environment: process.env, signal: new AbortController().signal, warn: () => {} };
  (await startWorker({ title: 'the agent', directory: project.directory }, { root: project.directory }, request)).close();
});
await timed('the gate, nothing changed', () => expecting(0, 'gate'));
project.write('prompts/v1.md', 'You are a clerk. Be kind.\n');
await timed('the gate, regressed', () => expecting(1, 'gate'));
rmSync(cache, { recursive: true, force: true });

/** User and system time of this process and of its children that ended, where Linux tells it: what else the machine does counts less in it. */
function cpuMs(): number {
  const words = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(words[index]) * 10, 0);
}

async function timed(name: string, work: () => unknown, times = runs): Promise<void> {
  const milliseconds: number[] = [];
  // The first one compiles.
  if (times > 1) await work();
  const before = cpuMs();
  for (let run = 0; run < times; run += 1) {
    const start = performance.now();
    await work();
    milliseconds.push(performance.now() - start);
  }
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const shown = [sorted[0] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0].map((value) => `${value.toFixed(0)} ms`);
  console.log(tableRow([name, ...shown, `${((cpuMs() - before) / times).toFixed(0)} ms`]));
}
