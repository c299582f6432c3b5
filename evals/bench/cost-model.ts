/**
 * What 1,000, 100,000 and 10 million trials cost: dollars, hours and room, live, in batches and recorded. By what was measured of the underwriter
 * (`cost-measured.json`, by `cost-measure.ts`) and the price table; each figure can be given. Prints a Markdown table.
 *
 *     node evals/bench/cost-model.ts
 *     node evals/bench/cost-model.ts --calls 6 --input-tokens 40000 --output-tokens 3000 --model claude-opus-5-5 --requests-a-minute 1000
 */
import { parseArgs } from 'node:util';
import { anthropicPrices, type Price } from '../../src/model/prices.ts';
import { count, counted } from '../../src/text/figures.ts';
import measured from './cost-measured.json' with { type: 'json' };
import { type Cost, type CostMode, costModes, costOf } from './cost-of-trials.ts';
import { tableRow } from './markdown-table.ts';

/** Options that are numbers, with what stands for them. The last group are no measurements: they are examples, for yours. */
const numbers = {
  calls: measured.calls,
  'input-tokens': measured.inputTokens,
  'output-tokens': measured.outputTokens,
  'cpu-ms': measured.cpuMs.live,
  'requests-a-minute': 1000,
  'input-tokens-a-minute': 450_000,
  'output-tokens-a-minute': 90_000,
  'seconds-a-call': 4,
  'hours-a-batch': 1,
  'calls-in-batches': 100_000,
  'in-flight': 100,
  cores: 2,
} as const;
type Numbered = keyof typeof numbers;

const names = Object.keys(numbers) as Numbered[];
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: measured.model },
    trials: { type: 'string', multiple: true, default: ['1000', '100000', '10000000'] },
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  },
});
const texts: Readonly<Record<string, unknown>> = values;

const number = (name: Numbered): number => {
  const given = texts[name];
  const value = given === undefined ? numbers[name] : Number(given);
  if (!(value > 0)) throw new Error(`--${name} ${String(given)}: expected a number above 0.`);
  return value;
};
const { model } = values;
const price: Price | undefined = anthropicPrices[model];
if (!price) throw new Error(`--model ${model}: not in the price table. Known: ${Object.keys(anthropicPrices).join(', ')}.`);
const given = {
  needs: {
    calls: number('calls'),
    inputTokens: number('input-tokens'),
    outputTokens: number('output-tokens'),
    cpuMs: { live: number('cpu-ms'), recorded: measured.cpuMs.recorded },
    bytes: measured.bytes,
  },
  price,
  provider: {
    requestsAMinute: number('requests-a-minute'),
    inputTokensAMinute: number('input-tokens-a-minute'),
    outputTokensAMinute: number('output-tokens-a-minute'),
    secondsACall: number('seconds-a-call'),
    hoursABatch: number('hours-a-batch'),
    callsInBatches: number('calls-in-batches'),
  },
  fleet: { inFlight: number('in-flight'), cores: number('cores') },
};

console.log(`| trials | mode | dollars | time | bound by | SQLite | PostgreSQL | traces |`);
console.log('|--:|---|--:|--:|---|--:|--:|--:|');
for (const trials of values.trials.map(Number)) for (const mode of costModes) console.log(rowOf(trials, mode, costOf(mode, trials, given)));

function rowOf(trials: number, mode: CostMode, { dollars, hours, boundBy, bytes }: Cost): string {
  return tableRow([
    count(trials),
    mode,
    money(dollars),
    time(hours),
    boundBy,
    room(bytes.sqlite),
    room(bytes.postgres),
    room(bytes.traces),
  ]);
}

function money(dollars: number): string {
  if (dollars === 0) return '–';
  return `$${dollars < 100 ? dollars.toFixed(2) : count(Math.round(dollars))}`;
}

function time(hours: number): string {
  if (hours < 1 / 60) return `${(hours * 3600).toFixed(1)} s`;
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 100 ? `${hours.toFixed(1)} h` : counted(Math.round(hours / 24), 'day');
}

function room(bytes: number): string {
  const [unit, size] = bytes < 1e9 ? ['MB', 1e6] : bytes < 1e12 ? ['GB', 1e9] : ['TB', 1e12];
  return `${(bytes / Number(size)).toPrecision(bytes / Number(size) < 10 ? 2 : 3)} ${unit}`;
}
