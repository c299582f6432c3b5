/**
 * How what reads stored trials grows with their number: time and the peak of memory of listing them all, of scoring them again, of a report of two versions
 * side by side, and of a gate that has them in its store. No model is called. Prints a Markdown table; asserts no time, only that each command did its work.
 *
 *     npm run build && node evals/bench/stored-growth.ts [--sizes 10000,100000,1000000] [--build dist|src] [--only list,score]
 *
 * A million trials need 2 GB of disk, and as much again for the gate's copy.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gateProject } from '../../src/cli/testing/gate-project.ts';
import { count } from '../../src/text/figures.ts';
import { BenchProject, type Build, docketMain } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { type MeasuredCommand, measure } from './measured-run.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    build: { type: 'string', default: 'dist' },
    only: { type: 'string', default: '' },
  },
});
const build: Build = values.build === 'src' ? 'src' : 'dist';
const wanted = (name: string) => values.only.split(',').some((text) => name.includes(text));
const fill = join(import.meta.dirname, 'fill-store.ts');

console.log(tableRow(['stored trials', 'what', 'wall', 'CPU', 'peak memory', 'command']));
console.log('|--:|---|--:|--:|--:|---|');
for (const size of values.sizes.split(',').map(Number)) {
  using project = new BenchProject({ trials: size, inFlight: 1 }, build);
  const { directory, cases, trials } = project;
  const half = String(project.trialsPerCase / 2);
  const store = join(directory, '.docket/docket.db');
  const row = async (what: string, command: string, run: Omit<MeasuredCommand, 'directory'> & { readonly directory?: string }) => {
    if (!wanted(what)) return;
    const { wallMs, cpuMs, peakMegabytes } = await measure({ directory, ...run });
    const times = [wallMs, cpuMs].map((value) => `${(value / 1000).toFixed(1)} s`);
    console.log(tableRow([count(trials), what, ...times, `${peakMegabytes.toFixed(0)} MB`, command]));
  };
  await measure({ words: [docketMain(build), 'eval', '1', '--trials', '1'], directory, proof: /passed .* = 100 %/ });
  const filled = await measure({ words: [fill, 'fill', directory, half], directory, proof: new RegExp(`^${trials} trials`) });
  console.log(
    tableRow([
      count(trials),
      `written, ${(statSync(store).size / 1e6).toFixed(0)} MB`,
      `${(filled.wallMs / 1000).toFixed(1)} s`,
      '',
      `${filled.peakMegabytes.toFixed(0)} MB`,
      "the store's own `save`",
    ]),
  );
  await row('list: every trial read', "the store's own `list`, portion by portion", {
    words: [fill, 'list', directory, half],
    proof: new RegExp(`^${trials} trials`),
  });
  await row('score: scored again', `docket eval --versions v1,v2 --trials ${half}`, {
    words: [docketMain(build), 'eval', '--versions', 'v1,v2', '--trials', half],
    proof: new RegExp(`0 run, ${count(trials)} reused`),
  });
  await row('report: two versions side by side', `docket compare v1 v2 --trials ${half}`, {
    words: [docketMain(build), 'compare', 'v1', 'v2', '--trials', half],
    proof: new RegExp(`${count(cases)} cases? .*simulated`),
  });
  if (!wanted('gate')) continue;
  using gated = gateProject();
  const cache = mkdtempSync(join(tmpdir(), 'docket-stored-growth-'));
  mkdirSync(join(gated.directory, '.docket'), { recursive: true });
  copyFileSync(store, join(gated.directory, '.docket/docket.db'));
  const environment = { PATH: process.env.PATH ?? '', HOME: gated.directory, XDG_CACHE_HOME: cache };
  const main = docketMain('src');
  await measure({ words: [main, 'baseline', 'accept'], directory: gated.directory, environment, proof: /reports\/baseline\.json/ });
  gated.commit('The baseline');
  gated.git('switch', '--quiet', '--create', 'change');
  await row('gate: four cases, with these in its store', 'docket gate', {
    words: [main, 'gate'],
    directory: gated.directory,
    environment,
    proof: /pass/i,
  });
  rmSync(cache, { recursive: true, force: true });
}
