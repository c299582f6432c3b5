import type { Plugin } from 'vitest/config';
import { EmptyRunGuard } from './empty-run-guard.ts';

/**
 * Vitest plugin, to stand in the `plugins` of every project: a run in which no test ran fails whichever reporters are chosen on the command
 * line. Docket's own reporter does the same; this is for `--reporter=json` and the like.
 */
export function refuseEmptyRuns(): Plugin {
  return {
    name: 'docket:refuse-empty-runs',
    configureVitest({ vitest }) {
      const { reporters } = vitest.config;
      if (!reporters.some((reporter) => reporter instanceof EmptyRunGuard)) reporters.push(new EmptyRunGuard());
    },
  };
}
