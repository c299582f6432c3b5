import { z } from 'zod';
import { reviewerOf } from './answering.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({ about: z.string(), draft: z.string().nullable() });
export type ReviewUndone = z.infer<typeof answer>;

export const undoReview = answerRoute({
  name: 'undoReview',
  path: '/reviews/undo',
  summary: "Takes the reviewer's last answer back, also one of an earlier session; refused when its files were changed since.",
  question: z.object({ id: z.string().optional() }),
  answer,
  isWriting: true,
  async run({ id }, context) {
    const reviewer = reviewerOf(context);
    const { log } = await context.project.desk();
    const undone = log.undo(reviewer, id);
    if (!undone) throw new ApiFault(409, 'There is nothing to take back.');
    return { about: undone.draft ?? undone.file, draft: undone.draft ?? null };
  },
});
