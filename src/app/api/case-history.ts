import { z } from 'zod';
import { readCases } from '../../flows/runs/read-cases.ts';
import { answerRoute } from './api-route.ts';

const point = z.object({
  runId: z.string(),
  at: z.iso.datetime(),
  version: z.string(),
  fingerprint: z.string().optional(),
  passes: z.int().nonnegative(),
  runs: z.int().positive(),
});
const answer = z.object({ points: z.array(point) });
export type CaseHistory = z.infer<typeof answer>;

export const caseHistory = answerRoute({
  name: 'caseHistory',
  path: '/history/case',
  summary: 'What became of one case in every kept run that tried it, oldest first, a point a version.',
  question: z.object({ case: z.string().min(1) }),
  answer,
  run({ case: caseId }, { project }) {
    const runs = project.runs.list().filter(({ state }) => state !== 'running');
    const points = runs.toReversed().flatMap(({ id, startedAt, versions }) =>
      readCases(project.root, id, caseId).flatMap(([, counts]) =>
        counts.flatMap(([passes, trials], place) => {
          const version = versions[place];
          if (!version || trials === 0) return [];
          const { name, fingerprint } = version;
          return [{ runId: id, at: startedAt, version: name, ...(fingerprint === undefined ? {} : { fingerprint }), passes, runs: trials }];
        }),
      ),
    );
    return { points };
  },
});
