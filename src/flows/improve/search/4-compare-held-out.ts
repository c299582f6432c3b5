import type { HeldOutFigures } from '../../../contracts/prompt-search.ts';
import { clusteredInterval } from '../../../stats/clustered-interval.ts';
import type { Counts } from '../../../stats/counts.ts';
import { exchangeTest } from '../../../stats/exchange-test.ts';
import { seededRandom } from '../../../stats/random.ts';
import { weightedInterval } from '../../../stats/weighted-interval.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import type { TriedPrompt } from './2-try-prompt.ts';

const deals = 9_999;
const none: Counts = { passes: 0, runs: 0 };

/** Runs both prompts on the held-out cases and compares them, with bounds by cases. @returns why there are no figures, where that is so */
export async function compareHeldOut(
  original: TriedPrompt,
  candidate: TriedPrompt,
  cases: readonly LoadedCase[],
): Promise<HeldOutFigures | string> {
  const before = await original.measure(cases);
  const after = typeof before === 'string' ? before : await candidate.measure(cases);
  if (typeof before === 'string' || typeof after === 'string')
    return `the held-out cases were not run to the end: ${typeof before === 'string' ? before : after}. The same command goes on`;
  const rows = cases.map(({ case: { id } }) => ({ case: id, original: before.get(id) ?? none, candidate: after.get(id) ?? none }));
  const one = clusteredInterval(rows.map((row) => row.original));
  const other = clusteredInterval(rows.map((row) => row.candidate));
  const difference = weightedInterval([
    { weight: 1, estimate: other },
    { weight: -1, estimate: one },
  ]);
  const within = (value: number) => Math.min(1, Math.max(-1, value));
  const p = exchangeTest(
    rows.map((row) => [runsOf(row.original), runsOf(row.candidate)]),
    2,
    deals,
    seededRandom(1),
  );
  return {
    cases: rows,
    original: one,
    candidate: other,
    difference: { value: difference.value, low: within(difference.low), high: within(difference.high) },
    p,
  };
}

function runsOf({ passes, runs }: Counts): number[] {
  return Array.from({ length: runs }, (_, index) => (index < passes ? 1 : 0));
}
