/**
 * Plays changes until they end without an answer, does to the letter what the verdict advises, and prints how often an answer came of it.
 *
 *     node evals/bench/follow-advice.ts [inconclusive verdicts a row, 20]
 */
import type { GateOptions } from '../../src/gate/gate-options.ts';
import { follow } from '../../src/gate/testing/follow-advice.ts';
import type { World } from '../../src/gate/testing/worlds.ts';

const count = Number(process.argv[2] ?? 20);
const rows: readonly (readonly [name: string, world: World, options: GateOptions, budget: number | undefined])[] = [
  ['stable, 10 cases, a budget of 20 runs', { suite: 'stable', change: 'nothing', cases: 10 }, {}, 20],
  ['one case a coin toss, a budget of 30 runs', { suite: 'stable', change: 'one case a coin toss', cases: 10 }, {}, 30],
  ['one case a coin toss, 6 retries at most', { suite: 'stable', change: 'one case a coin toss', cases: 10 }, { retryCap: 6 }, undefined],
  ['mixed, 10 cases', { suite: 'mixed', change: 'nothing', cases: 10 }, {}, undefined],
  ['mixed, 30 cases, 3 stored runs', { suite: 'mixed', change: 'nothing', cases: 30, baselineRuns: 3 }, {}, undefined],
  ['mixed, 50 cases, no stored run', { suite: 'mixed', change: 'nothing', cases: 50, baselineRuns: 0 }, {}, undefined],
  ['flaky, 10 cases', { suite: 'flaky', change: 'nothing', cases: 10 }, {}, undefined],
  ['flaky, 30 cases', { suite: 'flaky', change: 'nothing', cases: 30 }, {}, undefined],
  [
    'main 8 points worse than stored, confirm',
    { suite: 'stable', change: 'nothing', cases: 50, drift: 0.08 },
    { confirm: true },
    undefined,
  ],
  [
    'a critical case falsely approved half the time, a budget of 40 runs',
    { suite: 'stable', change: 'one case a coin toss', cases: 10, critical: { cases: 2, harm: 0 } },
    {},
    40,
  ],
  [
    'nothing, 2 critical cases that main falsely approves in 10 %',
    { suite: 'stable', change: 'nothing', cases: 10, critical: { cases: 2, harm: 0.1 } },
    {},
    undefined,
  ],
];

console.log('| change | cause | without an answer | advised | an answer came of it | nothing helps |');
console.log('|---|---|---|---|---|---|');
for (const [name, world, options, budget] of rows) {
  const byCause = Map.groupBy(follow(world, options, budget, count, undefined), ({ cause }) => cause);
  for (const [cause, followed] of byCause) {
    const advised = followed.filter(({ after }) => after !== undefined);
    const settled = advised.filter(({ after }) => after?.verdict !== 'inconclusive');
    console.log(
      `| ${name} | ${cause} | ${followed.length} | ${advised.length} | ${settled.length} | ${followed.length - advised.length} |`,
    );
  }
}
