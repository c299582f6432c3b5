import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runFiles, runFolder } from '../../flows/runs/run-folder.ts';
import type { PageIndex } from '../../reporters/page/page-data.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute, JsonText } from './api-route.ts';
import { runNamed } from './get-run.ts';

/** As the run wrote it: the page reads it, and nothing here looks into it. */
const answer = z.custom<PageIndex>((value) => typeof value === 'object' && value !== null && 'columns' in value);

export const getRunReport = answerRoute({
  name: 'getRunReport',
  path: '/runs/:id/report',
  summary: 'The report of a run without what is long: head, versions, and each case with a figure or two a trial.',
  question: z.object({ id: z.string() }),
  answer,
  run({ id }, { project }) {
    const { hasReport } = runNamed(project, id);
    if (!hasReport) throw new ApiFault(404, 'This run has no report: it did not come to its end, or its trials are told elsewhere.');
    try {
      return new JsonText(readFileSync(join(runFolder(project.root, id), runFiles.report), 'utf8'));
    } catch {
      throw new ApiFault(404, 'The report of this run is gone, or damaged. Run the same command again: stored trials cost nothing.');
    }
  },
});
