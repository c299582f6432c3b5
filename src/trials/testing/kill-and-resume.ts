/** Kills runs in the middle and checks what is left: `node kill-and-resume.ts [kills]`, or the exported function. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { seededRandom } from '../../model/random.ts';
import { openTrialStore } from '../open-trial-store.ts';
import type { RunSummary } from '../run-trials.ts';
import { spawnRun } from './spawn-run.ts';
import { tinyRequests } from './tiny-agent.ts';

/** What was found after all kills and one last run to the end. */
export interface KillReport {
  /** Processes that were killed while they ran trials. */
  readonly kills: number;
  readonly trials: number;
  /** Stored trials that a later look did not find, or found changed. */
  readonly lost: number;
  /** Model calls for trials that were stored already. */
  readonly runTwice: number;
  /** Model calls in all; more than trials, because what a killed process had in flight is run again. */
  readonly calls: number;
  readonly lastRun: RunSummary;
}

const cases = 20;
const concurrency = 10;
const latencyMs = 10;

/** Starts a run, kills it (SIGKILL) once it has called the model, looks at the store, and again; then lets one run end. */
export async function killAndResume(kills: number): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-kill-'));
  const options = {
    storePath: join(folder, 'docket.db'),
    callsFile: join(folder, 'calls'),
    cases,
    repeats: kills * 5,
    concurrency,
    latencyMs,
  };
  writeFileSync(options.callsFile, '');
  const random = seededRandom('kill-and-resume');
  let stored = new Map<string, string>();
  let lost = 0;
  let runTwice = 0;
  try {
    let killed = 0;
    for (let attempt = 1; attempt <= kills; attempt += 1) {
      const callsBefore = readCalls(options.callsFile).length;
      const run = spawnRun(options);
      const end = run.summary.then(
        () => 'ended',
        () => 'killed',
      );
      while (run.process.exitCode === null && readCalls(options.callsFile).length === callsBefore) await wait(2);
      await wait(random() * 80);
      run.process.kill('SIGKILL');
      if ((await end) === 'killed') killed += 1;
      runTwice += readCalls(options.callsFile)
        .slice(callsBefore)
        .filter((call) => stored.has(call)).length;
      const now = await readStored(options.storePath, options.repeats);
      for (const [call, hash] of stored) if (now.get(call) !== hash) lost += 1;
      stored = now;
    }
    const callsBefore = readCalls(options.callsFile).length;
    const lastRun = await spawnRun(options).summary;
    const calls = readCalls(options.callsFile);
    runTwice += calls.slice(callsBefore).filter((call) => stored.has(call)).length;
    const last = await readStored(options.storePath, options.repeats);
    for (const [call, hash] of stored) if (last.get(call) !== hash) lost += 1;
    return { kills: killed, trials: last.size, lost, runTwice, calls: calls.length, lastRun };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readCalls(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** Hash of each stored trial by the line that its model call writes. */
async function readStored(storePath: string, repeats: number): Promise<Map<string, string>> {
  const store = openTrialStore(storePath);
  const stored = new Map<string, string>();
  for (const request of tinyRequests(cases, 1)) {
    for (const trial of await store.list(request, { first: 1, last: repeats })) {
      const call = `${trial.transcript.userMessage} #${trial.key.number} ${trial.key.series}`;
      stored.set(call, sha256(canonicalJson(trial as unknown as JsonObject)));
    }
  }
  await store.close();
  return stored;
}

if (import.meta.main) console.log(await killAndResume(Number(process.argv[2] ?? 10)));
