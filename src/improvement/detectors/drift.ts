import { believed, exactTwoByTwo } from '../../stats/two-by-two.ts';
import { wilsonInterval } from '../../stats/wilson-interval.ts';
import { percent } from '../../text/figures.ts';
import type { Detector } from '../detector.ts';

/** Runs that each window has to have. */
const leastRuns = 20;
/** Share of what is reported that may be chance, over all looks. */
const falseShare = 0.05;
/** Most values of one thing that are looked at, the most frequent first. */
const mostValues = 12;
const noTime = Number.NEGATIVE_INFINITY;

interface Seen {
  readonly at: number;
  readonly run: string;
  readonly choice: number;
  readonly course: number;
  readonly tokens: number;
  readonly dollars: number;
}

/**
 * Whether the later half of the runs differs from the earlier: in what is decided, in the course of the tool calls, in tokens and dollars (by the share above the
 * median of both). Each look is an exact test; false discoveries are controlled over all looks together. Trials of cases are in no order of time, and are not looked at.
 */
export const drift: Detector = {
  name: 'drift',
  finds:
    'a later half of the window that decides, goes about or costs otherwise than the earlier, by exact tests with false discoveries controlled',
  open() {
    const seen: Seen[] = [];
    const names = { choice: new Names(), course: new Names() };
    return {
      see({ run, choice }) {
        if (run.kind === 'trial' || run.startedAt === null) return;
        const { usage } = run;
        seen.push({
          at: run.startedAt,
          run: run.id,
          choice: names.choice.of(choice === undefined ? 'no decision' : JSON.stringify(choice)),
          course: names.course.of(run.calls.map(({ tool }) => tool).join(', ') || 'no tool'),
          tokens: usage ? usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : noTime,
          dollars: run.dollars ?? noTime,
        });
      },
      problems() {
        if (seen.length < 2 * leastRuns) return [];
        const sorted = seen.toSorted((one, other) => one.at - other.at);
        const middle = Math.floor(sorted.length / 2);
        const windows = [sorted.slice(0, middle), sorted.slice(middle)] as const;
        const looks = [
          ...looksAt(
            windows,
            names.choice,
            ({ choice }) => choice,
            'choice',
            (value) => `decides ${value}`,
          ),
          ...looksAt(
            windows,
            names.course,
            ({ course }) => course,
            'course',
            (value) => `calls ${value}`,
          ),
          ...lookAbove(windows, ({ tokens }) => tokens, 'tokens'),
          ...lookAbove(windows, ({ dollars }) => dollars, 'dollars'),
        ];
        const real = believed(
          looks.map(({ p }) => p),
          falseShare,
        );
        return looks.flatMap((look, index) => {
          if (!real[index]) return [];
          const { before, after, p, id, what } = look;
          return [
            {
              id: `drift/${id}`,
              detector: 'drift',
              kind: 'drift' as const,
              severity: 'minor' as const,
              what: `the later half ${what} in ${percent(after.passes / after.runs)} of its runs, the earlier in ${percent(before.passes / before.runs)}`,
              about: {},
              seen: { runs: after.passes, of: after.runs, share: wilsonInterval(after) },
              runs: look.examples,
              cases: [],
              examples: [],
              cause: 'model' as const,
              because: 'The model, the code around it, or what it is asked moved. Compare the inputs of the two halves first.',
              findings: [],
              statistics: `exact test, p = ${p.toPrecision(2)}; ${looks.length} looks, at most ${percent(falseShare)} false among those told (Benjamini-Yekutieli)`,
            },
          ];
        });
      },
    };
  },
};

/** Words by number, because a hundred thousand runs have few different ones. */
class Names {
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    const known = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, known);
    return known;
  }

  all(): string[] {
    return [...this.#numbers.keys()];
  }
}

interface Look {
  readonly id: string;
  readonly what: string;
  readonly before: { readonly passes: number; readonly runs: number };
  readonly after: { readonly passes: number; readonly runs: number };
  readonly p: number;
  readonly examples: string[];
}

type Windows = readonly [readonly Seen[], readonly Seen[]];

function look(windows: Windows, has: (seen: Seen) => boolean, id: string, what: string): Look {
  const [before, after] = windows.map((runs) => ({ passes: runs.filter(has).length, runs: runs.length }));
  if (!before || !after) throw new Error('There are two windows.');
  return {
    id,
    what,
    before,
    after,
    p: exactTwoByTwo(before, after),
    examples: windows[1]
      .filter(has)
      .slice(0, 5)
      .map(({ run }) => run),
  };
}

function looksAt(windows: Windows, names: Names, of: (seen: Seen) => number, id: string, words: (value: string) => string): Look[] {
  const counts = new Map<number, number>();
  for (const runs of windows) for (const each of runs) counts.set(of(each), (counts.get(of(each)) ?? 0) + 1);
  const values = [...counts].sort(([, one], [, other]) => other - one).slice(0, mostValues);
  const all = names.all();
  // Of two values one says it all.
  const looked = counts.size <= 2 ? values.slice(0, counts.size - 1) : values;
  return looked.map(([number]) => look(windows, (seen) => of(seen) === number, `${id}/${all[number]}`, words(all[number] ?? '')));
}

function lookAbove(windows: Windows, of: (seen: Seen) => number, id: string): Look[] {
  const known = windows.map((runs) => runs.filter((seen) => of(seen) !== noTime));
  const [before = [], after = []] = known;
  if (before.length < leastRuns || after.length < leastRuns) return [];
  const values = Float64Array.from([...before, ...after].map(of)).sort();
  const median = values[Math.floor(values.length / 2)] ?? 0;
  return [look([before, after], (seen) => of(seen) > median, id, `takes more ${id} than the median`)];
}
