import type { Problem } from '../contracts/improvement-plan.ts';
import { clusteredInterval } from '../stats/clustered-interval.ts';
import { addCounts, type Counts } from '../stats/counts.ts';
import { exchangeTest } from '../stats/exchange-test.ts';
import { seededRandom } from '../stats/random.ts';
import { believed, exactTwoByTwo } from '../stats/two-by-two.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';
import { counted, percent } from '../text/figures.ts';
import type { RunReading } from './run-reading.ts';

/** Runs that each side has to have. */
export const leastRuns = 20;
/** Share of what is reported that may be chance, over all looks. */
const falseShare = 0.05;
/** Most values of one thing that are looked at, the most frequent first. */
const mostValues = 12;
/** Deals of an exchange test: so many looks as there are need a p of less than a thousandth. */
const deals = 9_999;
const unknown = Number.NEGATIVE_INFINITY;

interface Seen {
  readonly at: number;
  readonly run: string;
  /** Of a trial, whose runs are alike because their input is. */
  readonly case: string | undefined;
  readonly choice: string;
  readonly course: string;
  readonly tokens: number;
  readonly dollars: number;
  readonly durationMs: number;
}

/** How runs are distributed: what they decide, which course they take, what they cost. */
export class RunDistribution {
  readonly #seen: Seen[];
  /** A hundred thousand runs have few different words. */
  readonly #words = new Map<string, string>();

  constructor(seen: Seen[] = []) {
    this.#seen = seen;
  }

  get runs(): number {
    return this.#seen.length;
  }

  see({ run, choice }: RunReading): void {
    const { usage } = run;
    this.#seen.push({
      at: run.startedAt ?? unknown,
      run: run.id,
      case: run.caseId,
      choice: this.#once(choice === undefined ? 'no decision' : JSON.stringify(choice)),
      course: this.#once(run.calls.map(({ tool }) => tool).join(', ') || 'no tool'),
      tokens: usage ? usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : unknown,
      dollars: run.dollars ?? unknown,
      // The time of a simulated run is that of this machine.
      durationMs: run.simulated ? unknown : (run.durationMs ?? unknown),
    });
  }

  #once(word: string): string {
    const known = this.#words.get(word) ?? word;
    this.#words.set(word, known);
    return known;
  }

  /** The earlier half and the later, by time. */
  halves(): readonly [RunDistribution, RunDistribution] {
    const sorted = this.#seen.toSorted((one, other) => one.at - other.at);
    const middle = Math.floor(sorted.length / 2);
    return [new RunDistribution(sorted.slice(0, middle)), new RunDistribution(sorted.slice(middle))];
  }

  /**
   * Where these runs differ from others: in each decision and each course of tool calls, and in tokens, dollars and time by the share above the median of both. Each look is
   * an exact test (Fisher's), of trials one that exchanges runs within their case; false discoveries are controlled over all looks together.
   * @param told names of both sides, and what their ids begin with
   */
  against(
    other: RunDistribution,
    told: { readonly id: string; readonly these: string; readonly others: string; readonly because: string },
  ): Problem[] {
    const sides: Sides = [other.#seen, this.#seen];
    if (sides.some((side) => side.length < leastRuns)) return [];
    const looks = [
      ...looksAt(
        sides,
        ({ choice }) => choice,
        'choice',
        (value) => `decides ${value}`,
      ),
      ...looksAt(
        sides,
        ({ course }) => course,
        'course',
        (value) => `calls ${value}`,
      ),
      ...lookAbove(sides, ({ tokens }) => tokens, 'tokens'),
      ...lookAbove(sides, ({ dollars }) => dollars, 'dollars'),
      ...lookAbove(sides, ({ durationMs }) => durationMs, 'time'),
    ];
    const real = believed(
      looks.map(({ p }) => p),
      falseShare,
    );
    return looks.flatMap(({ id, what, before, after, p, examples, share, test }, index) =>
      real[index]
        ? [
            {
              id: `${told.id}/${id}`,
              detector: 'drift',
              kind: 'drift' as const,
              severity: 'minor' as const,
              what: `${told.these} ${what} in ${percent(after.passes / after.runs)} of its runs, ${told.others} in ${percent(before.passes / before.runs)}`,
              about: {},
              seen: { runs: after.passes, of: after.runs, share },
              runs: examples,
              cases: [],
              examples: [],
              cause: 'model' as const,
              because: told.because,
              findings: [],
              statistics: `${test}, p = ${p.toPrecision(2)}; ${counted(looks.length, 'look')}, at most ${percent(falseShare)} false among those told (Benjamini-Yekutieli)`,
            },
          ]
        : [],
    );
  }
}

interface Look {
  readonly id: string;
  readonly what: string;
  readonly before: Counts;
  readonly after: Counts;
  readonly p: number;
  readonly test: string;
  readonly share: ReturnType<typeof wilsonInterval>;
  readonly examples: string[];
}

type Sides = readonly [readonly Seen[], readonly Seen[]];

function look(sides: Sides, has: (seen: Seen) => boolean, id: string, what: string): Look {
  const [earlier, later] = sides;
  const count = (runs: readonly Seen[]): Counts => ({ passes: runs.filter(has).length, runs: runs.length });
  const before = count(earlier);
  const after = count(later);
  const isOfCases = sides.every((side) => side.every((seen) => seen.case !== undefined));
  const examples = later
    .filter(has)
    .slice(0, 5)
    .map(({ run }) => run);
  if (!isOfCases) {
    const p = exactTwoByTwo(before, after);
    return { id, what, before, after, p, test: 'exact test', share: wilsonInterval(after), examples };
  }
  const [byCase, otherByCase] = [later, earlier].map((side) => Map.groupBy(side, (seen) => seen.case ?? ''));
  const shared = [...(byCase ?? [])].flatMap(([name, runs]) => {
    const others = otherByCase?.get(name);
    return others ? [{ runs, others }] : [];
  });
  const values = (runs: readonly Seen[]) => runs.map((seen) => (has(seen) ? 1 : 0));
  const p = exchangeTest(
    shared.map(({ runs, others }) => [values(others), values(runs)]),
    2,
    deals,
    seededRandom(1),
  );
  // What one side's cases alone have is no difference of the sides.
  const sum = (some: readonly (readonly Seen[])[]) => some.map(count).reduce(addCounts, { passes: 0, runs: 0 });
  return {
    id,
    what,
    before: sum(shared.map(({ others }) => others)),
    after: sum(shared.map(({ runs }) => runs)),
    p,
    test: 'exchange test within cases',
    share: clusteredInterval(shared.map(({ runs }) => count(runs))),
    examples,
  };
}

function looksAt(sides: Sides, of: (seen: Seen) => string, id: string, words: (value: string) => string): Look[] {
  const counts = new Map<string, number>();
  for (const runs of sides) for (const each of runs) counts.set(of(each), (counts.get(of(each)) ?? 0) + 1);
  const values = [...counts].sort(([, one], [, other]) => other - one).slice(0, mostValues);
  // Of two values one says it all.
  const looked = counts.size <= 2 ? values.slice(0, counts.size - 1) : values;
  return looked.map(([value]) => look(sides, (seen) => of(seen) === value, `${id}/${value}`, words(value)));
}

function lookAbove(sides: Sides, of: (seen: Seen) => number, id: string): Look[] {
  const [before, after] = sides.map((runs) => runs.filter((seen) => of(seen) !== unknown)) as [Seen[], Seen[]];
  if (before.length < leastRuns || after.length < leastRuns) return [];
  const values = Float64Array.from([...before, ...after].map(of)).sort();
  const median = values[Math.floor(values.length / 2)] ?? 0;
  return [look([before, after], (seen) => of(seen) > median, id, `takes more ${id} than the median`)];
}
