import { dirname } from 'node:path';
import { test as base, expect, type TestAPI } from 'vitest';
import { type LoadedConfig, loadConfig } from '../flows/load-config.ts';
import { Docket, openEvalsSession } from './docket.ts';
import { inEachFile } from './each-file.ts';
import { type EvalsMode, evalsMode } from './evals-mode.ts';

/** The configuration nearest to the test file that is running or being collected. @internal */
export function configOfThisFile(): Promise<LoadedConfig> {
  const { testPath } = expect.getState();
  return loadConfig(testPath === undefined ? process.cwd() : dirname(testPath));
}

/** What a test of a suite gets. */
export interface SuiteContext {
  readonly evalsMode: EvalsMode;
  readonly docket: Docket;
}

const shared = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs from this pattern
  .extend('evalsMode', { scope: 'file' }, async ({}) => evalsMode(process.env))
  .extend('docketSession', { scope: 'file' }, async ({ evalsMode }, { onCleanup }) => {
    const session = await openEvalsSession(await configOfThisFile(), evalsMode);
    onCleanup(() => session.close());
    return session;
  })
  .extend('docket', async ({ docketSession, task, signal }, { onCleanup }) => {
    const docket = new Docket(docketSession, { task, signal });
    onCleanup(() => docket.end());
    return docket;
  });

/** With the session behind the docket, for Docket's own tests. @internal */
export const testWithSession = inEachFile(shared);

/**
 * Vitest's `test` with a `docket` fixture, which puts versions of the configured agent on trial:
 *
 *     test('version 2 denies what is over the cap', async ({ docket }) => {
 *       const trials = await docket.run('v2', { cases: ['01-dti-exactly-at-cap'], trials: 5 });
 *       expect(trials).toDecide({ approved: false });
 *     });
 *
 * Who answers is said by `DOCKET_EVALS_MODE`. A suite that makes sense with the stand-in only says so at its top:
 * `test.override('evalsMode', alwaysSimulated)`; that is said to this file alone.
 *
 * Repeats are trials of the docket: vitest's own `repeats` and `retry` would take the same stored trials again.
 */
export const test: TestAPI<SuiteContext> = testWithSession as unknown as TestAPI<SuiteContext>;
