import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedModel } from '../../src/model/simulated.ts';
import { serveModel } from '../../src/model/stand-in/serve-model.ts';
import { BenchProject, docketMain } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { measure } from './measured-run.ts';
import { latencyMs, oneCallSimulator } from './one-call-agent.ts';

/**
 * Where the time of live trials goes: `node evals/bench/live-profile.ts` runs 5,000 trials over loopback, 100 in flight, under Node's sampling profiler, and
 * prints the milliseconds of the main thread a trial, part by part. Copied into an older checkout, it measures that one.
 */

const load = { trials: 5_000, inFlight: 100 };

/** Parts by the file of the function that was running, the first that fits. */
const parts: readonly (readonly [name: string, fits: RegExp])[] = [
  ['loading of modules', /node:internal\/modules|node:internal\/bootstrap|node:internal\/process|es-module-lexer|oxc-|typescript|amaro/],
  ['SDK', /@anthropic-ai\/sdk/],
  ['sending: undici, fetch', /undici|node:internal\/deps\/undici|send-whole|bounded-fetch/],
  [
    'sockets, streams, timers',
    /node:(?:net|_http|http|tls|events|internal\/(?:streams|timers|stream_base|process|async))|webstreams|abort/,
  ],
  ['checks of shapes: zod', /node_modules\/zod/],
  ['limiter, retries, prices', /src\/model\//],
  ['tool loop', /src\/agent\//],
  ['store', /src\/(?:trials|database)\//],
  ['scores and evaluation', /src\/(?:flows|scorers|contracts|stats)\//],
  ['tracing', /opentelemetry|src\/traces/],
  ['rest of Docket', /\/src\//],
];

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

using project = new BenchProject(load, 'src');
const folder = mkdtempSync(join(tmpdir(), 'docket-profile-'));
try {
  const server = await serveModel(simulatedModel(oneCallSimulator, { latencyMs }));
  await measure({
    words: [
      ...['--cpu-prof', `--cpu-prof-dir=${folder}`, docketMain('src'), 'eval', '--trials', String(project.trialsPerCase)],
      ...['-j', String(load.inFlight), '--mode', 'live'],
    ],
    directory: project.directory,
    environment: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'bench-key' },
    proof: /passed .* = 100 %/,
  }).finally(() => server.close());
  const [largest] = readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile)
    .sort((one, other) => other.samples.length - one.samples.length);
  if (largest) print(largest);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print({ nodes, samples, timeDeltas }: Profile): void {
  const partOf = new Map(nodes.map(({ id, callFrame: { functionName, url } }) => [id, nameOf(functionName, url)]));
  const sums = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = partOf.get(id) ?? 'unknown';
    sums.set(part, (sums.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  }
  sums.delete('idle');
  console.log(tableRow(['part', 'ms a trial']));
  console.log('|---|--:|');
  const row = (name: string, ms: number) => console.log(tableRow([name, (ms / load.trials).toFixed(3)]));
  for (const [name, ms] of [...sums].sort(([, one], [, other]) => other - one)) row(name, ms);
  row(
    'all',
    [...sums.values()].reduce((sum, ms) => sum + ms, 0),
  );
}

function nameOf(functionName: string, url: string): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native: sockets, SQLite, JSON, waiting for them';
  return parts.find(([, fits]) => fits.test(url))?.[0] ?? 'rest of Node.js and packages';
}
