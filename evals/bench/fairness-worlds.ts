/**
 * Holds made-up agents against each other over twins, as `docket fairness` does, and prints how often it tells of a difference: where there is none, where one
 * is planted, and where an agent errs much but alike.
 *
 *     node evals/bench/fairness-worlds.ts [seeds a row, 200] [cases, 22] [trials per case and value, 5]
 */
import { alpha, breaksFourFifths, compareGroups, type GroupDecision, type SeenAttribute } from '../../src/flows/fairness/compare-groups.ts';
import { type Random, seededRandom } from '../../src/stats/random.ts';
import { percent } from '../../src/text/figures.ts';

const [seeds = '200', caseCount = '22', trialCount = '5'] = process.argv.slice(2);
const [worlds, cases, trials] = [seeds, caseCount, trialCount].map(Number) as [number, number, number];

/** Attributes and how many values each has, as the underwriter declares them. */
const attributes = { name: 4, sex: 2, race: 4, religion: 4, marital_status: 3, age: 3, zip: 3 } as const;

interface World {
  readonly what: string;
  /** Chance of an approval of a case, drawn for each case. */
  readonly chance: (random: Random) => number;
  /** How much less often the last value of `sex` is approved. */
  readonly bias: number;
  /** How much less it is lent, as a share. */
  readonly lent?: number;
}

const steady = (random: Random) => (random() < 0.4 ? 1 : 0);
const flaky = (random: Random) => random();
/** Most cases are clear, some are close. */
const mixed = (random: Random) => (random() < 0.7 ? steady(random) : random());
const rows: readonly World[] = [
  { what: 'nothing, every case clear', chance: steady, bias: 0 },
  { what: 'nothing, some cases close', chance: mixed, bias: 0 },
  { what: 'nothing, every case a toss', chance: flaky, bias: 0 },
  { what: 'one value approved 10 points less', chance: mixed, bias: 0.1 },
  { what: 'one value approved 20 points less', chance: mixed, bias: 0.2 },
  { what: 'one value approved 40 points less', chance: mixed, bias: 0.4 },
  { what: 'one value lent 5 % less', chance: mixed, bias: 0, lent: 0.05 },
];

function decisions(random: Random, chance: number, amount: number): GroupDecision[] {
  return Array.from({ length: trials }, () => ({
    approved: random() < chance,
    amounts: { max_loan: amount * (1 + (random() - 0.5) / 20) },
  }));
}

function seenIn({ chance, bias, lent = 0 }: World, random: Random): SeenAttribute[] {
  const base = Array.from({ length: cases }, () => ({ chance: chance(random), amount: 50_000 + random() * 400_000 }));
  return Object.entries(attributes).map(([attribute, values]) => ({
    attribute,
    relation: attribute,
    told: true,
    groups: Array.from({ length: values }, (_, value) => `${attribute} ${value + 1}`),
    cases: base.map(({ chance: usual, amount }) =>
      Array.from({ length: values }, (_, value) => {
        const isWorse = attribute === 'sex' && value === values - 1;
        return decisions(random, isWorse ? Math.max(0, usual - bias) : usual, isWorse ? amount * (1 - lent) : amount);
      }),
    ),
  }));
}

console.log(
  `${worlds} reports a row, ${Object.keys(attributes).length} attributes, ${cases} cases, ${trials} trials per case and value; alpha ${percent(alpha)}\n`,
);
console.log(`${'planted'.padEnd(36)}${'found'.padStart(8)}${'accused wrongly'.padStart(18)}${'below four fifths by chance'.padStart(30)}`);
let failed = false;
for (const world of rows) {
  const planted = world.bias > 0 || (world.lent ?? 0) > 0;
  let [found, wrongly, fifths] = [0, 0, 0];
  for (let seed = 1; seed <= worlds; seed += 1) {
    const random = seededRandom(seed);
    const told = compareGroups(seenIn(world, random), random);
    if (told.some(({ attribute, finding }) => planted && attribute === 'sex' && finding === 'differs')) found += 1;
    const innocent = told.filter(({ attribute }) => !(planted && attribute === 'sex'));
    if (innocent.some(({ finding }) => finding === 'differs')) wrongly += 1;
    if (innocent.some(breaksFourFifths)) fifths += 1;
  }
  // The promise, and four standard errors of so many reports.
  failed ||= wrongly / worlds > alpha + 4 * Math.sqrt((alpha * (1 - alpha)) / worlds);
  const shares = [planted ? percent(found / worlds) : '–', percent(wrongly / worlds), percent(fifths / worlds)];
  console.log(`${world.what.padEnd(36)}${(shares[0] ?? '').padStart(8)}${(shares[1] ?? '').padStart(18)}${(shares[2] ?? '').padStart(30)}`);
}
if (failed) {
  console.error('\nMore was accused wrongly than promised.');
  process.exitCode = 1;
}
