import { count } from '../../src/text/figures.ts';
import { BenchProject, type Build, docketMain, type Load } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { measure } from './measured-run.ts';
import { latencyMs } from './one-call-agent.ts';

/** Few trials where few are in flight: the model alone would take minutes otherwise. */
const loads: readonly Load[] = [
  { inFlight: 1, trials: 100 },
  { inFlight: 10, trials: 1000 },
  { inFlight: 100, trials: 1000 },
  { inFlight: 100, trials: 10_000 },
  { inFlight: 100, trials: 100_000 },
  { inFlight: 1000, trials: 1000 },
  { inFlight: 1000, trials: 10_000 },
  { inFlight: 1000, trials: 100_000 },
];

/** Prints how `docket eval` grows with trials and with trials in flight, each into an empty store, start-up included. */
export async function runScaling(build: Build, scale: number): Promise<void> {
  console.log('\nHow `docket eval` grows; start-up, which every row includes, is most of the short ones.\n');
  console.log(tableRow(['in flight', 'trials', 'ideal', 'wall', '÷ ideal', 'CPU', 'CPU a trial', 'peak memory']));
  console.log('|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const { inFlight, trials } of loads) {
    const load = { inFlight, trials: Math.floor(trials * scale) };
    if (load.trials === 0) continue;
    using project = new BenchProject(load, build);
    const idealMs = Math.ceil(project.trials / inFlight) * latencyMs;
    const { wallMs, cpuMs, peakMegabytes } = await measure({
      words: [docketMain(build), 'eval', '--trials', String(project.trialsPerCase), '-j', String(inFlight)],
      directory: project.directory,
      proof: /passed .* = 100 %/,
    });
    const seconds = [idealMs, wallMs].map((value) => `${(value / 1000).toFixed(2)} s`);
    const cpu = [`${(cpuMs / 1000).toFixed(2)} s`, `${(cpuMs / project.trials).toFixed(3)} ms`];
    const cells = [...seconds, (wallMs / idealMs).toFixed(2), ...cpu, `${peakMegabytes.toFixed(0)} MB`];
    console.log(tableRow([String(inFlight), count(project.trials), ...cells]));
  }
}
