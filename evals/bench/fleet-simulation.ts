/**
 * How long trials take on 1 to 500 workers under one rate limit, and where the time goes, by a simulation of each trial (`fleet.ts`). Each figure can be
 * given; durations are drawn from the trials of a store where one is named, and else from a lognormal distribution. Prints a Markdown table.
 *
 *     node evals/bench/fleet-simulation.ts
 *     node evals/bench/fleet-simulation.ts --store .docket/docket.db --workers 8 --in-flight 50 --requests-a-minute 4000 --tokens-a-minute 2400000
 *     node evals/bench/fleet-simulation.ts --lost-every 60 --free-after 60 --down-at 120 --down-for 30
 *     node evals/bench/fleet-simulation.ts --check workers   holds it against runs of 1 to 8 processes of docket worker; or of shards
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src/model/random.ts';
import { count } from '../../src/text/figures.ts';
import { openTrialStoreToRead } from '../../src/trials/open-trial-store.ts';
import measured from './cost-measured.json' with { type: 'json' };
import { type FleetEnd, type FleetPlan, playFleet, spentOn } from './fleet.ts';
import { checkFleet, fleetKinds } from './fleet-check.ts';
import { tableRow } from './markdown-table.ts';

/** Options that are numbers, with what stands for them. */
const numbers = {
  trials: 20_000,
  'in-flight': 25,
  calls: measured.calls,
  'tokens-a-call': (measured.inputTokens + measured.outputTokens) / measured.calls,
  'requests-a-minute': 4000,
  'tokens-a-minute': 2_400_000,
  'burst-minutes': 1,
  // Of a trial; the 95th hundredth takes three times the middle one.
  'median-seconds': 8,
  spread: Math.log(3) / 1.645,
  'cpu-ms': measured.cpuMs.live,
  'queue-ms': 0.15,
  'store-ms': 0.15,
  'cores-a-worker': 1,
  'start-seconds': 1,
  'end-cpu-ms': 0,
  'lost-every': 0,
  'free-after': 60,
  'down-at': 0,
  'down-for': 0,
  seed: 1,
} as const;
type Numbered = keyof typeof numbers;

const names = Object.keys(numbers) as Numbered[];
const { values } = parseArgs({
  options: {
    workers: { type: 'string', multiple: true, default: ['1', '2', '4', '8', '16', '32', '64', '125', '250', '500'] },
    store: { type: 'string' },
    check: { type: 'string' },
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  },
});
const texts: Readonly<Record<string, unknown>> = values;

function number(name: Numbered): number {
  const given = texts[name];
  const value = given === undefined ? numbers[name] : Number(given);
  if (!(value >= 0)) throw new Error(`--${name} ${String(given)}: expected a number, not below 0.`);
  return value;
}

/** How long stored trials took; their waits for the provider's limit are in it where there were some. */
async function storedDurations(path: string): Promise<number[]> {
  const store = openTrialStoreToRead(path, {});
  try {
    return (await store.newest(10_000)).map(({ durationMs }) => durationMs);
  } finally {
    await store.close();
  }
}

async function durations(): Promise<readonly number[]> {
  const random = seededRandom(`fleet ${number('seed')}`);
  const known = values.store === undefined ? [] : await storedDurations(values.store);
  if (values.store !== undefined && known.length === 0) throw new Error(`--store ${values.store}: holds no trial.`);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = () => known[Math.floor(random() * known.length)] ?? 1000 * number('median-seconds') * Math.exp(number('spread') * normal());
  return Array.from({ length: number('trials') }, draw);
}

function planOf(workers: number, drawn: readonly number[]): FleetPlan {
  const rate = {
    requestsAMinute: number('requests-a-minute'),
    tokensAMinute: number('tokens-a-minute'),
    burstMinutes: number('burst-minutes'),
  };
  return {
    workers,
    inFlight: number('in-flight'),
    durations: drawn,
    calls: number('calls'),
    tokensACall: number('tokens-a-call'),
    rate: rate.requestsAMinute > 0 && rate.tokensAMinute > 0 ? rate : undefined,
    cpuMs: number('cpu-ms'),
    queueMs: number('queue-ms'),
    storeMs: number('store-ms'),
    // One more for the database.
    cores: Math.max(1, Math.floor(workers * number('cores-a-worker'))) + 1,
    startMs: 1000 * number('start-seconds'),
    startCpuMs: 0,
    endCpuMs: number('end-cpu-ms'),
    losses: number('lost-every') > 0 ? { everyMs: 1000 * number('lost-every'), freeAfterMs: 1000 * number('free-after') } : undefined,
    outages: number('down-for') > 0 ? [{ fromMs: 1000 * number('down-at'), forMs: 1000 * number('down-for') }] : undefined,
  };
}

function rowOf(workers: number, { elapsedMs, stored, lost, shares }: FleetEnd): string {
  const hours = elapsedMs / 3_600_000;
  const time = hours < 1 ? `${(hours * 60).toFixed(1)} min` : `${hours.toFixed(1)} h`;
  const parts = spentOn.map((what) => `${(100 * shares[what]).toFixed(shares[what] < 0.01 ? 1 : 0)} %`);
  return tableRow([count(workers), time, (stored / (elapsedMs / 1000)).toFixed(1), count(lost), ...parts]);
}

const kind = fleetKinds.find((each) => each === values.check);
if (values.check !== undefined && !kind) throw new Error(`--check ${values.check}: expected ${fleetKinds.join(' or ')}.`);
if (kind) await checkFleet(kind);
else {
  const drawn = await durations();
  console.log(tableRow(['workers', 'time', 'trials/s', 'begun anew', ...spentOn]));
  console.log(`|--:|--:|--:|--:|${'--:|'.repeat(spentOn.length)}`);
  for (const workers of values.workers.map(Number)) console.log(rowOf(workers, playFleet(planOf(workers, drawn))));
}
