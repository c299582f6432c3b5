import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { improvementPlanSchema } from '../../contracts/improvement-plan.ts';
import { versionTrySchema } from '../../contracts/version-try.ts';
import type { AppProject } from '../app-project.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  /** The last plan of docket improve; null where there is none. */
  plan: improvementPlanSchema.nullable(),
  /** The last trial of a draft; null where there is none. */
  tried: versionTrySchema.nullable(),
  /** Files that are there and are not what their names say, as after an update of Docket. */
  unreadable: z.array(z.string()),
});
export type Improvement = z.infer<typeof answer>;

export const getImprovement = answerRoute({
  name: 'getImprovement',
  path: '/improvement',
  summary: 'The plan of the next version, and what became of its promises.',
  question: z.object({}),
  answer,
  run(_, { project }) {
    const unreadable: string[] = [];
    const plan = reportIn(project, 'improvement-plan.json', improvementPlanSchema, unreadable);
    const tried = reportIn(project, 'version-try.json', versionTrySchema, unreadable);
    return { plan, tried, unreadable };
  },
});

function reportIn<T>({ root }: AppProject, name: string, schema: z.ZodType<T>, unreadable: string[]): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(join(root, 'reports', name), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') unreadable.push(`reports/${name}`);
    return null;
  }
}
