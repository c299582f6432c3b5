import { z } from 'zod';
import { runProcess } from '../../flows/runs/read-runs.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';
import { runNamed } from './get-run.ts';

export const stopRun = answerRoute({
  name: 'stopRun',
  path: '/runs/:id/stop',
  summary: 'Asks the process of a run to end, as Ctrl-C does: what is stored stays, and the same command goes on later.',
  question: z.object({ id: z.string() }),
  answer: z.object({ asked: z.literal(true) }),
  isWriting: true,
  run({ id }, { project }) {
    // By its lock, never by a number alone: another process may have that number by now.
    const process_ = runProcess(project.root, runNamed(project, id));
    if (process_ === undefined) throw new ApiFault(409, 'This run does not go on any more, so there is nothing to stop.');
    try {
      process.kill(process_, 'SIGINT');
    } catch (error) {
      throw new ApiFault(409, `Its process cannot be told to end (${(error as NodeJS.ErrnoException).code}).`);
    }
    return { asked: true as const };
  },
});
