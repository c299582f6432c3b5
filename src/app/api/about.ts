import { z } from 'zod';
import { thisDocket } from '../../flows/docket-copy.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  docket: z.string(),
  /** Folder of the project. */
  root: z.string(),
  /** True where the server was started with --write. */
  canWrite: z.boolean(),
});
export type About = z.infer<typeof answer>;

export const about = answerRoute({
  name: 'about',
  path: '/about',
  summary: 'Which project this is, and whether anything may be changed.',
  question: z.object({}),
  answer,
  run: (_, { project: { root, canWrite } }) => ({ docket: thisDocket.version, root, canWrite }),
});
