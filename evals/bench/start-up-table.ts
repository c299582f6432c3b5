import { BenchProject, type Build, docketMain } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { type Measurement, measure } from './measured-run.ts';

/** Prints how long the shortest commands take: median and fastest of so many runs, beside Node.js itself. */
export async function runStartUp(build: Build, repeats: number): Promise<void> {
  using project = new BenchProject({ trials: 1, inFlight: 1 }, build);
  const { directory } = project;
  const main = docketMain(build);
  console.log(`\nStart-up, median of ${repeats}.\n`);
  console.log(tableRow(['what', 'median', 'fastest', 'CPU, median', 'peak memory', 'command']));
  console.log('|---|--:|--:|--:|--:|---|');
  for (const [name, words, proof, command] of [
    ['Node.js', ['-e', 'console.log(1)'], /1/, "node -e 'console.log(1)'"],
    ['docket --help', [main, '--help'], /Usage: docket/, 'docket --help'],
    ['docket eval, one stored trial', [main, 'eval', '--trials', '1'], /1\/1 = 100 %/, 'docket eval 1 --trials 1'],
  ] as const) {
    const runs: Measurement[] = [];
    // The first one compiles, and runs what the others take from the store.
    await measure({ words, directory, proof });
    for (let run = 1; run <= repeats; run += 1) runs.push(await measure({ words, directory, proof }));
    const wall = sorted(runs.map(({ wallMs }) => wallMs));
    const figures = [median(wall), wall[0] ?? 0, median(sorted(runs.map(({ cpuMs }) => cpuMs)))].map((value) => `${value.toFixed(0)} ms`);
    const memory = Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes));
    console.log(tableRow([name, ...figures, `${memory.toFixed(0)} MB`, `\`${command}\``]));
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other);
}

function median(values: readonly number[]): number {
  return values[Math.floor(values.length / 2)] ?? 0;
}
