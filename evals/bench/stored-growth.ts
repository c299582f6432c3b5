/**
 * How what reads stored trials grows with their number and with that of their cases: time and the peak of memory of each command that goes through all of them. No
 * model is called but by the gate, which runs the candidate. Prints a Markdown table; asserts no time, only that each command did its work.
 *
 *     npm run build && node evals/bench/stored-growth.ts [--sizes 1000,100000,1000000] [--cases 100000] [--build dist|src] [--only eval,gate]
 *
 * A case has a hundred trials where their number is not given. A million trials need 2 GB of disk.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../../src/text/figures.ts';
import { askApp } from './ask-app.ts';
import { BenchProject, type Build, docketMain } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { type MeasuredCommand, measure } from './measured-run.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000,1000000' },
    cases: { type: 'string' },
    build: { type: 'string', default: 'dist' },
    only: { type: 'string', default: '' },
  },
});
const build: Build = values.build === 'src' ? 'src' : 'dist';
const isWanted = (...names: readonly string[]) => values.only.split(',').some((text) => names.some((name) => name.includes(text)));
const fill = join(import.meta.dirname, 'fill-store.ts');
const main = docketMain(build);

console.log(tableRow(['stored trials', 'cases', 'wall', 'CPU', 'peak memory', 'command']));
console.log('|--:|--:|--:|--:|--:|---|');
for (const size of values.sizes.split(',').map(Number)) {
  const load = { trials: size, inFlight: 1, ...(values.cases === undefined ? {} : { cases: Number(values.cases) }) };
  using project = new BenchProject(load, build);
  project.writeConfig({ current: 'v1', latencyMs: 0 });
  const { directory, cases, trials, trialsPerCase } = project;
  const half = String(trialsPerCase / 2);
  const store = join(directory, '.docket/docket.db');
  const row = async (command: string, run: Omit<MeasuredCommand, 'directory'>) => {
    const { wallMs, cpuMs, peakMegabytes } = await measure({ directory, ...run });
    const times = [wallMs, cpuMs].map((value) => `${(value / 1000).toFixed(1)} s`);
    console.log(tableRow([count(trials), count(cases), ...times, `${peakMegabytes.toFixed(0)} MB`, command]));
  };
  const wantedRow: typeof row = async (command, run) => (isWanted(command) ? row(command, run) : undefined);
  const refill = async (what: 'fill' | 'fill-baseline', perCase: string) => {
    for (const ending of ['', '-wal', '-shm']) rmSync(store + ending, { force: true });
    await measure({ words: [main, 'eval', '1', '--trials', '1'], directory, proof: /passed .* = 100 %/ });
    await row(`the store's own \`save\` (${what})`, { words: [fill, what, directory, perCase], proof: new RegExp(`^${trials} trials`) });
  };
  if (isWanted('list', 'eval', 'compare', 'merge', 'ui')) {
    await refill('fill', half);
    await wantedRow("the store's own `list`", { words: [fill, 'list', directory, half], proof: new RegExp(`^${trials} trials`) });
    await wantedRow(`docket eval --versions v1,v2 --trials ${half}`, {
      words: [main, 'eval', '--versions', 'v1,v2', '--trials', half],
      proof: new RegExp(`0 run, ${count(trials)} reused`),
    });
    await wantedRow('docket ui, asked for that evaluation, a case and a transcript of it', {
      words: [main, 'ui', '--no-open'],
      proof: /Ctrl-C ends it/,
      onStart: askApp,
    });
    await wantedRow(`docket compare v1 v2 --trials ${half}`, {
      words: [main, 'compare', 'v1', 'v2', '--trials', half],
      proof: new RegExp(`${count(cases)} cases? .*simulated`),
    });
    await wantedRow('docket merge .docket/docket.db --into merged.db', {
      words: [main, 'merge', '.docket/docket.db', '--into', 'merged.db'],
      proof: new RegExp(`${count(trials)} trials taken`),
    });
    rmSync(join(directory, 'merged.db'), { force: true });
  }
  if (!isWanted('baseline', 'gate')) continue;
  await refill('fill-baseline', String(trialsPerCase));
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...words], { cwd: directory });
  writeFileSync(join(directory, '.gitignore'), '.docket\nreports/*\n!reports/baseline.json\n');
  git('init', '--quiet', '--initial-branch', 'main');
  await row(`docket baseline accept --trials ${trialsPerCase} --most ${trialsPerCase}`, {
    words: [main, 'baseline', 'accept', '--trials', String(trialsPerCase), '--most', String(trialsPerCase)],
    proof: new RegExp(`${count(trials)} of ${count(trials)} passed`),
  });
  git('add', '--all');
  git('commit', '--quiet', '--message', 'With its baseline');
  git('switch', '--quiet', '--create', 'change');
  project.writeConfig({ current: 'v2', latencyMs: 0 });
  await wantedRow('docket gate, of another prompt', { words: [main, 'gate'], proof: /pass/i });
}
