import { once } from 'node:events';
import { z } from 'zod';
import { keptRunSchema } from '../../contracts/kept-run.ts';
import { eventRoute } from './api-route.ts';

const event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), run: keptRunSchema }),
  z.object({ kind: z.literal('gone'), id: z.string() }),
]);
export type RunEvent = z.infer<typeof event>;

export const watchRuns = eventRoute({
  name: 'watchRuns',
  path: '/runs/events',
  summary: 'Each run that begins, goes on, ends or is removed, as it happens.',
  question: z.object({}),
  event,
  async follow(_, send, { project, signal }) {
    project.runs.listen((changes) => changes.forEach(send), signal);
    if (!signal.aborted) await once(signal, 'abort');
  },
});
