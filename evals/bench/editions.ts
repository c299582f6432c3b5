/**
 * Plays sequences of editions of one change through the gate: each edition is judged afresh, as every edit is, with and without what earlier editions
 * were accused of.
 *
 *     node evals/bench/editions.ts [sequences, 1000] [editions, 20] [seed, 1] [only rows with this text] [gate options as JSON, {}]
 */
import { createGate } from '../../src/gate/create-gate.ts';
import { type PlayedCase, playChange } from '../../src/gate/play.ts';
import { drawWorld, type SuiteName } from '../../src/gate/testing/worlds.ts';
import { seededRandom } from '../../src/stats/random.ts';

const [sequences = '1000', editions = '20', seed = '1', only = '', options = '{}'] = process.argv.slice(2);
const gate = createGate(JSON.parse(options));

interface Cell {
  readonly suite: SuiteName;
  readonly cases: number;
  readonly baselineRuns: number;
  /** How often the change's tool is wrong on the first case, 0..1; 0 for a change that changes nothing. */
  readonly wrong: number;
  /** From this edition on the tool is mended; never by default. */
  readonly mendedAt?: number;
}

const cells: Cell[] = [
  ...([0.4, 0.3, 0.6] as const).map((wrong): Cell => ({ suite: 'mixed', cases: 10, baselineRuns: 10, wrong })),
  { suite: 'stable', cases: 10, baselineRuns: 10, wrong: 0.4 },
  { suite: 'stable', cases: 50, baselineRuns: 10, wrong: 0.4 },
  { suite: 'mixed', cases: 50, baselineRuns: 30, wrong: 0.4 },
  { suite: 'mixed', cases: 10, baselineRuns: 10, wrong: 0.4, mendedAt: 3 },
  ...(['stable', 'mixed', 'mild', 'flaky'] as const).flatMap((suite) =>
    [10, 50].map((cases): Cell => ({ suite, cases, baselineRuns: 10, wrong: 0 })),
  ),
];

const percent = (part: number, of: number) => (of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`).padStart(8);
console.log(`${sequences} sequences of ${editions} editions, seed ${seed}, options ${options}`);
console.log(
  'suite   cases stored wrong    memory   first passes   a later one passes   blocked   inconclusive   passed   runs a case (of the editions)',
);
for (const cell of cells) {
  if (JSON.stringify(cell).includes(only)) for (const remembers of [false, true]) console.log(line(cell, remembers));
}

function line(cell: Cell, remembers: boolean): string {
  const counts = { first: 0, later: 0, regressed: 0, inconclusive: 0, pass: 0, runs: 0, editions: 0 };
  for (let sequence = 0; sequence < Number(sequences); sequence += 1) {
    // With and without memory the same baselines and the same luck: what differs is what the memory does.
    const drawn = seededRandom(1_000_000 * Number(seed) + sequence);
    const main = drawWorld({ suite: cell.suite, change: 'nothing', cases: cell.cases, baselineRuns: cell.baselineRuns }, drawn);
    const accusations = new Map<string, number>();
    let passedLater = false;
    for (let edition = 1; edition <= Number(editions); edition += 1) {
      const wrong = edition >= (cell.mendedAt ?? Infinity) ? 0 : cell.wrong;
      const { verdict, state, runs } = playChange(
        gate,
        main.map((each, index) => edited(each, index === 0 ? wrong : 0, accusations.get(each.id) ?? 0)),
        seededRandom(1_000_000_000 * Number(seed) + 1000 * sequence + edition),
      );
      counts.editions += 1;
      counts.runs += runs;
      counts[verdict.verdict] += 1;
      if (verdict.verdict === 'pass') {
        // What passes first was not rolled again: it is merged. An innocent author goes on to the next change.
        if (edition === 1) counts.first += 1;
        if (edition === 1 && cell.wrong > 0) break;
        passedLater = true;
      }
      if (remembers) remember(accusations, gate.accused({ cases: [...state] }, verdict));
    }
    if (passedLater) counts.later += 1;
  }
  const began = Number(sequences) - counts.first;
  return [
    `${cell.suite.padEnd(8)}${String(cell.cases).padStart(5)}${String(cell.baselineRuns).padStart(7)}${`${100 * cell.wrong} %${cell.mendedAt ? ` until ${cell.mendedAt - 1}` : ''}`.padStart(14)}`,
    (remembers ? 'yes' : 'no').padStart(6),
    `${percent(counts.first, Number(sequences))}     ${cell.wrong === 0 ? ''.padStart(21) : `${`${counts.later} of ${began}`.padStart(12)} ${percent(counts.later, began)}`}`,
    `${percent(counts.regressed, counts.editions)}    ${percent(counts.inconclusive, counts.editions)} ${percent(counts.pass, counts.editions)}`,
    (counts.runs / counts.editions / cell.cases).toFixed(2).padStart(10),
  ].join('  ');
}

function edited(main: PlayedCase, wrong: number, accusations: number): PlayedCase {
  return { ...main, candidateRate: main.mainRate * (1 - wrong), accusations };
}

function remember(accusations: Map<string, number>, accused: readonly string[]): void {
  const earlier = new Map(accusations);
  accusations.clear();
  for (const id of accused) accusations.set(id, (earlier.get(id) ?? 0) + 1);
}
