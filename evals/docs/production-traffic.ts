/**
 * Plays production for the walk "From a trace to a case": so many loan applications, each decided by `docket decide` in a process of its
 * own, whose trace stays in `.docket/traces.db` of the project around the working folder. The same seed gives the same applications.
 *
 *     node evals/docs/production-traffic.ts [count] [version] [seed]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../src/index.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const [count = '36', version = 'v1', seed = '1'] = process.argv.slice(2);
const applications = generateApplications(Number(count), seededRandom(seed));

let next = 0;
let decided = 0;
const decideAll = async () => {
  for (let words = applications[next++]; words; words = applications[next++]) {
    if (await decide(words)) decided += 1;
  }
};
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, decideAll));
console.log(`${decided} of ${applications.length} applications decided by ${version}.`);
process.exitCode = decided === applications.length ? 0 : 1;

async function decide(words: readonly string[]): Promise<boolean> {
  // Its warnings are for the person who asked; in production nobody reads them.
  const child = spawn(process.execPath, [main, 'decide', ...words, '--version', version, '--mode', 'simulated'], { stdio: 'ignore' });
  const [code] = await once(child, 'close');
  return code === 0;
}

/** Incomes spread like incomes, debts up to 40 % of them, loans of a quarter to six times of them; round figures, as people give. */
function generateApplications(wanted: number, random: () => number): string[][] {
  return Array.from({ length: wanted }, () => {
    const income = round(30_000 * 8 ** random(), 1000);
    const debt = round(income * 0.4 * random(), 100);
    const score = 480 + Math.floor(340 * random());
    const loan = round(income * (0.25 + 5.75 * random() ** 2), 5000);
    return [income, debt, score, loan].map(String);
  });
}

function round(dollars: number, step: number): number {
  return Math.max(step, Math.round(dollars / step) * step);
}
