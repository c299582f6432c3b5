import { about } from './about.ts';
import type { ApiRoute } from './api-route.ts';
import { draftTrace } from './draft-trace.ts';
import { getRun } from './get-run.ts';
import { getSpan } from './get-span.ts';
import { getTrace } from './get-trace.ts';
import { listRuns } from './list-runs.ts';
import { listTraces } from './list-traces.ts';
import { traceFacets } from './trace-facets.ts';
import { watchRuns } from './watch-runs.ts';

/** All routes below `/api/v1`. One that names a word stands before one that names any. */
export const apiRoutes: readonly ApiRoute[] = [about, listRuns, watchRuns, getRun, listTraces, traceFacets, getTrace, getSpan, draftTrace];
