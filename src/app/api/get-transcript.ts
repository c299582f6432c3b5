import { resolve } from 'node:path';
import { z } from 'zod';
import type { KeptRun } from '../../contracts/kept-run.ts';
import { transcriptSchema } from '../../contracts/transcript.ts';
import { openTrialsIfThere } from '../../flows/open-trials.ts';
import { cutTexts } from '../../text/cut-text.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { AppProject } from '../app-project.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';
import { runNamed } from './get-run.ts';

const answer = z.object({ transcript: transcriptSchema });
export type StoredTranscript = z.infer<typeof answer>;

export const getTranscript = answerRoute({
  name: 'getTranscript',
  path: '/runs/:id/transcript',
  summary: 'What happened in one trial of a run, out of the trial store: for those that the details of a large run leave out.',
  question: z.object({
    id: z.string(),
    version: z.string(),
    case: z.string(),
    series: z.string(),
    number: z.coerce.number().int().positive(),
  }),
  answer,
  async run({ id, version, case: caseFingerprint, series, number }, { project }) {
    const store = await openStore(project, runNamed(project, id));
    try {
      const trial = await store.find({ versionFingerprint: version, caseFingerprint, series, number });
      if (trial) return { transcript: cutTexts(trial.transcript) };
    } finally {
      await store.close();
    }
    throw new ApiFault(404, 'The trial store does not have this trial any more. Run the same command again to see what happens in it.');
  },
});

/** @throws {ApiFault} when there is none: reading makes no store */
async function openStore({ root }: AppProject, { store = '.docket/docket.db' }: KeptRun): Promise<TrialStore> {
  const found = await openTrialsIfThere({ root, store: resolve(root, store) }, {});
  if (!found) throw new ApiFault(404, `The trial store ${store} is gone, and with it what happened in this trial.`);
  return found;
}
