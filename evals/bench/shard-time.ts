/**
 * How much sooner a suite ends on several machines: an agent that sleeps, as long as the case says, with a few cases that take most of the time. Machines
 * are processes of this one, each with a store of its own and two trials in flight; by count, and by durations that were measured. Then how even plans
 * are and how many trials move when a case is added, over suites of several kinds. Prints two Markdown tables.
 *
 *     node evals/bench/shard-time.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leastPossible } from '../../src/flows/shards/cut-units.ts';
import { planShards } from '../../src/flows/shards/shard-plan.ts';
import { seededRandom } from '../../src/model/random.ts';
import { tableRow } from './markdown-table.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const index = new URL('../../src/index.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'docket-shard-time-'));
const cases = 40;

try {
  writeProject();
  const alone = await timed(() => docket(folder, 'eval'));
  console.log(tableRow(['machines', 'divided by', 'longest shard', 'merge and judge', 'in all', 'sooner than one']));
  console.log('|--:|---|--:|--:|--:|--:|');
  console.log(tableRow(['1', '', '', '', seconds(alone), '1.0 x']));
  for (const by of ['count', 'durations']) {
    rmSync(join(folder, 'reports/durations.json'), { force: true });
    if (by === 'durations') await docket(folder, 'durations');
    for (const count of [2, 4]) console.log(tableRow(await shared(count, by, alone)));
  }
  console.log('');
  printBalance();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function shared(count: number, by: string, alone: number): Promise<string[]> {
  const machines = Array.from({ length: count }, (_, number) => join(folder, `machines/${by}-${count}-${number + 1}`));
  for (const machine of machines) copyProject(machine);
  const times = await Promise.all(
    machines.map((machine, number) => timed(() => docket(machine, 'eval', '--series', 'shared', '--shard', `${number + 1}/${count}`))),
  );
  const judge = join(folder, `machines/${by}-${count}-judge`);
  copyProject(judge);
  const judging = await timed(async () => {
    await docket(judge, 'merge', ...machines.map((machine) => join(machine, '.docket/shards')));
    await docket(judge, 'eval', '--series', 'shared');
  });
  const longest = Math.max(...times);
  return [
    String(count),
    by,
    seconds(longest),
    seconds(judging),
    seconds(longest + judging),
    `${(alone / (longest + judging)).toFixed(1)} x`,
  ];
}

function printBalance(): void {
  const suites: Readonly<Record<string, (random: () => number) => number>> = {
    'all alike': () => 1,
    lognormal: (random) => Math.exp(1.2 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
    'Pareto, shape 1.3': (random) => (1 - random()) ** (-1 / 1.3),
    'one in twenty takes sixty times as long': (random) => (random() < 0.05 ? 60 : 1),
  };
  console.log(
    tableRow([
      'durations',
      'cases x trials',
      'shards',
      'fullest shard above the least possible, worst of 20',
      'trials that a new case moves, median and most',
    ]),
  );
  console.log('|---|--:|--:|--:|--:|');
  for (const [name, weigh] of Object.entries(suites))
    for (const [size, trials, count] of [
      [40, 3, 4],
      [200, 3, 8],
      [1000, 10, 16],
    ] as const) {
      const plans = Array.from({ length: 20 }, (_, seed) => balance(weigh, { size, trials, count, seed }));
      const moved = plans.map((plan) => plan.moved).sort((one, other) => one - other);
      const worst = Math.max(...plans.map((plan) => plan.above));
      console.log(
        tableRow([name, `${size} x ${trials}`, String(count), share(worst), `${share(moved[10] ?? 0)}, ${share(moved.at(-1) ?? 0)}`]),
      );
    }
}

function balance(
  weigh: (random: () => number) => number,
  { size, trials, count, seed }: Record<'size' | 'trials' | 'count' | 'seed', number>,
) {
  const random = seededRandom(`balance ${seed}`);
  const ids = Array.from({ length: size }, (_, number) => `case-${seed}-${number}`);
  const durations = new Map([...ids, 'new'].map((id) => [id, weigh(random)]));
  const plan = (of: readonly string[]) =>
    planShards(
      of.map((id) => ({ id, trials, inputs: [id] })),
      count,
      (id) => durations.get(id),
    );
  const [before, after] = [plan(ids), plan([...ids, 'new'])];
  const weights = ids.flatMap((id) => Array.from({ length: trials }, () => ({ weight: durations.get(id) ?? 0 })));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const fullest = Math.max(...before.shares.map(({ part }) => part)) * total;
  const all = ids.flatMap((id) => Array.from({ length: trials }, (_, number) => [id, number + 1] as const));
  const moved = all.filter(([id, number]) => before.shardOf(id, number) !== after.shardOf(id, number)).length;
  return { above: fullest / leastPossible(weights, count) - 1, moved: moved / all.length };
}

function writeProject(): void {
  const random = seededRandom('slow cases');
  mkdirSync(join(folder, 'cases'));
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
  writeFileSync(
    join(folder, 'docket.config.ts'),
    `import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { expectedDecision, functionAgent } from '${index}';
const agent = functionAgent({
  name: 'sleeper', source: import.meta.url, input: z.strictObject({ ms: z.number() }), decision: z.strictObject({ done: z.boolean() }),
  scorers: [expectedDecision()],
  run: async ({ ms }) => { await sleep(ms); return { decision: { done: true } }; },
});
export default { agent, cases: 'cases', current: 'v1', trials: 3, concurrency: 2 };
`,
  );
  for (let number = 1; number <= cases; number += 1) {
    const id = `case-${String(number).padStart(2, '0')}`;
    const ms = number % 10 === 0 ? 3000 + number : Math.round(100 + 500 * random());
    const label = { decision: { done: true }, source: 'policy', rationale: 'It sleeps.', reviewers: [{ kind: 'policy' }] };
    writeFileSync(join(folder, `cases/${id}.json`), JSON.stringify({ id, title: id, input: { ms }, label, origin: { kind: 'designed' } }));
  }
}

function copyProject(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of ['cases', 'docket.config.ts', 'package.json', 'reports'])
    cpSync(join(folder, name), join(to, name), { recursive: true });
  symlinkSync(join(folder, 'node_modules'), join(to, 'node_modules'), 'dir');
}

async function docket(directory: string, ...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [main, ...words], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`docket ${words.join(' ')} ended with ${code}:\n${said}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

function seconds(time: number): string {
  return `${time.toFixed(1)} s`;
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
