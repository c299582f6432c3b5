import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FlakyTests } from './evals/flaky-tests.ts';
import { endPostgres } from './src/database/testing/postgres-server.ts';
import { refuseEmptyRuns } from './src/vitest/plugin.ts';

/** Simulated trials take milliseconds; a real model takes its time, and a trial has a deadline of its own. */
const trialTimeout = process.env.DOCKET_EVALS_MODE ? 600_000 : 60_000;

/** Most tests wait for child processes, browsers and servers of their own, so a third worker keeps two cores busy. Files share a worker's modules. */
const pace = { isolate: false, maxWorkers: 3, hookTimeout: 120_000 };

/** Longer than the busiest machine takes: nobody waits for it but a test that fails. */
const patience = { testTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

/** Where the gate keeps checkouts of main: those of tests are nobody's afterwards. */
const cache = mkdtempSync(join(tmpdir(), 'docket-test-cache-'));
process.on('exit', () => rmSync(cache, { recursive: true, force: true }));

/** The PostgreSQL server of a run: started by the first test that needs one. */
const postgres = `${cache}-postgres`;
process.on('exit', () => endPostgres(postgres));

export default defineConfig({
  test: {
    ...pace,
    tags: [{ name: 'slow', description: 'More of a kind of which `npm test` tries a few: npm run test:slow, which CI runs too.' }],
    reporters: ['default', ['./src/vitest/reporter.ts', { projects: ['evals'] }], new FlakyTests()],
    projects: [
      {
        plugins: [refuseEmptyRuns()],
        test: {
          ...pace,
          env: { XDG_CACHE_HOME: cache, DOCKET_TEST_POSTGRES: postgres },
          name: 'unit',
          include: ['src/**/*.test.ts', 'evals/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/fixtures/**'],
          setupFiles: ['evals/fixed-seed.ts'],
          ...patience,
          // Where one unlucky wait among thousands would hold up a change. What passes only then is named at the end. No trial is tried again.
          retry: process.env.CI ? 1 : 0,
        },
      },
      {
        plugins: [refuseEmptyRuns()],
        test: {
          ...pace,
          name: 'evals',
          include: ['evals/**/*.eval.ts'],
          testTimeout: trialTimeout,
        },
      },
    ],
  },
});
