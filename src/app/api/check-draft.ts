import { z } from 'zod';
import { filledIn, policyAnswer, readDecision, readInput, requireOpen, suggestedName } from '../draft-sheet.ts';
import { answerRoute } from './api-route.ts';
import { policyAnswerSchema, readFormSchema, typedPairsSchema } from './draft-shapes.ts';

const answer = z.object({
  decision: readFormSchema,
  against: readFormSchema,
  input: readFormSchema,
  /** Why a whole input cannot stand, although each of its fields can. */
  inputFault: z.string().nullable(),
  /** The policy's answer, once the input is whole. */
  policy: policyAnswerSchema.nullable(),
  suggested: z.object({ title: z.string(), id: z.string() }),
  idFault: z.string().nullable(),
});
export type DraftCheck = z.infer<typeof answer>;

export const checkDraft = answerRoute({
  name: 'checkDraft',
  path: '/drafts/:id/check',
  summary: 'What of an answer cannot stand yet, field by field; saves nothing.',
  question: z.object({
    id: z.string(),
    decision: typedPairsSchema.default([]),
    against: typedPairsSchema.default([]),
    input: typedPairsSchema.default([]),
    title: z.string().max(1000).default(''),
    caseId: z.string().max(1000).default(''),
  }),
  answer,
  // A question with a body; and nobody fills in a form who may not answer.
  isWriting: true,
  async run({ id, decision, against, input, title, caseId }, { project, reviewer }) {
    const desk = await project.desk();
    const review = await desk.review(reviewer);
    requireOpen(desk, review, id);
    const { draft } = review.draft(id);
    const typed = readInput(desk, review, draft, input);
    const filled = filledIn(review, draft, typed);
    const named = caseId.trim();
    return {
      decision: told(readDecision(desk, review, decision)),
      against: told(readDecision(desk, review, against)),
      input: told(typed),
      inputFault: filled.fault ?? null,
      policy: policyAnswer(desk, review, filled.draft),
      suggested: suggestedName(review, filled.draft, title),
      idFault:
        named === ''
          ? null
          : !/^[a-z0-9][a-z0-9-]{0,79}$/.test(named)
            ? 'Lower-case letters, digits and dashes, at most 80.'
            : review.freeId(named)
              ? null
              : `There is a case "${named}" already.`,
    };
  },
});

function told({ faults, shown }: ReturnType<typeof readDecision>) {
  return { faults: [...faults], shown: [...shown] };
}
