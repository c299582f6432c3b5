import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../run-trials.ts';

/** What a process that runs trials is told. */
export interface SpawnedRunOptions {
  readonly storePath: string;
  /** Gets a line for each model call. */
  readonly callsFile: string;
  readonly cases: number;
  readonly repeats: number;
  readonly concurrency: number;
  /** How long each model call takes, in milliseconds. */
  readonly latencyMs: number;
}

export interface SpawnedRun {
  readonly process: ChildProcess;
  /** The run's summary; rejects with the exit code and what the process wrote to stderr when it failed or was killed. */
  readonly summary: Promise<RunSummary>;
}

/** Starts a process of its own that runs trials into a store. */
export function spawnRun(options: SpawnedRunOptions): SpawnedRun {
  const { storePath, callsFile, cases, repeats, concurrency, latencyMs } = options;
  const script = fileURLToPath(new URL('run-many.ts', import.meta.url));
  const figures = [cases, repeats, concurrency, latencyMs].map(String);
  const child = spawn(process.execPath, [script, storePath, callsFile, ...figures], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const summary = new Promise<RunSummary>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 && errors === '') resolve(JSON.parse(output) as RunSummary);
      else reject(new Error(`the run ended with ${code ?? signal}: ${errors}`));
    });
  });
  return { process: child, summary };
}
