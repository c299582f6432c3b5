import { z } from 'zod';
import { decisionSchema } from '../contracts/decision.ts';
import { jsonObjectSchema } from '../contracts/json.ts';

const about = { draft: z.string().min(1).describe('Id of the draft.') };
const labelled = {
  ...about,
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and dashes, at most 80')
    .optional()
    .describe("The case's name; the draft's when left out."),
  title: z.string().min(1).max(200).optional().describe('What makes the case hard, in one line.'),
  input: jsonObjectSchema.optional().describe('Fields that the draft lacks.'),
  critical: z
    .boolean()
    .optional()
    .describe('A case in which a false approval is tested apart, and a draft that gives two never passes; needs two reviewers.'),
  tags: z.array(z.string().min(1)).optional(),
  acceptRedaction: z.boolean().optional().describe('Keep the redacted input even though it gets a different answer than the original.'),
};
const decision = decisionSchema.refine((value) => Object.keys(value).length > 0, 'an expected decision needs at least one field');

/** What a reviewer says about one draft. */
export const reviewAnswerSchema = z.discriminatedUnion('answer', [
  z
    .strictObject({ ...labelled, answer: z.literal('approve'), rationale: z.string().min(1).optional() })
    .describe("The policy's answer is right."),
  z
    .strictObject({
      ...labelled,
      answer: z.literal('correct'),
      decision,
      source: z.enum(['human', 'outcome']).default('human'),
      rationale: z.string().min(1),
    })
    .describe('Another decision is right, or there is no policy.'),
  z
    .strictObject({
      ...labelled,
      answer: z.literal('dispute'),
      decision,
      argument: z.string().min(1),
      against: z.strictObject({ decision, source: z.string().min(1), argument: z.string().min(1) }).optional(),
    })
    .describe(
      "There are good arguments for two labels; the case does not count until that is resolved. Without 'against' the other side is the policy.",
    ),
  z.strictObject({ ...about, answer: z.literal('discard'), reason: z.string().min(1) }).describe('Not worth a case.'),
  z.strictObject({ ...about, answer: z.literal('skip') }).describe('Later.'),
]);
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

/** What `--decide` reads: answers in order; `undo` takes the last one back. */
export const reviewAnswersSchema = z.array(
  z.discriminatedUnion('answer', [...reviewAnswerSchema.options, z.strictObject({ answer: z.literal('undo') })]),
);
