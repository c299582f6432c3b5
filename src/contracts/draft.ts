import { z } from 'zod';
import { importedOriginSchema, labelSchema } from './case.ts';
import { jsonObjectSchema } from './json.ts';
import { pickReasons } from './pick-reasons.ts';

export const pickReasonSchema = z.enum(pickReasons);

const sameness = z.enum(['same', 'differs', 'not-checked']);

/** Whether the redacted input is still the same case. */
export const equivalenceSchema = z.strictObject({
  policy: sameness.describe("The policy's answer to the redacted input compared with that to the original."),
  agent: sameness.describe("The agent's decisions on both, where they were tried."),
});
export type Equivalence = z.infer<typeof equivalenceSchema>;

/**
 * A case drafted from a trace, or from a row of a suite without a label, that nobody has reviewed yet; one file in `cases/drafts/`. Never scored, and
 * no production decision in it.
 */
export const draftSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'lower-case letters, digits and dashes, at most 80'),
    traceId: z.string().min(1).max(200).optional().describe('Where the evidence is; the production decision stays there.'),
    imported: importedOriginSchema.optional().describe('The row of a suite that it comes from, in the place of a trace.'),
    title: z.string().min(1).max(200),
    input: jsonObjectSchema.describe("The input after redaction; fields in 'missing' are not in it."),
    missing: z.array(z.string()).describe('Input fields that a person has to fill in; none when the input is complete.'),
    userMessage: z.string().optional().describe('What the user message said, after redaction; only where the input is incomplete.'),
    clusterSize: z.int().positive().describe('Traces that were near-duplicates of this one, itself included.'),
    redacted: z.array(z.string()).describe('What was redacted, field by field; never the value.'),
    equivalence: equivalenceSchema,
    draftedOn: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    proposals: z.array(labelSchema).describe('Labels that wait for a second reviewer: critical cases need two.'),
    critical: z.boolean().optional().describe('Set by the first reviewer of a critical case.'),
    discarded: z
      .strictObject({ reviewer: z.string().min(1), on: z.string(), reason: z.string().min(1) })
      .optional()
      .describe('Not worth a case; kept without its input so that it is not drafted again.'),
  })
  .refine(
    ({ traceId, imported }) => (traceId === undefined) !== (imported === undefined),
    'a draft comes from a trace or from an imported row',
  );
export type Draft = z.infer<typeof draftSchema>;
