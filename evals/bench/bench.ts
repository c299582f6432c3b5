/**
 * How much time Docket takes beside the model's, and how that compares: `npm run bench`.
 *
 * Everything is measured in one run on one machine, with the same model in process, so that the ratios mean something. Prints Markdown.
 * Asserts no time: only that each command did all the work it was given.
 *
 *     node evals/bench/bench.ts [--trials 5000] [--in-flight 100] [--build dist|src] [--only promptfoo,scaling]
 *       [--runs 3] [--repeats 9] [--scale 1]
 *
 * `--only`: rows and tables whose name holds one of these texts. `--runs`: of each row of the comparison. `--repeats`: of each start-up.
 * `--scale`: share of the scaling table's trials; rows of which less than one trial is left are left out.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Build } from './bench-project.ts';
import { runComparison } from './comparison-table.ts';
import { runScaling } from './scaling-table.ts';
import { runStartUp } from './start-up-table.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '5000' },
    'in-flight': { type: 'string', default: '100' },
    build: { type: 'string', default: 'dist' },
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '3' },
    repeats: { type: 'string', default: '9' },
    scale: { type: 'string', default: '1' },
  },
});

const build: Build = values.build === 'src' ? 'src' : 'dist';
const load = { trials: wholeNumber('trials', values.trials), inFlight: wholeNumber('in-flight', values['in-flight']) };
const scale = Number(values.scale);
const texts = values.only.split(',');
const wanted = (name: string) => texts.some((text) => name.includes(text));

console.log(
  `Node.js ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)} at the start.\n`,
);
await runComparison({ load, build, wanted, runs: wholeNumber('runs', values.runs) });
if (wanted('start-up')) await runStartUp(build, wholeNumber('repeats', values.repeats));
if (wanted('scaling')) await runScaling(build, scale);
console.log(`\nLoad at the end: ${loadavg()[0]?.toFixed(1)}. A busy machine makes every row slower: compare rows, not runs.`);

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} is "${text}"; expected a whole number from 1.`);
}
