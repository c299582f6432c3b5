import { z } from 'zod';
import { readableLine } from '../../review/readable-fields.ts';
import { isSecond } from '../draft-sheet.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  /** Whose name an answer gets; null where nobody may answer. */
  reviewer: z.string().nullable(),
  /** Why nobody may. */
  why: z.string().nullable(),
  drafts: z.array(
    z.object({ id: z.string(), what: z.string(), critical: z.boolean(), second: z.boolean(), missing: z.int(), clusterSize: z.int() }),
  ),
  /** Files among the drafts that cannot be read, and why: mended by hand, or by git. */
  faulty: z.array(z.object({ file: z.string(), fault: z.string() })),
  /** This reviewer's last answer, which can be taken back. */
  last: z.object({ id: z.string(), about: z.string(), answer: z.string(), at: z.string() }).nullable(),
});
export type DraftList = z.infer<typeof answer>;

export const listDrafts = answerRoute({
  name: 'listDrafts',
  path: '/drafts',
  summary: 'Drafts that wait for an answer of whoever asks, and what can be taken back.',
  question: z.object({}),
  answer,
  async run(_, { project, reviewer, whyNobody = null }) {
    const desk = await project.desk();
    const review = await desk.review(reviewer);
    const last = reviewer === undefined ? undefined : desk.log.last(reviewer);
    return {
      reviewer: reviewer ?? null,
      why: reviewer === undefined ? whyNobody : null,
      drafts: review.open().map((draft) => ({
        id: draft.id,
        // The title is the first reviewer's, the second one must not see it.
        what: readableLine(draft.input, desk.inputSchema) ?? (isSecond(draft) ? draft.id : draft.title),
        critical: draft.critical ?? false,
        second: isSecond(draft),
        missing: draft.missing.length,
        clusterSize: draft.clusterSize,
      })),
      faulty: review.faulty(),
      last: last ? { id: last.id, about: last.draft ?? last.file, answer: last.answer, at: last.at } : null,
    };
  },
});
