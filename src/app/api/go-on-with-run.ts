import { z } from 'zod';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';
import { runNamed } from './get-run.ts';

export const goOnWithRun = answerRoute({
  name: 'goOnWithRun',
  path: '/runs/:id/go-on',
  summary: 'Starts the same command again: trials that are stored do not run again. It is a run of its own.',
  question: z.object({ id: z.string() }),
  /** The new run; absent where it takes long to begin. */
  answer: z.object({ id: z.string().optional() }),
  isWriting: true,
  async run({ id }, { project }) {
    const { words, state, kind } = runNamed(project, id);
    if (state === 'running') throw new ApiFault(409, 'This run goes on already.');
    // A file says what is started, so only what this kind of run is started by.
    if (!words || words[0] !== kind)
      throw new ApiFault(409, `A run of ${kind} cannot be started from here. Run its command yourself: it is on the page.`);
    const started = await project.startCommand(words);
    return started === undefined ? {} : { id: started };
  },
});
