/**
 * Plays made-up changes through the gate and prints how they end: false blocks, undecided changes, detection, cost.
 *
 *     node evals/bench/gate-simulation.ts [changes a cell, 1000] [seed, 1] [gate options as JSON, {}] [only rows with this text]
 */
import { createGate } from '../../src/gate/create-gate.ts';
import { tally } from '../../src/gate/testing/tally.ts';
import type { World } from '../../src/gate/testing/worlds.ts';
import { seededRandom } from '../../src/stats/random.ts';

const [count = '1000', seed = '1', options = '{}', only = ''] = process.argv.slice(2);
/** Cases, critical ones among them, stored runs a case. */
const criticalSuites = [
  [10, 2, 10],
  [10, 10, 10],
  [50, 10, 10],
  [10, 2, 3],
  [10, 2, 0],
] as const;
const cells: World[] = [
  ...(['stable', 'mixed', 'broken', 'flaky'] as const).flatMap((suite) =>
    [10, 30, 50, 200].map((cases): World => ({ suite, change: 'nothing', cases })),
  ),
  ...(['one case always wrong', 'one case a coin toss'] as const).flatMap((change) =>
    [10, 30, 50, 200].map((cases): World => ({ suite: 'mixed', change, cases })),
  ),
  ...(['stable', 'mixed'] as const).flatMap((suite) =>
    (['every case -3 points', 'every case -5 points', 'every case -10 points'] as const).flatMap((change) =>
      [10, 50, 200].map((cases): World => ({ suite, change, cases })),
    ),
  ),
  ...[10, 20, 30].flatMap((baselineRuns) => [10, 50].map((cases): World => ({ suite: 'mild', change: 'nothing', cases, baselineRuns }))),
  ...(['mixed', 'flaky'] as const).flatMap((suite) =>
    [10, 50].map((cases): World => ({ suite, change: 'nothing', cases, baselineRuns: 30 })),
  ),
  ...(['stable', 'mixed', 'mild'] as const).map((suite): World => ({ suite, change: 'every case -3 points', cases: 50, baselineRuns: 30 })),
  ...(['mixed', 'mild'] as const).flatMap((suite) =>
    ([10, 50] as const).map(
      (cases): World => ({ suite, change: cases === 10 ? 'every case -10 points' : 'every case -5 points', cases, baselineRuns: 30 }),
    ),
  ),
  ...(['stable', 'mixed'] as const).flatMap((suite) =>
    [10, 50].map((cases): World => ({ suite, change: 'one case wrong in 40 %', cases })),
  ),
  { suite: 'mixed', change: 'nothing', cases: 10, baselineRuns: 0 },
  { suite: 'mixed', change: 'nothing', cases: 50, baselineRuns: 0 },
  { suite: 'mixed', change: 'every case -10 points', cases: 50, baselineRuns: 0 },
  ...([0.002, 0.05, 0.1, 0.2, 0.3, 0.5] as const).flatMap((harm) =>
    criticalSuites.map(
      ([cases, critical, baselineRuns]): World => ({
        suite: 'stable',
        change: 'nothing',
        cases,
        baselineRuns,
        critical: { cases: critical, harm },
      }),
    ),
  ),
  ...([0.002, 0.1] as const).flatMap((harm) =>
    (['one case always wrong', 'one case a coin toss'] as const).flatMap((change) =>
      criticalSuites.map(
        ([cases, critical, baselineRuns]): World => ({ suite: 'stable', change, cases, baselineRuns, critical: { cases: critical, harm } }),
      ),
    ),
  ),
  { suite: 'stable', change: 'nothing', cases: 50, drift: 0.03 },
  { suite: 'stable', change: 'nothing', cases: 200, drift: 0.03 },
];

const gate = createGate(JSON.parse(options));
const percent = (part: number) => `${((part / Number(count)) * 100).toFixed(1)}%`.padStart(7);
console.log(`${count} changes a cell, seed ${seed}, options ${options}`);
console.log(
  `${'suite'.padEnd(8)}${'cases'.padStart(6)}${'base'.padStart(5)}  ${'change'.padEnd(46)}blocked (case, critical, suite)   undecided  passed  runs a case  passed with harm twice`,
);
for (const cell of cells) {
  const name = `${cell.suite.padEnd(8)}${String(cell.cases).padStart(6)}${String(cell.baselineRuns ?? 10).padStart(5)}  ${`${cell.change}${cell.drift ? `, main ${-100 * cell.drift} points` : ''}${cell.critical ? `, ${cell.critical.cases} critical (${100 * cell.critical.harm} %)` : ''}`.padEnd(46)}`;
  if (!name.includes(only)) continue;
  const { regressed, byCase, byCritical, bySuite, inconclusive, passed, passedWithHarm, runsPerCase } = tally(
    gate,
    cell,
    Number(count),
    seededRandom(Number(seed)),
  );
  console.log(
    `${name}${percent(regressed)} ${percent(byCase)}${percent(byCritical)}${percent(bySuite)} ${percent(inconclusive)} ${percent(passed)} ${runsPerCase.toFixed(2).padStart(10)} ${String(passedWithHarm).padStart(10)}`,
  );
}
