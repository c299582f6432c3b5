import { z } from 'zod';
import { keptRunSchema } from '../../contracts/kept-run.ts';
import { ApiFault, answerRoute } from './api-route.ts';

export const getRun = answerRoute({
  name: 'getRun',
  path: '/runs/:id',
  summary: 'One run as it stands now.',
  question: z.object({ id: z.string() }),
  answer: keptRunSchema,
  run({ id }, { project }) {
    const run = project.runs.get(id);
    if (!run) throw new ApiFault(404, `There is no run "${id}". It may have been removed: the oldest ones are.`);
    return run;
  },
});
