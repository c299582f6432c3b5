import { ctrf } from './ctrf.ts';
import { html } from './html.ts';
import { jobSummary } from './job-summary.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { pullRequestComment } from './pull-request-comment.ts';
import type { Reporter } from './reporter.ts';

/** Every reporter; the first one is the truth that the others render. */
export const reporters: readonly Reporter[] = [json, html, jobSummary, pullRequestComment, junit, ctrf];
