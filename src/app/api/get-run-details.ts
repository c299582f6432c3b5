import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { detailsFile, runFolder } from '../../flows/runs/run-folder.ts';
import type { CaseDetail } from '../../reporters/page/page-data.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute, JsonText } from './api-route.ts';
import { runNamed } from './get-run.ts';

export const getRunDetails = answerRoute({
  name: 'getRunDetails',
  path: '/runs/:id/details/:chunk',
  summary:
    'Decisions, findings and transcripts of some of its cases: the chunk that the report names for a case, in which it has its place.',
  question: z.object({ id: z.string(), chunk: z.coerce.number().int().min(0) }),
  answer: z.custom<readonly CaseDetail[]>((value) => Array.isArray(value)),
  run({ id, chunk }, { project }) {
    runNamed(project, id);
    try {
      return new JsonText(gunzipSync(readFileSync(join(runFolder(project.root, id), detailsFile(chunk)))).toString('utf8'));
    } catch {
      throw new ApiFault(404, 'These details are gone, or damaged. Run the same command again: stored trials cost nothing.');
    }
  },
});
