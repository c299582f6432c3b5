import { z } from 'zod';
import { keptRunSchema, runKinds, runStates } from '../../contracts/kept-run.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  runs: z.array(keptRunSchema),
  total: z.int().nonnegative(),
  /** Folders that hold no run which this Docket can read. */
  unreadable: z.int().nonnegative(),
  /** True when the folder of the runs was removed while the server ran. */
  isRemoved: z.boolean(),
});
export type RunList = z.infer<typeof answer>;

export const listRuns = answerRoute({
  name: 'listRuns',
  path: '/runs',
  summary: 'Runs that were kept, newest first.',
  question: z.object({
    kind: z.enum(runKinds).optional(),
    state: z.enum(runStates).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
    offset: z.coerce.number().int().min(0).default(0),
  }),
  answer,
  run({ kind, state, limit, offset }, { project }) {
    const runs = project.runs
      .list()
      .filter((run) => (kind === undefined || run.kind === kind) && (state === undefined || run.state === state));
    return {
      runs: runs.slice(offset, offset + limit),
      total: runs.length,
      unreadable: project.runs.unreadable,
      isRemoved: project.runs.isRemoved,
    };
  },
});
