import { about } from './about.ts';
import type { ApiRoute } from './api-route.ts';
import { getRun } from './get-run.ts';
import { listRuns } from './list-runs.ts';
import { watchRuns } from './watch-runs.ts';

/** All routes below `/api/v1`. One that names a word stands before one that names any. */
export const apiRoutes: readonly ApiRoute[] = [about, listRuns, watchRuns, getRun];
