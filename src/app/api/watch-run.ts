import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { keptRunSchema, ranTrialSchema } from '../../contracts/kept-run.ts';
import { runFiles, runFolder } from '../../flows/runs/run-folder.ts';
import { GrowingLines } from '../growing-lines.ts';
import { eventRoute } from './api-route.ts';
import { runNamed } from './get-run.ts';

const event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run: keptRunSchema }),
  z.object({ kind: z.literal('trials'), trials: z.array(ranTrialSchema) }),
  z.object({ kind: z.literal('gone') }),
]);
export type OneRunEvent = z.infer<typeof event>;

/** Most trials of one event. */
const mostAtOnce = 5000;

export const watchRun = eventRoute({
  name: 'watchRun',
  path: '/runs/:id/events',
  summary: 'One run as it goes on: how it stands, and each trial that ended, those from before first.',
  question: z.object({ id: z.string() }),
  event,
  async follow({ id }, send, { project, signal }) {
    const lines = new GrowingLines(join(runFolder(project.root, id), runFiles.trials));
    const tell = () => {
      const trials = lines.read().flatMap((line) => {
        const { data } = ranTrialSchema.safeParse(line);
        return data ? [data] : [];
      });
      for (let at = 0; at < trials.length; at += mostAtOnce) send({ kind: 'trials', trials: trials.slice(at, at + mostAtOnce) });
    };
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const first = runNamed(project, id);
    tell();
    send({ kind: 'run', run: first });
    if (first.state !== 'running' || either.aborted) return;
    project.runs.listen((changes) => {
      for (const change of changes) {
        if (change.kind === 'gone' ? change.id !== id : change.run.id !== id) continue;
        tell();
        send(change.kind === 'gone' ? { kind: 'gone' } : change);
        if (change.kind === 'gone' || change.run.state !== 'running') ended.abort();
      }
    }, either);
    if (!either.aborted) await once(either, 'abort');
  },
});
