import { about } from './about.ts';
import type { ApiRoute } from './api-route.ts';
import { caseHistory } from './case-history.ts';
import { draftTrace } from './draft-trace.ts';
import { getImprovement } from './get-improvement.ts';
import { getRun } from './get-run.ts';
import { getRunDetails } from './get-run-details.ts';
import { getRunReport } from './get-run-report.ts';
import { getSpan } from './get-span.ts';
import { getTrace } from './get-trace.ts';
import { getTranscript } from './get-transcript.ts';
import { goOnWithRun } from './go-on-with-run.ts';
import { listFlakyCases } from './list-flaky-cases.ts';
import { listRuns } from './list-runs.ts';
import { listTraces } from './list-traces.ts';
import { reviewRoutes } from './review-routes.ts';
import { stopRun } from './stop-run.ts';
import { traceFacets } from './trace-facets.ts';
import { watchRun } from './watch-run.ts';
import { watchRuns } from './watch-runs.ts';

/** All routes below `/api/v1`. One that names a word stands before one that names any. */
export const apiRoutes: readonly ApiRoute[] = [
  about,
  listRuns,
  watchRuns,
  getRun,
  watchRun,
  getRunReport,
  getRunDetails,
  getTranscript,
  stopRun,
  goOnWithRun,
  caseHistory,
  listFlakyCases,
  listTraces,
  traceFacets,
  getTrace,
  getSpan,
  draftTrace,
  getImprovement,
  ...reviewRoutes,
];
