import { z } from 'zod';
import { answerRoute } from './api-route.ts';

const flakyCase = z.object({
  caseId: z.string(),
  version: z.string(),
  fingerprint: z.string(),
  passes: z.int().nonnegative(),
  runs: z.int().positive(),
  low: z.number().min(0).max(1),
  high: z.number().min(0).max(1),
  seen: z.int().positive(),
  runId: z.string(),
});
const answer = z.object({ cases: z.array(flakyCase), total: z.int().nonnegative() });
export type FlakyList = z.infer<typeof answer>;

export const listFlakyCases = answerRoute({
  name: 'listFlakyCases',
  path: '/history/flaky',
  summary: 'Cases that one and the same version passes only sometimes, over all kept runs, those nearest to a coin toss first.',
  question: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(200) }),
  answer,
  run({ limit }, { project }) {
    const cases = project.flaky.list(project.runs.list());
    return { cases: cases.slice(0, limit), total: cases.length };
  },
});
