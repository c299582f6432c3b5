import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endPostgres, newDatabase, type PostgresServer, startPostgres, whyNoPostgres } from '../../src/database/testing/postgres-server.ts';
import { simulatedModel } from '../../src/model/simulated.ts';
import { serveModel } from '../../src/model/stand-in/serve-model.ts';
import { count } from '../../src/text/figures.ts';
import { BenchProject, type Build, docketMain, type Load } from './bench-project.ts';
import { tableRow } from './markdown-table.ts';
import { type Measurement, measure } from './measured-run.ts';
import { latencyMs, oneCallSimulator } from './one-call-agent.ts';

export interface ComparisonOptions {
  readonly load: Load;
  readonly build: Build;
  /** Which rows, by name. */
  readonly wanted: (name: string) => boolean;
  /** How often each row is measured; the median by wall time is shown. */
  readonly runs: number;
}

interface Row {
  readonly name: string;
  /** As a person would type it. */
  readonly command: string;
  /** Time that the model alone takes: nothing for stored trials. */
  readonly idealMs: number;
  /** @param run its number, from 1: a series of its own for those who store trials */
  measure(run: number): Promise<Measurement>;
}

/** Why there is no row of PostgreSQL. */
const missing = whyNoPostgres();

const promptfoo = join(dirname(fileURLToPath(import.meta.resolve('promptfoo'))), 'entrypoint.js');
const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')));
const quiet = { PROMPTFOO_DISABLE_TELEMETRY: '1', PROMPTFOO_DISABLE_UPDATE: '1', PROMPTFOO_DISABLE_ADAPTIVE_SCHEDULER: '1' };

/** Measures the same trials through Docket, promptfoo and vitest, and prints a row for each as it ends. */
export async function runComparison({ load, build, wanted, runs }: ComparisonOptions): Promise<void> {
  using project = new BenchProject(load, build);
  const idealMs = Math.ceil(project.trials / load.inFlight) * latencyMs;
  console.log(
    `${count(project.trials)} trials of one model call of ${latencyMs} ms, ${load.inFlight} in flight; ideal ${(idealMs / 1000).toFixed(2)} s. CPU is user and system time; median of ${runs} by wall time.\n`,
  );
  console.log(tableRow(['what', 'wall', '÷ ideal', 'CPU', 'CPU a trial', 'peak memory', 'command']));
  console.log('|---|--:|--:|--:|--:|--:|---|');
  // Modules are compiled by the first command after an installation, and never again.
  await docketEval(project, build, ['eval', '1', '--trials', '1', '--series', 'warm-up'], { run: 1, reused: 0 });
  for (const row of rowsOf(project, load, build, idealMs)) {
    if (!wanted(row.name)) continue;
    const measurement = await medianOf(row, runs).catch((error: unknown) => {
      // The other rows are still worth having.
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
      return undefined;
    });
    if (!measurement) {
      console.log(tableRow([row.name, 'failed', '', '', '', '', `\`${row.command}\``]));
      continue;
    }
    const { wallMs, cpuMs, peakMegabytes } = measurement;
    const ratio = row.idealMs > 0 ? (wallMs / row.idealMs).toFixed(2) : '–';
    const cells = [`${(wallMs / 1000).toFixed(2)} s`, ratio, `${(cpuMs / 1000).toFixed(2)} s`, `${(cpuMs / project.trials).toFixed(3)} ms`];
    console.log(tableRow([row.name, ...cells, `${peakMegabytes.toFixed(0)} MB`, `\`${row.command}\``]));
  }
}

async function medianOf(row: Row, runs: number): Promise<Measurement> {
  const measurements: Measurement[] = [];
  for (let run = 1; run <= runs; run += 1) measurements.push(await row.measure(run));
  measurements.sort((one, other) => one.wallMs - other.wallMs);
  return measurements[Math.floor((runs - 1) / 2)] as Measurement;
}

/** The first run stores its trials where they are found again. */
function seriesOf(run: number): string[] {
  return run === 1 ? [] : ['--series', `run-${run}`];
}

function rowsOf(project: BenchProject, { inFlight }: Load, build: Build, idealMs: number): Row[] {
  const { cases, trialsPerCase, trials, directory } = project;
  const everything = ['--trials', String(trialsPerCase), '-j', String(inFlight)];
  const evalCommand = `docket eval ${everything.join(' ')}`;
  const promptfooWords = [
    'eval',
    '--no-cache',
    '--no-table',
    '--no-progress-bar',
    '--repeat',
    String(trialsPerCase),
    '-j',
    String(inFlight),
  ];
  const allPassed = new RegExp(`\\b${String(trials).replace(/\B(?=(?:\d{3})+$)/g, ',?')} passed`);
  const runPromptfoo = (more: readonly string[]) =>
    measure({
      words: [promptfoo, ...promptfooWords, ...more],
      directory,
      environment: { ...quiet, PROMPTFOO_CONFIG_DIR: join(directory, '.promptfoo') },
      proof: allPassed,
    });
  const promptfooCommand = `promptfoo ${promptfooWords.filter((word) => !/^--no-(table|progress)/.test(word)).join(' ')}`;
  return [
    {
      name: 'docket eval, empty store',
      command: evalCommand,
      idealMs,
      measure: (run) => docketEval(project, build, ['eval', ...everything, ...seriesOf(run)], { run: trials, reused: 0 }),
    },
    {
      name: 'docket eval again: no model call',
      command: evalCommand,
      idealMs: 0,
      measure: async () => {
        // Stored by the row before this one, unless that one was left out.
        if (project.readEvaluation().trials.run === 1) await docketEval(project, build, ['eval', ...everything], undefined);
        return docketEval(project, build, ['eval', ...everything], { run: 0, reused: trials });
      },
    },
    ...(missing === undefined
      ? [
          {
            name: "docket eval, a team's empty database",
            command: `DOCKET_STORE=postgres://… ${evalCommand}`,
            idealMs,
            async measure() {
              using server = await ownPostgres();
              const DOCKET_STORE = await newDatabase(server);
              // Its tables are made once.
              await docketEval(project, build, ['eval', '1', '--trials', '1', '--series', 'warm-up'], undefined, { DOCKET_STORE });
              return await docketEval(project, build, ['eval', ...everything], { run: trials, reused: 0 }, { DOCKET_STORE });
            },
          },
        ]
      : []),
    {
      name: 'vitest, nothing stored',
      command: `vitest run --maxConcurrency ${inFlight}`,
      idealMs,
      measure: () =>
        measure({
          words: [vitest, 'run', '--config', join(import.meta.dirname, 'vitest.config.ts')],
          directory,
          environment: { BENCH_CASES: String(cases), BENCH_TRIALS: String(trialsPerCase), BENCH_IN_FLIGHT: String(inFlight) },
          proof: allPassed,
        }),
    },
    {
      name: 'promptfoo, Node API, nothing stored',
      command: 'evaluate(suite, { maxConcurrency, repeat })',
      idealMs,
      measure: () =>
        measure({
          words: [join(import.meta.dirname, 'promptfoo-api.ts'), String(cases), String(trialsPerCase), String(inFlight)],
          directory,
          environment: { ...quiet, PROMPTFOO_CONFIG_DIR: join(directory, '.promptfoo') },
          proof: allPassed,
        }),
    },
    { name: 'promptfoo, --no-write', command: `${promptfooCommand} --no-write`, idealMs, measure: () => runPromptfoo(['--no-write']) },
    { name: 'promptfoo, its database', command: promptfooCommand, idealMs, measure: () => runPromptfoo([]) },
    {
      name: 'docket eval over loopback: the real SDK and the rate limiter',
      command: `docket serve-model & ANTHROPIC_BASE_URL=… ${evalCommand} --mode live`,
      idealMs,
      measure: (run) =>
        overLoopback((environment) =>
          docketEval(project, build, ['eval', ...everything, ...seriesOf(run), '--mode', 'live'], { run: trials, reused: 0 }, environment),
        ),
    },
    {
      name: 'over loopback: the SDK alone, in a loop',
      command: 'messages.create(…)',
      idealMs,
      measure: () =>
        overLoopback((environment) =>
          measure({
            words: [join(import.meta.dirname, 'bare-sdk.ts'), String(trials), String(inFlight)],
            directory,
            environment,
            proof: allPassed,
          }),
        ),
    },
    {
      name: "over loopback: promptfoo's own provider, Node API",
      command: "evaluate({ providers: ['anthropic:messages:…'] }, { maxConcurrency, repeat })",
      idealMs,
      measure: () =>
        overLoopback((environment) =>
          measure({
            words: [
              ...[join(import.meta.dirname, 'promptfoo-api.ts'), String(cases), String(trialsPerCase), String(inFlight)],
              // A model for which it sends no temperature, which the API no longer takes.
              'anthropic:messages:claude-opus-4-7',
            ],
            directory,
            environment: { ...quiet, ...environment, PROMPTFOO_CONFIG_DIR: join(directory, '.promptfoo') },
            proof: allPassed,
          }),
        ),
    },
  ];
}

async function docketEval(
  project: BenchProject,
  build: Build,
  words: readonly string[],
  expected: { readonly run: number; readonly reused: number } | undefined,
  environment: Readonly<Record<string, string>> = {},
): Promise<Measurement> {
  const measurement = await measure({
    words: [docketMain(build), ...words],
    directory: project.directory,
    environment,
    proof: /passed .* = 100 %/,
  });
  const { run, reused } = project.readEvaluation().trials;
  if (expected && (run !== expected.run || reused !== expected.reused)) {
    throw new Error(`docket ${words.join(' ')} ran ${run} trials and reused ${reused}, expected ${expected.run} and ${expected.reused}.`);
  }
  return measurement;
}

/** A server of its own for each row, which writes to the disk as one does that is not for tests. */
async function ownPostgres(): Promise<PostgresServer & Disposable> {
  const server = await startPostgres(undefined, ['fsync = on']);
  return { ...server, [Symbol.dispose]: () => endPostgres(server.folder) };
}

/** Serves the model in this process, so that only the client is measured. */
async function overLoopback<T>(work: (environment: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
  const served = await serveModel(simulatedModel(oneCallSimulator, { latencyMs }));
  try {
    return await work({ ANTHROPIC_BASE_URL: served.url, ANTHROPIC_API_KEY: 'bench-key' });
  } finally {
    await served.close();
  }
}
