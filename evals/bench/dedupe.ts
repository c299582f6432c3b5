/**
 * How long it takes to put near-duplicates together, beside a plain JSON.parse of the same inputs:
 *
 *     node evals/bench/dedupe.ts [inputs, 100000] [seed, 1]
 */
import { dedupe } from '../../src/review/dedupe.ts';
import { seededRandom } from '../../src/stats/random.ts';
import { underwriter } from '../../src/underwriting/agent.ts';

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const random = seededRandom(seed);
const amount = (most: number) => Math.round(random() * most) + 1;
const lines = Array.from({ length: count }, () =>
  JSON.stringify({
    annual_income: amount(300_000),
    total_debt: amount(60_000),
    credit_score: 300 + amount(550),
    loan_amount: amount(500_000),
  }),
);

const parsed = timed(() => lines.map((line) => ({ input: JSON.parse(line) })));
const { policy, boundaries } = underwriter;
const clusters = timed(() => dedupe(parsed.value, { ...(policy ? { policy } : {}), ...(boundaries ? { boundaries } : {}) }));
console.log(
  JSON.stringify({
    inputs: count,
    clusters: clusters.value.length,
    dedupeMs: Math.round(clusters.wallMs),
    cpuMs: Math.round(clusters.cpuMs),
    plainParseMs: Math.round(parsed.wallMs),
    ratio: Math.round(clusters.wallMs / parsed.wallMs),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);

function timed<T>(work: () => T): { readonly value: T; readonly wallMs: number; readonly cpuMs: number } {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}
