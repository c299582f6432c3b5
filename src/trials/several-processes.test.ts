import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrialStore } from './open-trial-store.ts';
import { killAndResume } from './testing/kill-and-resume.ts';
import { spawnRun } from './testing/spawn-run.ts';
import { tinyRequest } from './testing/tiny-agent.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-processes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('several processes on one store', () => {
  it('lose nothing and run nothing twice, from the first moment of a new store', async () => {
    const options = {
      storePath: join(folder, 'docket.db'),
      callsFile: join(folder, 'calls'),
      cases: 10,
      repeats: 20,
      concurrency: 8,
      latencyMs: 5,
    };
    const summaries = await Promise.all([spawnRun(options).summary, spawnRun(options).summary]);
    const calls = readFileSync(options.callsFile, 'utf8').trimEnd().split('\n');
    expect(new Set(calls).size).toBe(200);
    expect(calls).toHaveLength(200);
    expect(summaries.map((summary) => summary.run + summary.reused)).toEqual([200, 200]);
    expect(summaries.reduce((sum, summary) => sum + summary.run, 0)).toBe(200);
    const store = openTrialStore(options.storePath);
    for (let amount = 1; amount <= 10; amount += 1) expect(await store.list(tinyRequest(amount, 1))).toHaveLength(20);
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['calls', 'docket.db']);
  });

  it('take the claims of a process that was killed over, and those of a live one not', async () => {
    const options = {
      storePath: join(folder, 'docket.db'),
      callsFile: join(folder, 'calls'),
      cases: 1,
      repeats: 1,
      concurrency: 1,
      latencyMs: 60_000,
    };
    writeFileSync(options.callsFile, '');
    const run = spawnRun(options);
    const end = run.summary.catch((error: Error) => error.message);
    while (readFileSync(options.callsFile, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 5));
    const store = openTrialStore(options.storePath);
    const { versionFingerprint, caseFingerprint, series, number } = tinyRequest(1, 1);
    const key = { versionFingerprint, caseFingerprint, series, number };
    expect(await store.claim(key)).toBe('busy');
    expect(await store.heldBy(key)).toBe(`process ${run.process.pid}`);
    run.process.kill('SIGKILL');
    expect(await end).toContain('SIGKILL');
    expect(await store.claim(key)).toBe('claimed');
    await store.close();
    const next = openTrialStore(options.storePath);
    expect(await next.claim(key)).toBe('claimed');
    await next.close();
    expect(readdirSync(folder).sort()).toEqual(['calls', 'docket.db']);
  });

  it('go on where killed ones stopped: stored trials stay and are never run again', { tags: ['slow'] }, async () => {
    const report = await killAndResume(3);
    expect(report).toMatchObject({ trials: 300, lost: 0, runTwice: 0 });
    expect(report.kills).toBeGreaterThan(1);
    expect(report.lastRun.reused).toBeGreaterThan(0);
    expect(report.lastRun.reused + report.lastRun.run).toBe(300);
    // Only what was in flight when a process was killed is run again.
    expect(report.calls - report.trials).toBeLessThanOrEqual(3 * 10);
  });
});
