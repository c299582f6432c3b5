/**
 * Measures runs and re-runs of many trials: `node measure-speed.ts [trials] [in flight] [milliseconds a trial]`. With the address of an empty database in
 * DOCKET_STORE, in PostgreSQL too.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../contracts/clock.ts';
import { postgresAddress } from '../../database/postgres/postgres-address.ts';
import { simulatedModel } from '../../model/simulated.ts';
import { openSharedTrialStore, openTrialStore } from '../open-trial-store.ts';
import { runTrials } from '../run-trials.ts';
import type { TrialStore } from '../trial-store.ts';
import { hastySimulator, tinyRequests } from './tiny-agent.ts';

const [count = 5000, concurrency = 100, latencyMs = 50] = process.argv.slice(2).map(Number);
const repeats = 10;
const folder = mkdtempSync(join(tmpdir(), 'docket-speed-'));
const path = join(folder, 'docket.db');
const requests = tinyRequests(count / repeats, repeats);

async function measure(name: string, idealMs: number, store: TrialStore = openTrialStore(path)): Promise<void> {
  const startCpu = process.cpuUsage();
  const start = performance.now();
  const model = simulatedModel(hastySimulator, { latencyMs });
  const summary = await runTrials(requests, {
    model,
    store,
    clock: systemClock,
    signal: new AbortController().signal,
    concurrency,
    onRun: () => {},
  });
  await store.close();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(startCpu);
  console.log(
    `${name}: ${wallMs.toFixed(0)} ms (ideal ${idealMs.toFixed(0)}, ratio ${idealMs ? (wallMs / idealMs).toFixed(2) : '-'}), CPU ${((user + system) / 1000 / count).toFixed(3)} ms a trial, peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
    JSON.stringify(summary),
  );
}

const idealMs = (count / concurrency) * latencyMs;
await measure('first run', idealMs);
await measure('second run', 0);
const shared = postgresAddress(process.env);
if (shared) {
  await measure('first run in PostgreSQL', idealMs, await openSharedTrialStore(shared));
  await measure('second run in PostgreSQL', 0, await openSharedTrialStore(shared));
}
// Last, because peak memory never shrinks and this one keeps the store in it.
await measure('in memory', idealMs, openTrialStore(':memory:'));
console.log(`store: ${(statSync(path).size / 1024 / count).toFixed(2)} KB a trial`);
rmSync(folder, { recursive: true });
