import { z } from 'zod';
import { type KeptRun, keptRunSchema } from '../../contracts/kept-run.ts';
import type { AppProject } from '../app-project.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';

/** @throws {ApiFault} when there is none */
export function runNamed({ runs }: AppProject, id: string): KeptRun {
  const run = runs.get(id);
  if (!run) throw new ApiFault(404, `There is no run "${id}". It may have been removed: the oldest ones are.`);
  return run;
}

export const getRun = answerRoute({
  name: 'getRun',
  path: '/runs/:id',
  summary: 'One run as it stands now.',
  question: z.object({ id: z.string() }),
  answer: keptRunSchema,
  run: ({ id }, { project }) => runNamed(project, id),
});
